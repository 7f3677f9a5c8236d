"""Learned lists and the enumerations of service models: which are proved, and what a wheel's models add to them."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.catalog import Catalog, build_catalog
from aws_orchestrator.catalog.knowledge import Checks, Fact, TypeChecks
from aws_orchestrator.catalog.knowledge_constraints import Constraints, write_constraints
from aws_orchestrator.catalog.knowledge_file import Subject
from aws_orchestrator.catalog.knowledge_later import LaterValues, write_later_values
from aws_orchestrator.errors import CatalogError
from tools.bindings.packages import BindingsError
from tools.service_models.mapping import Found, find
from tools.service_models.models import Service, read_models
from tools.service_models.services import alias_services, named_service

SUBJECT = Subject("registry.terraform.io/hashicorp/aws", "5.100.0")


def enum(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def structure(**members: str) -> dict[str, Any]:
    return {"type": "structure", "members": {name: {"shape": shape} for name, shape in members.items()}}


def models(path: Path, **services: dict[str, Any]) -> Path:
    with zipfile.ZipFile(path, "w") as wheel:
        for service, shapes in services.items():
            for version in ("2014-01-01", "2020-01-01"):
                found = shapes if version > "2015" else {}
                model = gzip.compress(json.dumps({"shapes": found}).encode())
                wheel.writestr(f"botocore/data/{service}/{version}/service-2.json.gz", model)
    return path


def catalog(folder: Path, version: str, types: dict[str, list[str]]) -> Catalog:
    resources = {
        name: {
            "version": 0,
            "block": {"attributes": {one: {"type": "string", "optional": True} for one in arguments}},
        }
        for name, arguments in types.items()
    }
    schema = {
        "format_version": "1.0",
        "provider_schemas": {SUBJECT.provider: {"resource_schemas": resources}},
    }
    path = folder / f"{version}.catalog.xz"
    path.write_bytes(build_catalog(json.dumps(schema).encode(), version))
    return Catalog(path.read_bytes(), str(path))


def mapped(tmp_path: Path, learned: dict[str, Checks], old: dict[str, Any], new: dict[str, Any]) -> Found:
    path = tmp_path / "learned.xz"
    types = {("resource", name): TypeChecks(checks) for name, checks in learned.items()}
    path.write_bytes(write_constraints(SUBJECT, types, {}))  # type: ignore[arg-type]
    asked = catalog(tmp_path, "5.100.0", {name: list(checks.facts) for name, checks in learned.items()})
    newest = catalog(tmp_path, "6.62.0", {**{name: ["mode"] for name in learned}, "aws_sqs_new": ["mode"]})
    return find(
        Constraints(path),
        newest,
        asked,
        read_models(models(tmp_path / "old.whl", **old)),
        read_models(models(tmp_path / "new.whl", **new)),
    )


MODE = structure(Mode="QueueMode", Modes="ModeList")
SQS = {
    "QueueMode": enum("FAST", "SLOW"),
    "ModeList": {"type": "list", "member": {"shape": "QueueMode"}},
    "Queue": MODE,
}


def test_a_list_is_proved_by_its_values_its_service_and_its_name(tmp_path: Path) -> None:
    learned = {"aws_sqs_queue": Checks({"mode": Fact(values=("SLOW", "FAST"))})}
    later = SQS | {"QueueMode": enum("FAST", "SLOW", "FASTER")}
    found = mapped(tmp_path, learned, {"sqs": SQS}, {"sqs": later})
    assert found.proved == {
        ("resource", "aws_sqs_queue"): [("mode", ("SLOW", "FAST"), ("FAST", "SLOW", "FASTER"))]
    }
    assert found.counts["proved by the type's name"] == 1
    assert found.counts["proved and gained values"] == 1


@pytest.mark.parametrize(
    ("type_name", "argument", "values", "later"),
    [
        ("aws_sqs_queue", "mode", ("FAST", "SLOW", "Disabled"), SQS),  # the provider's own list
        ("aws_sqs_queue", "speed", ("FAST", "SLOW"), SQS),  # another name
        ("aws_sns_topic", "mode", ("FAST", "SLOW"), SQS),  # another service
        ("aws_sqs_queue", "mode", ("FAST", "SLOW"), {"Queue": structure()}),  # gone from the later models
    ],
)
def test_a_list_that_only_looks_alike_is_not_proved(
    tmp_path: Path, type_name: str, argument: str, values: tuple[str, ...], later: dict[str, Any]
) -> None:
    learned = {type_name: Checks({argument: Fact(values=values)})}
    assert mapped(tmp_path, learned, {"sqs": SQS}, {"sqs": later}).proved == {}


def test_a_service_goes_by_another_name_in_the_provider(tmp_path: Path) -> None:
    learned = {"aws_alb_thing": Checks({"modes": Fact(element=Fact(values=("fast", "SLOW"), fold=True))})}
    found = mapped(tmp_path, learned, {"elbv2": SQS}, {"elbv2": SQS})
    assert found.counts["proved by alias"] == 1
    assert named_service("aws_lambda_function", ["lambda"]) == "lambda"
    assert named_service("aws_kms_key", ["lambda"]) is None
    assert alias_services("aws_cloudwatch_event_rule") == ("events",)


def test_an_argument_that_only_the_newer_version_has_is_known_by_its_name(tmp_path: Path) -> None:
    found = mapped(tmp_path, {"aws_sns_topic": Checks({"name": Fact(longest=9)})}, {"sqs": SQS}, {"sqs": SQS})
    assert found.advised == {("resource", "aws_sqs_new"): {"mode": ("FAST", "SLOW")}}
    plain = SQS | {"Other": structure(Mode="Text"), "Text": {"type": "string"}}
    found = mapped(
        tmp_path, {"aws_sns_topic": Checks({"name": Fact(longest=9)})}, {"sqs": SQS}, {"sqs": plain}
    )
    assert found.advised == {}


def test_the_file_holds_what_came(tmp_path: Path) -> None:
    learned = {"aws_sqs_queue": Checks({"mode": Fact(values=("FAST", "SLOW"))})}
    found = mapped(tmp_path, learned, {"sqs": SQS}, {"sqs": SQS | {"QueueMode": enum("FAST", "MAX")}})
    path = tmp_path / "aws-6.62.0.values.xz"
    path.write_bytes(write_later_values(SUBJECT, found.additions()))
    read = LaterValues(path)
    assert read.types() == (("resource", "aws_sqs_queue"),)
    assert read.proved("resource", "aws_sqs_queue") == {("mode", ("FAST", "SLOW")): ("MAX",)}
    assert read.advised("resource", "aws_sqs_queue") == {}
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CatalogError, match=r"cut off|corrupt"):
        LaterValues(path)


def test_a_wheel_without_service_models_is_told(tmp_path: Path) -> None:
    with pytest.raises(BindingsError, match="holds no service models"):
        read_models(models(tmp_path / "empty.whl"))
    assert read_models(models(tmp_path / "some.whl", sqs=SQS))["sqs"] != Service()
