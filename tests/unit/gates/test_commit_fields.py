"""Names with tricks, and messages with control characters: refused before a run begins, by the terminal and the gate alike."""

import re

import pytest

from aws_orchestrator.agents.github_read import is_remote, parse_remote
from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.gates.commit_fields import PUSH, CommitDefaults, commit_fields
from aws_orchestrator.gates.gatekeeper import _fits
from aws_orchestrator.gates.mandatory import commit_gate
from aws_orchestrator.protocol import GateAnswer

REPOSITORIES = [
    "acme",
    "acme/infra/x",
    "-acme/infra",
    "acme/..",
    "acme/infra.git",
    "acme/in fra",
    "acme/infra?ref=x",
    "acme/%2e",
    "../infra",
    "acme\n/infra",
    "аcme/infra",
    "https://github.com/acme/infra",
]
BRANCHES = [
    "-f",
    "a..b",
    "a b",
    "a~1",
    "a^",
    "a:b",
    "a?",
    "a*",
    "a[",
    "a\\b",
    "a//b",
    "/a",
    "a/",
    "a.",
    "a.lock",
    "x.lock/y",
    ".a",
    "a/.b",
    "a@{1}",
    "HEAD",
    "refs/heads/main",
    "0" * 40,
    "a\nb",
    "a\x7f",
    "--force",
    "+main",
    "main:other",
    "ünicode",
]
PATHS = [
    "..",
    "../x",
    "a/../b",
    "/etc",
    "a//b",
    ".git",
    "a/.GIT/hooks",
    ".",
    "./a",
    "a/",
    "a b",
    "a\\b",
    "a\nb",
]
MESSAGES = ["", "   ", "a\x00b", "a\x1b[31mred", "a\x07", "a\rb", "a\x9bb", "right\u202eleft", "x" * 4001]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("repository", value) for value in REPOSITORIES),
        *(("branch", value) for value in BRANCHES),
        *(("path", value) for value in PATHS),
        *(("message", value) for value in MESSAGES),
        ("pull_request", "maybe"),
    ],
)
def test_a_tricky_answer_is_bad_input_and_no_gate_takes_it(field: str, value: str) -> None:
    with pytest.raises(UsageError, match=rf"commit\.{field}=") as caught:
        PreparedAnswers({"commit": PUSH, f"commit.{field}": value})
    assert str(caught.value).isprintable()
    defaults = CommitDefaults(branch="feat/s3", message="feat: x", path="modules/s3", repository="acme/infra")
    gate = commit_gate("g", "r", "m", ("main.tf",), "", defaults, push=True, local=True)
    assert _fits(gate, GateAnswer(choice=PUSH))
    assert not _fits(gate, GateAnswer(choice=PUSH, fields={field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("repository", "acme/.github"),
        ("repository", "a/b_c.d-e"),
        ("branch", "main"),
        ("branch", "feat/s3-v1.2#7"),
        ("branch", "user@feature"),
        ("path", "modules/s3"),
        ("path", "infra/.github/x_y.z"),
        ("message", "feat(s3): äöü 日本\n\nA body,\twith a tab.\n"),
        ("pull_request", "no"),
    ],
)
def test_an_ordinary_answer_is_taken(field: str, value: str) -> None:
    PreparedAnswers({"commit": PUSH, f"commit.{field}": value})


def test_the_patterns_mean_the_same_to_an_editors_javascript() -> None:
    defaults = CommitDefaults(branch="a", message="b", path="c")
    for field in commit_fields(defaults, push=True, local=True):
        # What only Python knows: flags inside, named groups, possessive repeats, \A and \Z.
        assert not re.search(r"\(\?[aiLmsux]|\(\?P|\\[AZ]|[+*?}]\+", field.pattern), field.key


@pytest.mark.parametrize(
    "name",
    [
        "acme/infra//../x",
        "acme//modules/s3",
        "acme/infra//modules/s3@",
        "acme/infra//modules/s3@a..b",
        "acme/infra//modules/s3@main\x1b",
        "acme/infra//.git/hooks",
        "acme/../x//modules",
        "acme/infra//mod ules",
    ],
)
def test_a_name_of_a_module_with_tricks_is_bad_input(name: str) -> None:
    with pytest.raises(UsageError, match="names no module on GitHub"):
        parse_remote(name)


def test_the_name_of_a_module_is_read() -> None:
    found = parse_remote("acme/infra//modules/s3@feat/x")
    assert (found.repository, found.path, found.ref) == ("acme/infra", "modules/s3", "feat/x")
    assert str(found) == "acme/infra//modules/s3@feat/x"
    assert parse_remote("acme/infra//").path == "."
    assert parse_remote("acme/infra//.@v1.0").path == "."
    assert not is_remote("modules/s3")
    assert not is_remote("/srv//modules")
    assert not is_remote("https://github.com/acme/infra")
