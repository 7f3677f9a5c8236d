"""The benchmark of intents looks at the right things: its wishes are real, and its check can fail."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from aws_orchestrator.catalog import shipped_library

FOLDER = Path(__file__).parents[3] / "benchmarks" / "intent"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the benchmarks are not in this source distribution"
)


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("intent_check", FOLDER / "check.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_there_are_sixty_wishes_about_types_that_exist() -> None:
    wishes = json.loads((FOLDER / "wishes.json").read_text(encoding="utf-8"))
    catalog = shipped_library().choose("hashicorp/aws")
    assert catalog is not None
    named = {
        name
        for wish in wishes
        for intent in wish["planned"]
        for name in (intent["type"] if isinstance(intent["type"], list) else [intent["type"]])
    } | {name for wish in wishes for name in wish.get("absent", [])}

    assert len({wish["wish"] for wish in wishes}) == len(wishes) == 60
    assert all(wish["planned"] for wish in wishes)
    assert named - set(catalog.resource_names) == set()


@pytest.mark.parametrize(
    ("intent", "met"),
    [
        ({"type": "aws_sqs_queue", "count": "2"}, True),
        ({"type": "aws_sqs_queue", "count": "1"}, False),
        ({"type": "aws_sqs_queue", "count": "3+"}, False),
        ({"type": ["aws_sns_topic", "aws_sqs_queue"]}, True),
        ({"type": "aws_sns_topic"}, False),
        ({"type": "aws_sqs_queue", "where": {"fifo_queue": True}, "count": "1"}, True),
        ({"type": "aws_sqs_queue", "where": {"delay_seconds": 30}}, True),
        ({"type": "aws_sqs_queue", "where": {"delay_seconds": {"at_least": 31}}}, False),
        ({"type": "aws_sqs_queue", "where": {"kms": "*"}}, True),
        ({"type": "aws_sqs_queue", "where": {"kms": "alias/x"}}, False),
        ({"type": "aws_sqs_queue", "where": {"kms": {"not": "alias/x"}}}, True),
        ({"type": "aws_sqs_queue", "where": {"fifo_queue": {"not": True}}}, False),
        ({"type": "aws_sqs_queue", "where": {"rule.status.on": True}}, True),
        ({"type": "aws_sqs_queue", "where": {"name": {"contains": "rders"}}}, True),
        ({"type": "aws_sqs_queue", "where": {"absent": "*"}}, False),
        ({"type": "aws_sqs_queue", "where": [{"absent": "*"}, {"fifo_queue": True}]}, True),
        ({"type": "aws_sqs_queue", "where": [{"absent": "*"}, {"fifo_queue": False}]}, False),
    ],
)
def test_an_intent_is_met_or_not(check: ModuleType, intent: dict[str, object], met: bool) -> None:
    changes = [
        {
            "mode": "managed",
            "type": "aws_sqs_queue",
            "change": {
                "actions": ["create"],
                "after": {
                    "name": "orders",
                    "delay_seconds": "30",
                    "rule": [{"status": [{"on": True}]}],
                    "absent": None,
                },
                "after_unknown": {"kms": True},
            },
        },
        {
            "mode": "managed",
            "type": "aws_sqs_queue",
            "change": {"actions": ["create"], "after": {"fifo_queue": True}, "after_unknown": {}},
        },
        {"mode": "managed", "type": "aws_sns_topic", "change": {"actions": ["no-op"], "after": {}}},
    ]
    wish = check.Wish("a wish", [intent], [])

    assert (check.unmet(wish, check.planned_of(changes)) == []) is met
    assert check.unmet(check.Wish("", [], ["aws_sqs_queue"]), check.planned_of(changes)) == [
        "aws_sqs_queue is planned"
    ]
