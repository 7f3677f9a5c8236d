"""Load balancers, gateways, interfaces and what records their configuration."""

from collections.abc import Mapping

from aws_orchestrator.catalog.plan_rules.conditions import PlanRule, being, having, inside, lacking

_TARGET_GROUP = (
    PlanRule(
        "target_type",
        being("target_type", None, "instance", "ip", "alb") & lacking("port", "protocol", "vpc_id"),
        "A target group of type instance, ip or alb needs port, protocol and vpc_id.",
    ),
)
_ACTIONS = {
    "forward": ("target_group_arn", "forward"),
    "authenticate-cognito": ("authenticate_cognito",),
    "authenticate-oidc": ("authenticate_oidc",),
    "redirect": ("redirect",),
    "fixed-response": ("fixed_response",),
}


def _actions(place: str) -> tuple[PlanRule, ...]:
    rules = []
    for action, needed in _ACTIONS.items():
        broken = being("type", action)
        for name in needed:
            broken &= lacking(name)
        sentence = f"An action of type {action} needs {' or '.join(needed)}."
        rules.append(PlanRule(place, inside(place, broken), sentence))
    return tuple(rules)


_PUBLIC_INTERFACE = tuple(
    PlanRule(
        "address_family",
        being("address_family", "ipv4") & lacking(name),
        f"A public interface of the family ipv4 needs {name}.",
    )
    for name in ("amazon_address", "customer_address")
)

RULES: Mapping[str, tuple[PlanRule, ...]] = {
    "aws_alb_listener": _actions("default_action"),
    "aws_alb_listener_rule": _actions("action"),
    "aws_alb_target_group": _TARGET_GROUP,
    "aws_api_gateway_authorizer": (
        PlanRule(
            "type",
            being("type", None, "TOKEN", "REQUEST") & lacking("authorizer_uri"),
            "An authorizer of type TOKEN or REQUEST needs authorizer_uri.",
        ),
        PlanRule(
            "type",
            being("type", "COGNITO_USER_POOLS") & lacking("provider_arns"),
            "An authorizer of type COGNITO_USER_POOLS needs provider_arns.",
        ),
    ),
    "aws_config_configuration_recorder": (
        PlanRule(
            "recording_group",
            inside(
                "recording_group",
                being("all_supported", None, True)
                & inside(
                    "recording_strategy",
                    being("use_only", "INCLUSION_BY_RESOURCE_TYPES", "EXCLUSION_BY_RESOURCE_TYPES"),
                ),
            ),
            "A recording strategy that includes or excludes resource types needs all_supported = false.",
        ),
    ),
    "aws_dx_hosted_public_virtual_interface": _PUBLIC_INTERFACE,
    "aws_dx_public_virtual_interface": _PUBLIC_INTERFACE,
    "aws_lb_listener": _actions("default_action"),
    "aws_lb_listener_rule": _actions("action"),
    "aws_lb_target_group": _TARGET_GROUP,
    "aws_nat_gateway": (
        PlanRule(
            "secondary_private_ip_address_count",
            having("secondary_private_ip_address_count") & ~being("connectivity_type", "private"),
            "Only a private gateway has secondary_private_ip_address_count.",
        ),
    ),
}
