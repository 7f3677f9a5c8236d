"""What can go wrong at GitHub, told apart by the texts of the official server, each with a sentence for people.

The server answers failures as text (seen with 1.10.1): `failed to create tree: POST URL: 403 message []`; for 422 the
address and the status are left out, for rate limits everything but the time to wait.
"""

import re
from typing import Literal

from aws_orchestrator.errors import OrchestratorError

TroubleKind = Literal[
    "lost",
    "rate_limit",
    "unauthorized",
    "forbidden",
    "missing",
    "empty",
    "conflict",
    "moved",
    "exists",
    "protected",
    "renamed",
    "unknown_tool",
    "unreadable",
    "refused",
]
# After these nobody knows whether a write was done: look before repeating it.
UNCERTAIN: frozenset[TroubleKind] = frozenset({"lost", "unreadable", "conflict"})
# What a person, or time, mends outside of the run: it can be resumed then.
MENDABLE: frozenset[TroubleKind] = frozenset(
    {"lost", "rate_limit", "unauthorized", "forbidden", "missing", "unknown_tool", "unreadable", "conflict"}
)

_STATUS = re.compile(r": (\d{3})\b")
_WAIT = re.compile(r"Retry after ([0-9hms.]+?)\.?(?:\s|$)")
_BY_STATUS: dict[int, TroubleKind] = {
    301: "renamed",
    302: "renamed",
    307: "renamed",
    308: "renamed",
    401: "unauthorized",
    403: "forbidden",
    404: "missing",
    408: "lost",
    409: "conflict",
    429: "rate_limit",
}
_BY_WORDS: tuple[tuple[str, TroubleKind], ...] = (
    (r"rate limit exceeded|secondary rate limit", "rate_limit"),
    (r"unknown tool", "unknown_tool"),
    (r"[Gg]it [Rr]epository is empty", "empty"),
    (r"not a fast.forward", "moved"),
    (r"already exists", "exists"),
    (r"rule violations|protected branch|must be made through a pull request", "protected"),
    (
        r"\bEOF\b|connection re(fused|set)|broken pipe|i/o timeout|deadline exceeded|no such host|server misbehaving",
        "lost",
    ),
)


class GitHubTrouble(OrchestratorError):
    """GitHub, or the server in front of it, did not do what it was asked."""

    def __init__(self, kind: TroubleKind, sentence: str) -> None:
        """`sentence` says it to a person, with what to do next."""
        super().__init__(sentence)
        self.kind = kind


def trouble_of(tool: str, said: str, repository: str) -> GitHubTrouble:
    """The trouble behind the text of a failed call; `said` is quoted only as data."""
    kind = _kind(said)
    return GitHubTrouble(kind, _sentence(kind, tool, said, repository))


def _kind(said: str) -> TroubleKind:
    for words, kind in _BY_WORDS:
        if re.search(words, said):
            return kind
    found = _STATUS.search(said)
    status = int(found[1]) if found else 0
    return "lost" if status >= 500 else _BY_STATUS.get(status, "refused")


def _sentence(kind: TroubleKind, tool: str, said: str, repository: str) -> str:
    from aws_orchestrator.mcp.remote_session import quoted

    wait = _WAIT.search(said)
    sentences: dict[TroubleKind, str] = {
        "lost": f"GitHub could not be reached for {tool} ({quoted(said)}); resume the run when it can be.",
        "rate_limit": f"GitHub's rate limit is used up; resume the run {f'in {wait[1]}' if wait else 'later'}.",
        "unauthorized": (
            "GitHub does not accept the token in GITHUB_PERSONAL_ACCESS_TOKEN; renew it, then resume the run."
        ),
        "forbidden": (
            f"The token may not do this in {repository} ({tool}): it needs the permission Contents: read and write, "
            "and Pull requests: read and write for a pull request. Grant it, then resume the run."
        ),
        "missing": (
            f"GitHub knows no such thing in {repository}, or the token may not see it ({tool}); "
            "check the repository's name and the token's repositories."
        ),
        "empty": (
            f"{repository} has no commit yet, and the tools would make one of an empty README.md first. "
            "Make a first commit there, then ask again."
        ),
        "conflict": f"GitHub reports a conflict for {tool} ({quoted(said)}); resume the run to look again.",
        "moved": f"Somebody else pushed to {repository} at the same time.",
        "exists": f"That exists in {repository} already ({quoted(said)}).",
        "protected": (
            f"The branch of {repository} is protected ({quoted(said)}). Name a new branch and open a pull request."
        ),
        "renamed": f"{repository} was moved or renamed on GitHub; name it as it is called now.",
        "unknown_tool": (
            f"The GitHub server has no tool {tool}: it needs the toolsets repos, git and pull_requests, and hides the "
            "tools that write when the token lacks the scope. Mend that, then resume the run."
        ),
        "unreadable": f"GitHub's answer to {tool} could not be read; resume the run to look again.",
        "refused": f"GitHub refused {tool} in {repository}: {quoted(said)}.",
    }
    return sentences[kind]
