"""What the AWS provider finds only when it plans: validate accepts it and a real plan refuses it.

The rules are data, one row each, in `plan_rules`. They were seen on hashicorp/aws 5.100.0 and are not complete, so that
those of a configuration are told as warnings. A rule says nothing when something that it looks at is unknown. Not told,
because they depend on the region that the provider is given: the operating regions of aws_vpc_ipam and
aws_vpc_ipam_resource_discovery, the zone of aws_lightsail_instance.
"""

from collections.abc import Iterator, Mapping

from aws_orchestrator.catalog.plan_rules import compute, databases, messaging, network, storage
from aws_orchestrator.catalog.plan_rules.conditions import ChangeRule, Config, PlanRule
from aws_orchestrator.catalog.plugin.messages import Diagnostic
from aws_orchestrator.catalog.plugin.values import holds_unknown

PLAN_RULES: Mapping[str, tuple[PlanRule, ...]] = {
    **compute.RULES,
    **databases.RULES,
    **messaging.RULES,
    **network.RULES,
    **storage.RULES,
}
"""By resource type, what a plan refuses of a configuration."""

CHANGE_RULES: Mapping[str, tuple[ChangeRule, ...]] = {**databases.CHANGES, **storage.CHANGES}
"""By resource type, what a plan refuses of a change."""

_SUMMARY = "Found when planned"


def plan_warnings(name: str, config: Config) -> Iterator[Diagnostic]:
    """The warnings about a resource's configuration that a real plan would turn into errors."""
    for rule in PLAN_RULES.get(name, ()):
        if any(holds_unknown(config.get(looked)) for looked in rule.looks_at) or not rule.broken.holds(
            config
        ):
            continue
        path = (rule.place,) if config.get(rule.place) else ()
        detail = f"{rule.sentence} The real provider refuses this when it plans."
        yield Diagnostic("warning", _SUMMARY, detail, path)


def change_errors(name: str, before: Config, planned: Config) -> Iterator[Diagnostic]:
    """Why the real provider would refuse to plan this change of a resource that exists."""
    for rule in CHANGE_RULES.get(name, ()):
        if not holds_unknown(planned.get(rule.place)) and rule.broken(before, planned):
            yield Diagnostic("error", _SUMMARY, rule.sentence, (rule.place,))
