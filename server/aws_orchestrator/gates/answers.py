"""Answers given ahead of time: `commit=keep_local`, `commit.branch=feat/s3`, `next_steps=done`."""

import posixpath
from collections.abc import Callable, Iterable, Mapping

from aws_orchestrator.catalog import nearest
from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.commit_fields import expect_commit_answers
from aws_orchestrator.gates.mandatory import CHOICES, FIELDS, REQUIRED
from aws_orchestrator.protocol import GateAnswer, GateKind


class PreparedAnswers:
    """The answers that a person gave before the run, and the destructive objects that they approved."""

    def __init__(self, answers: Mapping[str, str], approved: Iterable[str] = ()) -> None:
        """UsageError for an unknown gate, choice or field, and for a destructive approval that names no object."""
        self.approved = frozenset(posixpath.normpath(path.strip()) for path in approved)
        self.as_data = dict(answers)
        self._choices: dict[str, str] = {}
        self._fields: dict[str, dict[str, str]] = {}
        for key, value in answers.items():
            kind, _, field = key.partition(".")
            _expect_kind(kind)
            if field:
                _expect_field(kind, field)
                self._fields.setdefault(kind, {})[field] = value
            else:
                _expect_choice(kind, value)
                self._choices[kind] = value
        expect_commit_answers(self._fields.get("commit", {}))
        for kind, choice in self._choices.items():
            _expect_required(kind, choice, self._fields.get(kind, {}))

    @classmethod
    def parse(cls, pairs: Iterable[str], approved: Iterable[str] = ()) -> "PreparedAnswers":
        """From the command line's `GATE=CHOICE` and `GATE.FIELD=VALUE`."""
        answers = {}
        for pair in pairs:
            key, separator, value = pair.partition("=")
            if not separator:
                raise UsageError(
                    f"`{pair}` is no answer; write GATE=CHOICE or GATE.FIELD=VALUE, as in commit=keep_local."
                )
            answers[key.strip()] = value.strip()
        return cls(answers, approved)

    def take(self, kind: GateKind, fits: Callable[[GateAnswer], bool] = lambda _: True) -> GateAnswer | None:
        """The answer for a gate that it fits, once: a second gate of the kind asks again, so that none repeats itself."""
        choice = self._choices.get(kind)
        if choice is None or not fits(GateAnswer(choice=choice, fields=self._fields.get(kind, {}))):
            return None
        del self._choices[kind]
        return GateAnswer(choice=choice, fields=self._fields.pop(kind, {}))

    def has(self, kind: GateKind) -> bool:
        """Whether a gate of the kind would be answered."""
        return kind in self._choices

    def remaining(self) -> dict[str, str]:
        """What was not taken yet, in the form that was given."""
        fields = {
            f"{kind}.{field}": value
            for kind, fields in self._fields.items()
            for field, value in fields.items()
        }
        return {**self._choices, **fields}


def _expect_kind(kind: str) -> None:
    if kind not in CHOICES:
        close = nearest(kind, tuple(CHOICES))
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(CHOICES)}."
        raise UsageError(f"There is no gate `{kind}`; {hint}")
    if kind == "destructive":
        raise UsageError(
            "A destructive gate is not answered in general: name what you approve with --approve-destructive PATH_OR_ADDRESS."
        )


def _expect_choice(kind: str, choice: str) -> None:
    known = CHOICES[kind]
    if known and choice not in known:
        raise UsageError(f"The gate {kind} has no choice `{choice}`; it has {', '.join(known)}.")


def _expect_field(kind: str, field: str) -> None:
    known = FIELDS.get(kind, ())
    # What an ambiguous gate asks for depends on the request: the inputs of its module.
    if field not in known and kind != "ambiguous":
        raise UsageError(f"The gate {kind} has no field `{field}`; it has {', '.join(known) or 'none'}.")


def _expect_required(kind: str, choice: str, given: Mapping[str, str]) -> None:
    for field in REQUIRED.get((kind, choice), ()):
        if not given.get(field, "").strip():
            raise UsageError(f"The answer {kind}={choice} also needs --answer {kind}.{field}=…")
