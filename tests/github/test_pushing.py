"""A push: exactly the validated bytes in one commit, few calls, and nothing that the tools would change on the way."""

import pytest

from aws_orchestrator.agents.github_files import CannotCarry, blob_sha, expect_carryable
from aws_orchestrator.mcp.github_trouble import GitHubTrouble
from doubles.bare_repository import EXECUTABLE, LINK, SUBMODULE
from doubles.github_rest import READ_ONLY_TOKEN, GitHub
from doubles.pushing import FOLDER, MODULE, fetched, push
from doubles.servers import server_of


async def test_twelve_files_become_one_commit_on_a_new_branch_in_four_calls(hub: GitHub, kind: str) -> None:
    base = hub.repository.head("main")
    calls: list[str] = []
    pushed = await push(server_of(kind, hub.host), calls=calls)

    assert calls == ["get_repository_tree", "create_branch", "push_files", "get_commit"]
    assert hub.repository.log("feat/s3") == [pushed.sha, base]
    assert hub.repository.head("main") == base
    there = hub.repository.shas(pushed.sha)
    assert {path: there[path] for path in MODULE} == {path: blob_sha(text) for path, text in MODULE.items()}
    assert set(there) == {*MODULE, "README.md"}


async def test_an_update_is_four_calls_and_deletions_are_commits_of_their_own(hub: GitHub, kind: str) -> None:
    base = hub.repository.commit({**MODULE, "other.txt": b"x\n"}, "The module")
    server = server_of(kind, hub.host)
    before = await fetched(server, MODULE, base)
    change = {f"{FOLDER}/main.tf": b"# changed\n"}
    calls: list[str] = []
    pushed = await push(server, change, branch="feat/one", start="main", before=before, calls=calls)
    assert calls == ["create_branch", "push_files", "list_commits", "get_repository_tree"]
    assert hub.repository.files(pushed.sha) == {**hub.repository.files(base), **change}

    gone = {f"{FOLDER}/data.tf": None, f"{FOLDER}/iam.tf": None}
    pushed = await push(server, {**change, **gone}, branch="feat/two", start="main", before=before)
    expected = {**hub.repository.files(base), **change}
    assert hub.repository.files(pushed.sha) == {path: expected[path] for path in expected if path not in gone}
    assert len(hub.repository.log("feat/two")) == len(hub.repository.log(base)) + 3


async def test_what_is_there_already_makes_no_commit(hub: GitHub, kind: str) -> None:
    head = hub.repository.commit(dict(MODULE), "The module")
    pushed = await push(server_of(kind, hub.host), branch="main")
    assert pushed.sha == head == hub.repository.head("main")


@pytest.mark.parametrize(
    ("content", "odd", "why"),
    [
        (b"", {}, "is empty"),
        (b"caf\xe9\n", {}, "is not UTF-8 text"),
        ("utf-16".encode("utf-16"), {}, "is not UTF-8 text"),
        (b"x" * (1024 * 1024 + 1), {}, "is larger than 1 MB"),
        (b"#!/bin/sh\n", {"a.sh": "an executable file"}, "is an executable file"),
        (b"main.tf", {"a.sh": "a link"}, "is a link"),
    ],
)
def test_a_file_that_the_tools_cannot_carry_is_refused_with_its_name(
    content: bytes, odd: dict[str, str], why: str
) -> None:
    with pytest.raises(CannotCarry, match=rf"a\.sh {why}.*nothing was pushed"):
        expect_carryable({"a.sh": content}, odd)


@pytest.mark.parametrize(
    ("path", "content", "mode", "what"),
    [
        (f"{FOLDER}/main.tf", b"#!/bin/sh\n", EXECUTABLE, "an executable file"),
        (f"{FOLDER}/main.tf", b"../other.tf", LINK, "a link"),
        ("modules", b"elsewhere", LINK, "a link"),
        (FOLDER, b"1" * 40, SUBMODULE, "a submodule"),
        (FOLDER, b"a file\n", "100644", "a file"),
    ],
)
@pytest.mark.parametrize("branch", ["feat/s3", "main"])
async def test_what_a_push_would_flatten_at_github_is_refused_before_anything_is_pushed(
    hub: GitHub, kind: str, path: str, content: bytes, mode: str, what: str, branch: str
) -> None:
    head = hub.repository.commit({path: content}, "Odd", modes={path: mode})
    with pytest.raises(CannotCarry, match=f"{path} is {what} in acme/infra"):
        await push(server_of(kind, hub.host), branch=branch)
    assert hub.repository.branches() == {"main": head}


async def test_links_executables_and_submodules_that_are_not_touched_stay(hub: GitHub, kind: str) -> None:
    odd = {f"{FOLDER}/run.sh": EXECUTABLE, f"{FOLDER}/link.tf": LINK, "vendored": SUBMODULE}
    contents = {f"{FOLDER}/run.sh": b"#!/bin/sh\n", f"{FOLDER}/link.tf": b"main.tf", "vendored": b"1" * 40}
    hub.repository.commit(
        {**contents, f"{FOLDER}/latin.txt": b"caf\xe9\n", f"{FOLDER}/none": b""}, "Odd", modes=odd
    )
    before = {entry.path: entry for entry in hub.repository.tree("main")}
    pushed = await push(server_of(kind, hub.host))
    after = {entry.path: entry for entry in hub.repository.tree(pushed.sha)}
    untouched = [path for path in before if before[path].type != "tree"]
    assert {path: after[path] for path in untouched} == {path: before[path] for path in untouched}


async def test_an_empty_repository_is_refused_before_the_tools_make_a_readme_in_it(
    hub: GitHub, kind: str
) -> None:
    hub.repository.git("update-ref", "-d", "refs/heads/main")
    with pytest.raises(GitHubTrouble, match=r"has no commit yet.*Make a first commit"):
        await push(server_of(kind, hub.host))
    assert hub.repository.branches() == {}


async def test_a_truncated_tree_is_looked_at_folder_by_folder(hub: GitHub, kind: str) -> None:
    hub.repository.commit({f"{FOLDER}/main.tf": b"#!\n"}, "Odd", modes={f"{FOLDER}/main.tf": EXECUTABLE})
    hub.repository.commit({f"aaa/{number}.txt": b"x\n" for number in range(40)}, "Many")
    hub.tree_limit = 30
    with pytest.raises(CannotCarry, match="an executable file"):
        await push(server_of(kind, hub.host))
    hub.repository.commit({f"{FOLDER}/main.tf": None}, "Without")
    pushed = await push(server_of(kind, hub.host))
    assert set(MODULE) <= set(hub.repository.shas(pushed.sha))


async def test_a_read_only_token_a_wrong_one_and_a_hidden_repository_are_told_apart(
    hub: GitHub, kind: str
) -> None:
    with pytest.raises(GitHubTrouble, match="Contents: read and write"):
        await push(server_of(kind, hub.host, READ_ONLY_TOKEN))
    with pytest.raises(GitHubTrouble, match="does not accept the token") as caught:
        await push(server_of(kind, hub.host, "github_pat_wrong_wrong_wrong_wrong"))
    assert "wrong_wrong" not in str(caught.value)
    hub.name = "acme/elsewhere"
    with pytest.raises(GitHubTrouble, match="may not see it"):
        await push(server_of(kind, hub.host))


async def test_a_protected_branch_says_so_and_stays(hub: GitHub, kind: str) -> None:
    hub.protected.add("main")
    head = hub.repository.head("main")
    with pytest.raises(GitHubTrouble, match=r"protected.*Name a new branch"):
        await push(server_of(kind, hub.host), branch="main")
    assert hub.repository.head("main") == head
