"""Functions, clusters, desktops and devices."""

from collections.abc import Mapping

from aws_orchestrator.catalog.plan_rules.conditions import (
    Condition,
    Config,
    PlanRule,
    being,
    blocks,
    having,
    inside,
    lacking,
)


def _auto_mode_differs(config: Config) -> bool:
    def enabled(outer: str, inner: str = "") -> bool:
        found = blocks(config, outer)
        if inner:
            found = [block for one in found for block in blocks(one, inner)]
        return any(block.get("enabled") for block in found)

    parts = (
        enabled("compute_config"),
        enabled("kubernetes_network_config", "elastic_load_balancing"),
        enabled("storage_config", "block_storage"),
    )
    return len(set(parts)) > 1


_AUTO_MODE = Condition(
    frozenset({"compute_config", "kubernetes_network_config", "storage_config"}), _auto_mode_differs
)
_SIGNED = being("signing_disabled", None, False)

RULES: Mapping[str, tuple[PlanRule, ...]] = {
    "aws_appstream_stack": (
        PlanRule(
            "application_settings",
            inside("application_settings", having("enabled") & lacking("settings_group")),
            "Enabled application_settings need settings_group.",
        ),
    ),
    "aws_eks_cluster": (
        PlanRule(
            "compute_config",
            _AUTO_MODE,
            "Auto mode's compute, elastic load balancing and block storage are enabled or disabled together.",
        ),
    ),
    "aws_iot_authorizer": (
        PlanRule(
            "token_key_name",
            _SIGNED & lacking("token_key_name"),
            "An authorizer with signing needs token_key_name.",
        ),
        PlanRule(
            "token_signing_public_keys",
            _SIGNED & lacking("token_signing_public_keys"),
            "An authorizer with signing needs token_signing_public_keys.",
        ),
    ),
    "aws_iot_ca_certificate": (
        PlanRule(
            "certificate_mode",
            being("certificate_mode", None, "DEFAULT") & lacking("verification_certificate_pem"),
            "A certificate of mode DEFAULT needs verification_certificate_pem.",
        ),
    ),
    "aws_lambda_function": (
        PlanRule(
            "package_type",
            being("package_type", None, "Zip") & lacking("handler", "runtime"),
            "A function of package type Zip needs handler and runtime.",
        ),
    ),
    "aws_placement_group": (
        PlanRule(
            "partition_count",
            having("partition_count") & ~being("strategy", "partition"),
            "partition_count is for the strategy partition only.",
        ),
        PlanRule(
            "spread_level",
            having("spread_level") & ~being("strategy", "spread"),
            "spread_level is for the strategy spread only.",
        ),
    ),
    "aws_workspaces_directory": (
        PlanRule(
            "workspace_type",
            being("workspace_type", None, "PERSONAL") & lacking("directory_id"),
            "A directory for personal workspaces needs directory_id.",
        ),
        PlanRule(
            "workspace_type",
            being("workspace_type", "POOLS")
            & lacking("workspace_directory_name", "workspace_directory_description"),
            "A directory for pools needs its name and description.",
        ),
    ),
}
