"""Which GitHub server is meant, and that its token is seen by nobody else."""

from pathlib import Path

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.mcp.github_server import github_host, github_server
from aws_orchestrator.mcp.github_trouble import trouble_of
from aws_orchestrator.settings import Settings, load_settings
from aws_orchestrator.workflows.origin_url import repository_of

TOKEN = "github_pat_" + "11ABCDEFGHIJKLMNOPQRST"
COMMAND = "github-mcp-server stdio --toolsets repos,git,pull_requests"


def test_without_a_setting_there_is_no_server() -> None:
    assert github_server(Settings(), {"GITHUB_PERSONAL_ACCESS_TOKEN": TOKEN}) is None


def test_the_command_gets_the_token_in_its_environment_and_none_of_our_other_secrets() -> None:
    given = {
        "GITHUB_PERSONAL_ACCESS_TOKEN": TOKEN,
        "GITHUB_HOST": "https://github.example",
        "ANTHROPIC_API_KEY": "no",
        "AWS_SECRET_ACCESS_KEY": "no",
        "PATH": "/bin",
    }
    server = github_server(Settings(github_mcp_command=COMMAND), given)
    assert server is not None
    assert server.command == tuple(COMMAND.split())
    assert server.environment == {
        "GITHUB_PERSONAL_ACCESS_TOKEN": TOKEN,
        "GITHUB_HOST": "https://github.example",
        "PATH": "/bin",
    }


def test_a_url_gets_the_token_in_a_header() -> None:
    server = github_server(
        Settings(github_mcp_url="https://mcp.example/mcp"), {"GITHUB_PERSONAL_ACCESS_TOKEN": TOKEN}
    )
    assert server is not None
    assert server.headers == {"Authorization": f"Bearer {TOKEN}"}
    assert (server.url, dict(server.environment)) == ("https://mcp.example/mcp", {})


@pytest.mark.parametrize(
    "settings",
    [
        Settings(github_mcp_command=COMMAND, github_mcp_url="https://mcp.example/mcp"),
        Settings(github_mcp_command=f"env GITHUB_PERSONAL_ACCESS_TOKEN={TOKEN} {COMMAND}"),
        Settings(github_mcp_command="'unclosed"),
        Settings(github_mcp_url=f"https://mcp.example/mcp?token={TOKEN}"),
        Settings(github_mcp_url="https://me:hunter2@mcp.example/mcp"),
        Settings(github_mcp_url="http://mcp.example/mcp"),
        Settings(github_mcp_url="file:///etc/passwd"),
    ],
)
def test_what_would_show_a_secret_or_cannot_be_meant_is_bad_input(settings: Settings) -> None:
    with pytest.raises(UsageError) as caught:
        github_server(settings, {"GITHUB_PERSONAL_ACCESS_TOKEN": TOKEN})
    assert TOKEN not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_token_with_a_line_end_is_said_without_showing_it() -> None:
    with pytest.raises(UsageError, match="copy the token again") as caught:
        github_server(
            Settings(github_mcp_command=COMMAND), {"GITHUB_PERSONAL_ACCESS_TOKEN": f"{TOKEN}\nX: y"}
        )
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("key", ["github_mcp_command", "githubMcpUrl", "githubHost"])
def test_a_file_of_the_workspace_cannot_choose_the_server(tmp_path: Path, key: str) -> None:
    folder = tmp_path / ".aws-orchestrator"
    folder.mkdir()
    (folder / "settings.yaml").write_text(f"{key}: evil\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"may not stand in"):
        load_settings(tmp_path)


def test_the_environment_and_the_editor_choose_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings(None, {"githubMcpCommand": COMMAND}).github_mcp_command == COMMAND
    monkeypatch.setenv("AWS_ORCHESTRATOR_GITHUB_MCP_URL", "https://mcp.example/mcp")
    assert load_settings(None).github_mcp_url == "https://mcp.example/mcp"


@pytest.mark.parametrize(
    ("url", "repository"),
    [
        ("https://github.com/acme/infra.git", "acme/infra"),
        ("https://token@github.com/acme/infra", "acme/infra"),
        ("git@github.com:acme/infra.git", "acme/infra"),
        ("ssh://git@github.com:22/acme/infra.git", "acme/infra"),
        ("https://gitlab.com/acme/infra.git", ""),
        ("https://github.com.evil.example/acme/infra", ""),
        ("/srv/git/infra.git", ""),
        ("git@github.com:acme/infra/more.git", ""),
        ("", ""),
    ],
)
def test_the_repository_behind_a_remote(url: str, repository: str) -> None:
    assert repository_of(url, github_host(Settings(), {})) == repository


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("failed to update reference: Update is not a fast forward", "moved"),
        ("failed to create branch: Reference already exists", "exists"),
        ("failed to create tree: GitHub API rate limit exceeded. Retry after 59m59s.", "rate_limit"),
        ("failed to create tree: GitHub secondary rate limit exceeded. Wait before retrying.", "rate_limit"),
        ("failed to get base commit: GET https://x/1: 401 Bad credentials []", "unauthorized"),
        ("failed to create commit: POST https://x/1: 403 Resource not accessible []", "forbidden"),
        ("failed to get branch reference: GET https://x/1: 404 Not Found []", "missing"),
        ("failed to get repository tree: GET https://x/1: 409 Git Repository is empty. []", "empty"),
        ("failed to update reference: PATCH https://x/1: 502 Bad Gateway []", "lost"),
        ('failed to list commits: main: Get "https://x": EOF', "lost"),
        ('unknown tool "push_files"', "unknown_tool"),
        ("failed to update reference: Repository rule violations found", "protected"),
        ("something new", "refused"),
    ],
)
def test_the_official_servers_texts_are_told_apart(said: str, kind: str) -> None:
    trouble = trouble_of("push_files", said, "acme/infra")
    assert trouble.kind == kind
    assert str(trouble).isprintable()
