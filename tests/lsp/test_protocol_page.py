"""The protocol's page, its Python, its TypeScript and the extension's manifest say the same."""

import json
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic.alias_generators import to_camel

from aws_orchestrator import protocol
from aws_orchestrator.lsp import server
from aws_orchestrator.model import Wire
from aws_orchestrator.rules import all_rules
from aws_orchestrator.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
COMMANDS = {value for value in vars(protocol).values() if str(value).startswith("awsOrchestrator.server.")}
METHODS = {value for value in vars(protocol).values() if str(value).startswith("awsOrchestrator/")}
MODELS = {
    name: model
    for name, model in vars(protocol).items()
    if isinstance(model, type) and issubclass(model, Wire) and model is not Wire
}
CLIENT = ROOT / "client-vscode"
needs_client = pytest.mark.skipif(
    not CLIENT.is_dir(), reason="the extension is not in this source distribution"
)


def examples() -> list[Any]:
    return [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)]


def keys_of(model: type[Wire]) -> set[str]:
    return {to_camel(name) for name in model.model_fields}


def test_the_page_names_every_command_and_method_and_no_other() -> None:
    named = set(re.findall(r"`(awsOrchestrator\.server\.\w+|awsOrchestrator/\w+)`", PAGE))
    assert named == COMMANDS | METHODS


def test_the_page_shows_an_example_of_every_payload() -> None:
    shapes = [set(example) for example in examples()]
    for name in (
        "GenerateParams",
        "UpdateParams",
        "ModuleParams",
        "RunParams",
        "RunStarted",
        "Gate",
        "GateAnswer",
    ):
        assert keys_of(MODELS[name]) in shapes, name
    for name in ("SaveParams", "SaveResult", "RunEvent"):
        assert keys_of(MODELS[name]) in shapes, name


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_example_with_the_keys_of_a_payload_is_one(name: str) -> None:
    model = MODELS[name]
    for example in examples():
        if set(example) == keys_of(model):
            model.model_validate(example)


def test_the_page_names_every_key_and_every_kind() -> None:
    literals = (protocol.GateKind, protocol.RunStatus, protocol.StepStatus)
    words = {word for literal in literals for word in get_args(literal)}
    words |= {key for model in MODELS.values() for key in keys_of(model)}
    assert {word for word in words if not re.search(rf"\b{word}\b", PAGE)} == set()


def test_the_page_names_every_setting() -> None:
    section = PAGE.partition("## Settings")[2]
    assert {to_camel(name) for name in Settings.model_fields} == set(
        re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    )
    (example,) = [example for example in examples() if "checkSeconds" in example.get("awsOrchestrator", {})]
    assert set(example["awsOrchestrator"]["disabledRules"]) <= {rule.id for rule in all_rules()}


def test_the_server_offers_the_commands_of_the_protocol_but_the_reserved_one() -> None:
    assert set(server.COMMANDS) == COMMANDS


@needs_client
def test_the_extensions_twin_has_the_same_names_and_keys() -> None:
    twin = (CLIENT / "src" / "protocol.ts").read_text(encoding="utf-8")
    assert set(re.findall(r'"(awsOrchestrator(?:\.server\.|/)\w+)"', twin)) == COMMANDS | METHODS
    for name, model in MODELS.items():
        found = re.search(rf"^export interface {name} \{{\n(.*?)^\}}", twin, re.DOTALL | re.MULTILINE)
        assert found, f"{name} is not in protocol.ts"
        assert set(re.findall(r"^  (\w+)\??:", found[1], re.MULTILINE)) == keys_of(model), name
    for name in ("GateKind", "RunStatus", "StepStatus"):
        found = re.search(rf"export type {name} = ([^;]+);", twin)
        assert found, name
        assert tuple(re.findall(r'"(\w+)"', found[1])) == get_args(getattr(protocol, name)), name


@needs_client
def test_the_palettes_commands_are_never_the_servers() -> None:
    manifest = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    palette = {command["command"] for command in manifest["contributes"]["commands"]}
    assert palette
    assert not palette & COMMANDS
    assert all(re.fullmatch(r"awsOrchestrator\.\w+", command) for command in palette)
    properties = manifest["contributes"]["configuration"]["properties"]
    ours = {name.removeprefix("awsOrchestrator.") for name in properties if name.count(".") == 1}
    assert ours <= {to_camel(name) for name in Settings.model_fields}


def test_initialize_is_answered_before_anything_heavy_is_imported() -> None:
    program = "import sys, aws_orchestrator.lsp.serving; print(*sorted({'pydantic', 'tree_sitter', 'rich'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""


def test_the_protocol_has_no_hidden_part() -> None:
    assert not [name for name, value in vars(protocol).items() if isinstance(value, types.FunctionType)]
