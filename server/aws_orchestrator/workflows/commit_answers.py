"""Whether a Commit Gate that was answered ahead of time can be obeyed: said before a run begins, not at its end."""

from collections.abc import Mapping

from aws_orchestrator.agents.local_commit import is_in_work_tree, origin_of
from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.commit_fields import LOCAL, PUSH
from aws_orchestrator.mcp.github_server import HOW_TO, github_host
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.origin_url import repository_of


def expect_possible(house: House, answers: Mapping[str, str], remote: bool) -> None:
    """UsageError when the answer asks for a push or a commit that cannot be made here."""
    choice, root = answers.get("commit"), house.workspace.root
    if choice == PUSH and house.github is None:
        raise UsageError(f"commit={PUSH} needs a GitHub server. {HOW_TO}")
    named = remote or answers.get("commit.repository")
    if choice == PUSH and not named and not repository_of(origin_of(root), github_host(house.settings)):
        raise UsageError(f"commit={PUSH} also needs --answer commit.repository=owner/name.")
    if choice == LOCAL and (remote or not is_in_work_tree(root)):
        what = "the module is on GitHub" if remote else f"{root} is in no git work tree"
        raise UsageError(f"commit={LOCAL} cannot be done: {what}.")
