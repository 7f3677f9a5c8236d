"""The sweep with the real provider: planned modules of every type that it has, through its validate and its plan.

`python benchmarks/sweep_real.py validate` gives modules of all resource types of 5.100.0, called with their examples, to
`terraform validate` with the real provider (many in one configuration: it takes seconds to load). `… plan [COUNT]` plans
modules without an account: those with plan-time rules of their own, and others to COUNT (100) over all services.
TF_PROVIDER_MIRROR names the mirror's root. RESULTS=FILE keeps what is done, so that an interrupted sweep goes on.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint, default_selection
from aws_orchestrator.blueprint.scenarios import render_call
from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.findings import Severity, Tree
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts
from aws_orchestrator.minds.builtin.planner.resource import plan_resource
from aws_orchestrator.terraform.bundled import AWS
from aws_orchestrator.terraform.cli import CliEngine

VERSION = "5.100.0"
_TOGETHER = 30
# Types of which the plan knows rules that validate does not: each is among the planned ones.
PLAN_RULES = (
    "aws_api_gateway_authorizer",
    "aws_appstream_stack",
    "aws_cloudwatch_metric_alarm",
    "aws_comprehend_document_classifier",
    "aws_config_configuration_recorder",
    "aws_dx_public_virtual_interface",
    "aws_dynamodb_table",
    "aws_ebs_volume",
    "aws_eks_cluster",
    "aws_elasticache_replication_group",
    "aws_fsx_lustre_file_system",
    "aws_fsx_openzfs_file_system",
    "aws_iot_authorizer",
    "aws_iot_ca_certificate",
    "aws_kinesis_firehose_delivery_stream",
    "aws_kinesis_stream",
    "aws_lambda_function",
    "aws_lb_listener",
    "aws_lb_listener_rule",
    "aws_lb_target_group",
    "aws_lightsail_instance",
    "aws_nat_gateway",
    "aws_placement_group",
    "aws_quicksight_data_set",
    "aws_redshift_cluster",
    "aws_s3_bucket_versioning",
    "aws_sagemaker_endpoint_configuration",
    "aws_sns_topic",
    "aws_sns_topic_subscription",
    "aws_sqs_queue",
    "aws_vpc_ipam",
    "aws_vpc_ipam_resource_discovery",
    "aws_workspaces_directory",
)


class Kept:
    """What is done, one JSON line a type."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.found: dict[str, list[str]] = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self.found |= json.loads(line)

    def add(self, found: dict[str, list[str]]) -> None:
        """Keep the problems of types; none is good."""
        self.found |= found
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(found) + "\n")


def module_of(catalog: Catalog, name: str) -> tuple[Blueprint, dict[str, bytes]]:
    """The planned module of one type with its defaults."""
    blueprint = plan_resource(catalog, known_facts(catalog), name)
    return blueprint, dict(compile_module(blueprint, default_selection(blueprint), catalog).files)


async def validated(engine: CliEngine, catalog: Catalog, names: Sequence[str]) -> dict[str, list[str]]:
    """The errors of each type's module, all called from one configuration."""
    files: dict[str, bytes] = {}
    calls = []
    for name in names:
        blueprint, module = module_of(catalog, name)
        files |= {
            f"{name}/{path}": content
            for path, content in module.items()
            if path.endswith(".tf") and "/" not in path
        }
        call = render_call(blueprint, f"./{name}")
        calls.append(call.replace(call.split(" ")[1], f'"{name}"', 1))
    files["main.tf"] = ("\n\n".join(calls) + "\n").encode()
    tree = Tree(key="sweep", files=files)
    found: dict[str, list[str]] = {name: [] for name in names}
    for result in (await engine.init(tree), await engine.validate(tree)):
        for finding in result.findings:
            if finding.severity is Severity.ERROR:
                where = finding.place.file.split("/")[0] if finding.place else ""
                # An error in the configuration itself, or without a place, speaks of all of them.
                for name in [where] if where in found else names:
                    found[name].append(finding.line())
        if result.status not in ("passed", "failed"):
            raise SystemExit(f"The real provider did not answer: {result.note}")
    return found


async def planned(engine: CliEngine, catalog: Catalog, name: str) -> list[str]:
    """What the real provider says of a plan of the type's module; empty when it plans every run."""
    _, files = module_of(catalog, name)
    result = await engine.real_plan(Tree(key="sweep", files=files))
    problems = [finding.line() for finding in result.findings if finding.severity is Severity.ERROR]
    if result.status != "passed" and not problems:
        problems.append(f"{result.status}: {result.note}")
    return problems


def sample(names: Sequence[str], count: int) -> list[str]:
    """The types with plan-time rules, and others spread over all services."""
    first = [name for name in PLAN_RULES if name in names]
    rest = [name for name in names if name not in first]
    return [*first, *rest[:: max(1, len(rest) // max(1, count - len(first)))]][:count]


async def sweep(what: str, count: int) -> int:
    """Sweep, and print the rate and every problem with its type."""
    mirror, binary = os.environ.get("TF_PROVIDER_MIRROR"), shutil.which("terraform")
    if not mirror or not binary:
        print("TF_PROVIDER_MIRROR or terraform is missing: the real provider was NOT asked.")
        return 3
    catalog = shipped_library().choose(AWS, "", VERSION)
    assert catalog is not None
    kept = Kept(Path(os.environ["RESULTS"]) if os.environ.get("RESULTS") else None)
    names = list(catalog.resource_names)
    names = sample(names, count) if what == "plan" else names
    todo = [name for name in names if name not in kept.found]
    with tempfile.TemporaryDirectory() as folder:
        engine = CliEngine(Path(binary), (Path(mirror),), Path(folder))
        try:
            if what == "plan":
                for name in todo:
                    kept.add({name: await planned(engine, catalog, name)})
            else:
                for start in range(0, len(todo), _TOGETHER):
                    kept.add(await validated(engine, catalog, todo[start : start + _TOGETHER]))
        finally:
            await engine.close()
    wrong = {name: kept.found[name] for name in names if kept.found.get(name)}
    for name, problems in wrong.items():
        print(
            f"{name}: {problems[0][:300]}" + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else "")
        )
    good = len(names) - len(wrong)
    print(
        f"{what} with hashicorp/aws {VERSION}: {good} of {len(names)} types ({100 * good / len(names):.2f}%)"
    )
    return 0 if good >= 0.99 * len(names) else 1


if __name__ == "__main__":
    arguments = sys.argv[1:] or ["validate"]
    sys.exit(asyncio.run(sweep(arguments[0], int(arguments[1]) if len(arguments) > 1 else 100)))
