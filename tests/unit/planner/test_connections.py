"""Modules of one request fit together where an output is what an input of another takes."""

import re
from collections.abc import Mapping

from aws_orchestrator.blueprint.model import Blueprint, Value
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.minds.builtin.planner.connections import connections_of, given_in, render_calls
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.service import plan_service, service_named


def blueprints(catalog: Catalog, facts: Facts, *names: str) -> list[Blueprint]:
    found = []
    for name in names:
        service = service_named(name)
        assert service is not None
        found.append(plan_service(catalog, facts, service).blueprint)
    return found


def given(modules: list[Blueprint]) -> dict[str, tuple[Blueprint, Mapping[str, Value]]]:
    return {module.service: (module, dict(module.example)) for module in modules}


def test_an_output_fits_the_input_that_takes_its_attribute(catalog: Catalog, facts: Facts) -> None:
    modules = blueprints(catalog, facts, "vpc", "security-group", "kms", "sqs", "iam", "lambda")
    found = {(item.giver, item.output, item.taker, item.variable) for item in connections_of(modules)}

    assert {
        ("vpc", "id", "security-group", "vpc_id"),
        ("kms", "arn", "lambda", "kms_key_arn"),
        ("iam", "arn", "lambda", "role"),
    } <= found
    assert not {giver for giver, _, taker, _ in found if giver == taker}


def test_a_list_takes_an_output_as_its_only_element(catalog: Catalog, facts: Facts) -> None:
    modules = blueprints(catalog, facts, "security-group", "alb")
    text = render_calls(given(modules), connections_of(modules), "terraform_modules")

    assert re.search(r"security_groups += \[module\.security_group\.id\]", text)
    assert 'source = "./terraform_modules/alb"' in text


def test_nothing_is_given_beside_what_excludes_it(catalog: Catalog, facts: Facts) -> None:
    modules = blueprints(catalog, facts, "kms", "sqs")
    encrypted = given(modules)
    encrypted["sqs"] = (modules[1], {"sqs_managed_sse_enabled": True})

    assert "module.kms" in render_calls(given(modules), connections_of(modules), "m")
    assert "module.kms" not in render_calls(encrypted, connections_of(modules), "m")


def test_what_an_example_gives_is_read_from_its_call() -> None:
    assert given_in(b'module "sqs" {\n  source = "../../"\n\n  name = "jobs"\n}\n') == {"name": '"jobs"'}
    assert given_in(b"") == {}
