"""Volumes, file systems and buckets."""

from collections.abc import Mapping

from aws_orchestrator.catalog.plan_rules.conditions import (
    ChangeRule,
    Config,
    PlanRule,
    being,
    blocks,
    having,
    lacking,
)

_OPENZFS = {
    ("SINGLE_AZ_1",): (64, 128, 256, 512, 1024, 2048, 3072, 4096),
    ("SINGLE_AZ_2", "MULTI_AZ_1"): (160, 320, 640, 1280, 2560, 3840, 5120, 7680, 10240),
}


def _status(config: Config) -> object:
    return next((one.get("status") for one in blocks(config, "versioning_configuration")), None)


RULES: Mapping[str, tuple[PlanRule, ...]] = {
    "aws_ebs_volume": (
        PlanRule(
            "iops",
            having("iops") & ~being("type", "gp3", "io1", "io2"),
            "Only volumes of type gp3, io1 and io2 have iops.",
        ),
        PlanRule(
            "type", lacking("iops") & being("type", "io1", "io2"), "A volume of type io1 or io2 needs iops."
        ),
        PlanRule(
            "throughput",
            having("throughput") & ~being("type", "gp3"),
            "Only volumes of type gp3 have throughput.",
        ),
        PlanRule(
            "multi_attach_enabled",
            having("multi_attach_enabled") & ~being("type", "io1", "io2"),
            "Only volumes of type io1 and io2 can be attached more than once.",
        ),
    ),
    "aws_fsx_lustre_file_system": (
        PlanRule(
            "metadata_configuration",
            having("metadata_configuration") & ~being("deployment_type", "PERSISTENT_2"),
            "Only a file system of type PERSISTENT_2 has metadata_configuration.",
        ),
    ),
    "aws_fsx_openzfs_file_system": tuple(
        PlanRule(
            "throughput_capacity",
            being("deployment_type", kind)
            & having("throughput_capacity")
            & ~being("throughput_capacity", *allowed),
            f"A file system of type {kind} has a throughput of {', '.join(map(str, allowed))}.",
        )
        for kinds, allowed in _OPENZFS.items()
        for kind in kinds
    ),
}

CHANGES: Mapping[str, tuple[ChangeRule, ...]] = {
    "aws_s3_bucket_versioning": (
        ChangeRule(
            "versioning_configuration",
            lambda before, after: (
                _status(before) in {"Enabled", "Suspended"} and _status(after) == "Disabled"
            ),
            "Versioning that was enabled is never Disabled again, only Suspended.",
        ),
    ),
}
