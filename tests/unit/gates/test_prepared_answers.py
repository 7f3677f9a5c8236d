"""Answers given ahead of time are checked before anything starts."""

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.gates.mandatory import CHOICES, SAFE_CHOICE
from aws_orchestrator.protocol import GateAnswer


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("commit", "`commit` is no answer; write GATE=CHOICE"),
        ("comit=keep_local", "no gate `comit`; did you mean commit"),
        ("commit=force_push", "no choice `force_push`; it has keep_local"),
        ("next_steps.reqest=x", "no field `reqest`; it has request"),
        ("destructive=approve", "--approve-destructive PATH_OR_ADDRESS"),
        ("destructive.x=approve", "--approve-destructive PATH_OR_ADDRESS"),
        ("next_steps=generate_another", "also needs --answer next_steps.request"),
        ("=", "There is no gate ``"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_would_be_right(pair: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence.replace("(", r"\(").replace(".", r"\.")) as refused:
        PreparedAnswers.parse([pair])
    assert refused.value.exit_code == 2


def test_an_answer_is_taken_once_and_the_rest_is_for_the_next_run() -> None:
    answers = PreparedAnswers.parse(
        ["commit=keep_local", "next_steps=generate_another", "next_steps.request=a = b"]
    )

    assert answers.take("next_steps") == GateAnswer(choice="generate_another", fields={"request": "a = b"})
    assert answers.take("next_steps") is None
    assert answers.remaining() == {"commit": "keep_local"}


def test_every_gate_has_a_safe_choice_and_the_mandatory_ones_offer_it() -> None:
    assert set(SAFE_CHOICE) == set(CHOICES)
    for kind, choices in CHOICES.items():
        assert not choices or SAFE_CHOICE[kind] in choices  # type: ignore[index]
