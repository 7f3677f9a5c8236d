"""Which registry server is asked is a matter of the environment alone."""

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.mcp.over_http import loopback_address
from aws_orchestrator.mcp.registry_server import COMMAND_VARIABLE, URL_VARIABLE, registry_server


def test_nothing_set_means_no_server() -> None:
    assert registry_server({}) is None
    assert registry_server({COMMAND_VARIABLE: "  ", URL_VARIABLE: ""}) is None


def test_a_command_gets_a_clean_environment() -> None:
    secrets = {
        "AWS_SECRET_ACCESS_KEY": "s",
        "ANTHROPIC_API_KEY": "k",
        "HTTPS_PROXY": "http://me:pw@proxy",
        "PATH": "/bin",
    }
    server = registry_server({COMMAND_VARIABLE: "'terraform mcp' stdio", "NO_PROXY": "localhost", **secrets})
    assert server is not None
    assert server.command == ("terraform mcp", "stdio")
    assert server.environment == {"PATH": "/bin", "NO_PROXY": "localhost"}


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({COMMAND_VARIABLE: "x", URL_VARIABLE: "https://r/mcp"}, "both set"),
        ({COMMAND_VARIABLE: "x 'unclosed"}, "as in a shell"),
        ({URL_VARIABLE: "ftp://r/mcp"}, "no http(s) URL"),
        ({URL_VARIABLE: "http://["}, "no http(s) URL"),
        ({URL_VARIABLE: "http://registry.example/mcp"}, "use https"),
    ],
)
def test_a_wrong_choice_is_one_sentence_that_names_the_variable(
    environment: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match="AWS_ORCHESTRATOR_REGISTRY_MCP_") as raised:
        registry_server(environment)
    assert said in str(raised.value)


def test_a_password_in_the_url_is_not_repeated() -> None:
    with pytest.raises(UsageError) as raised:
        registry_server({URL_VARIABLE: "http://me:hunter2@registry.example/mcp"})
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8765", ("127.0.0.1", 8765)),
        ("localhost:0", ("127.0.0.1", 0)),
        ("[::1]:80", ("::1", 80)),
    ],
)
def test_a_loopback_address_is_taken(text: str, address: tuple[str, int]) -> None:
    assert loopback_address(text) == address


@pytest.mark.parametrize(
    "text", ["0.0.0.0:80", "8765", "127.0.0.1", "127.0.0.1:99999", "example.org:80", ":80", "[::]:80"]
)
def test_an_address_that_others_could_reach_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"127\.0\.0\.1"):
        loopback_address(text)
