"""The mind that asks Claude, with a loopback server in Claude's place."""

from typing import Any

from aws_orchestrator.minds.choice import AutoMind
from aws_orchestrator.minds.claude.credentials import Credentials
from aws_orchestrator.minds.claude.mind import ClaudeMind
from aws_orchestrator.minds.claude.requests import Requests
from aws_orchestrator.settings import ClaudeSettings
from support.messages_api import MessagesApi

KEY = "sk-ant-a-key-that-nobody-may-see-0123456789"


def claude(api: MessagesApi, **settings: Any) -> ClaudeMind:
    """Claude as this server is."""
    chosen = ClaudeSettings(**{"silent_seconds": 20, "trouble_seconds": 30, **settings})
    return ClaudeMind(
        Requests(Credentials(chosen, api.url, KEY), first_pause=0.05), chosen, "chosen for the test"
    )


def automatic(api: MessagesApi, **settings: Any) -> AutoMind:
    """The same, with the built-in mind behind it."""
    return AutoMind(claude(api, **settings))
