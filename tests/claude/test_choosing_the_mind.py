"""Who thinks: by choice, by credentials, and how Claude is reached. Nothing is sent here."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.errors import MindUnavailable
from aws_orchestrator.limits import Limits
from aws_orchestrator.minds.choice import choose_mind
from aws_orchestrator.minds.claude.clients import make_client
from aws_orchestrator.minds.claude.credentials import Credentials, find_credentials
from aws_orchestrator.minds.claude.requests import Requests
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.settings import ClaudeSettings, Settings

KEY = "sk-ant-a-key-that-nobody-may-see-0123456789"
THERE = {"ANTHROPIC_API_KEY": KEY}


@pytest.mark.parametrize(
    ("wanted", "environment", "stored", "name", "reason"),
    [
        ("builtin", THERE, "", "builtin", "chosen in the settings"),
        ("claude", THERE, "", "claude", "chosen in the settings; asked at api.anthropic.com"),
        ("auto", THERE, "", "claude", "there are credentials for it; asked at api.anthropic.com"),
        ("auto", {"ANTHROPIC_AUTH_TOKEN": KEY}, "", "claude", "there are credentials for it"),
        ("auto", {}, KEY, "claude", "there are credentials for it"),
        ("auto", {}, "", "builtin", "there is no key. Set ANTHROPIC_API_KEY"),
        ("auto", {"ANTHROPIC_API_KEY": "  "}, "", "builtin", "there is no key"),
        ("auto", {"ANTHROPIC_API_KEY": "a\nkey"}, "", "builtin", "the value of ANTHROPIC_API_KEY is no key"),
        ("auto", {**THERE, "ANTHROPIC_BASE_URL": "http://elsewhere"}, "", "builtin", "must begin with https"),
    ],
)
def test_the_mind_and_why(
    wanted: Any, environment: dict[str, str], stored: str, name: str, reason: str
) -> None:
    mind = choose_mind(Settings(mind=wanted), environment, stored)

    assert mind.name == name
    assert reason in mind.reason
    assert KEY not in mind.reason


def test_who_wants_claude_and_has_no_key_is_told_before_anything_begins() -> None:
    with pytest.raises(MindUnavailable, match="there is no key"):
        choose_mind(Settings(mind="claude"), {})


def test_the_key_of_the_clients_storage_is_stronger_than_the_environments() -> None:
    found = find_credentials(ClaudeSettings(), {"ANTHROPIC_API_KEY": "sk-old"}, KEY)
    assert found.key == KEY
    assert KEY not in repr(found)
    assert find_credentials(ClaudeSettings(), {"ANTHROPIC_AUTH_TOKEN": "t", **THERE}).token == ""


@pytest.mark.parametrize(
    ("settings", "kind", "address"),
    [
        ({}, "AsyncAnthropic", "https://api.anthropic.com"),
        ({"base_url": "https://gateway.example/v"}, "AsyncAnthropic", "https://gateway.example/v"),
        (
            {"provider": "bedrock", "region": "eu-central-1"},
            "AsyncAnthropicBedrock",
            "https://bedrock-runtime.eu-central-1.amazonaws.com",
        ),
        (
            {"provider": "vertex", "region": "europe-west1", "project": "p"},
            "AsyncAnthropicVertex",
            "https://europe-west1-aiplatform.googleapis.com/v1",
        ),
    ],
)
def test_each_provider_has_its_client_that_tries_nothing_twice(
    settings: dict[str, Any], kind: str, address: str
) -> None:
    chosen = ClaudeSettings(**settings)
    client = make_client(find_credentials(chosen, THERE))

    assert type(client).__name__ == kind
    assert str(client.base_url).rstrip("/") == address
    assert client.max_retries == 0
    assert getattr(client.timeout, "read", None) == 45


def test_a_token_is_sent_as_one_and_vertex_without_a_place_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    client = make_client(Credentials(ClaudeSettings(), "", token="a-token"))
    assert getattr(client, "auth_token", None) == "a-token"
    monkeypatch.delenv("CLOUD_ML_REGION", raising=False)
    with pytest.raises(MindUnavailable, match="No region was given"):
        make_client(find_credentials(ClaudeSettings(provider="vertex"), {}))


@pytest.mark.parametrize("provider", ["bedrock", "vertex"])
async def test_a_cloud_without_credentials_or_its_library_is_said_in_a_sentence(
    provider: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith(("AWS_", "GOOGLE_", "CLOUDSDK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "nothing.json"))
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = ClaudeSettings(provider=provider, region="eu-central-1", project="p")
    requests = Requests(find_credentials(settings, {}), first_pause=0.01)
    dispatcher = Dispatcher(Usage(Limits()), ModuleFiles(frozenset()))
    body = {"model": "m", "max_tokens": 10, "messages": [{"role": "user", "content": "x"}]}

    with pytest.raises(
        MindUnavailable, match=r"the request could not be made|missing required dependency"
    ) as ended:
        await requests.send(dispatcher, "test", body)
    assert "\n" not in str(ended.value)
    await requests.close()


def run(folder: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "aws_orchestrator",
            "generate",
            "two topics",
            "--workspace",
            str(folder),
            *words,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


def test_the_terminal_says_in_one_sentence_that_there_is_no_key(tmp_path: Path) -> None:
    ended = run(tmp_path, "--mind", "claude")

    assert ended.returncode == 1
    assert ended.stderr == (
        "aws-orchestrator: Claude cannot be used: there is no key. "
        "Set ANTHROPIC_API_KEY in the environment, or store a key in the editor.\n"
    )
    assert not (tmp_path / ".aws-orchestrator").exists()


def test_the_library_is_not_imported_before_claude_is_asked() -> None:
    program = (
        "import os, sys; from aws_orchestrator.settings import Settings; from aws_orchestrator.minds.choice import choose_mind; "
        "choose_mind(Settings(mind='claude'), {'ANTHROPIC_API_KEY': 'k'}); print('anthropic' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
