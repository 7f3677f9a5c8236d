"""The editor's way to GitHub: the settings name the server, the environment holds the token, the gate asks."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pytest_lsp import LanguageClient

from doubles.bare_repository import BareRepository
from doubles.github_rest import TOKEN, GitHub
from doubles.servers import DOUBLE
from support.editor import editor_of, editor_session, plain, start

pytestmark = pytest.mark.asyncio(loop_scope="module")
MAIN = b'variable "name" {\n  type = string\n}\n\nresource "aws_s3_bucket" "main" {\n  bucket = var.name\n}\n'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    repository = BareRepository(tmp_path_factory.mktemp("github") / "infra.git")
    repository.commit({"modules/site/main.tf": MAIN}, "The module")
    github = GitHub(repository)
    yield github
    github.close()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace")


@editor_session(environment={"GITHUB_PERSONAL_ACCESS_TOKEN": TOKEN})
async def client(lsp_client: LanguageClient, served: GitHub, workspace: Path) -> AsyncIterator[None]:
    options = {"githubMcpCommand": DOUBLE, "githubHost": served.host}
    await start(lsp_client, workspace, options={"awsOrchestrator": options})
    yield
    await lsp_client.shutdown_session()


async def test_a_module_on_github_is_updated_from_the_editor(
    client: LanguageClient, served: GitHub, workspace: Path
) -> None:
    editor = editor_of(client)
    fields = {
        "repository": "acme/infra",
        "branch": "feat/arn",
        "message": "feat(site): the ARN",
        "pull_request": "no",
    }
    editor.answers = [{"choice": "push_to_github", "fields": fields}]
    wish = {
        "request": "add an output bucket_arn",
        "uri": "github:acme/infra//modules/site@main",
        "workspaceFolder": workspace.as_uri(),
    }
    started = await editor.command("updateModule", wish)
    ended = await editor.finished(started["runId"])
    assert ended.status == "done", ended.summary
    report = plain(ended.report)
    assert report["commit"]["sha"] == served.repository.head("feat/arn")
    assert served.repository.messages("feat/arn")[0] == "feat(site): the ARN"
    gate = next(gate for gate in editor.gates if gate.kind == "commit")
    assert [option.key for option in gate.options] == ["keep_local", "push_to_github"]
    assert b"aws_s3_bucket.main.arn" in served.repository.files("feat/arn")["modules/site/outputs.tf"]


async def test_a_name_with_tricks_and_a_missing_folder_are_refused(
    client: LanguageClient, workspace: Path
) -> None:
    editor = editor_of(client)
    wish = {"request": "x", "uri": "github:acme/infra//../x", "workspaceFolder": workspace.as_uri()}
    assert "names no module on GitHub" in str(await editor.refused("updateModule", wish))
    wish = {"request": "x", "uri": "github:acme/infra//modules/site"}
    assert "needs a workspaceFolder" in str(await editor.refused("updateModule", wish))
