"""The SDK's client for the provider that a person chose; the library is imported when the first one is made."""

from typing import TYPE_CHECKING, Any

from aws_orchestrator.errors import MindUnavailable
from aws_orchestrator.minds.claude.credentials import Credentials

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, AsyncAnthropicBedrock, AsyncAnthropicVertex

    Client = AsyncAnthropic | AsyncAnthropicBedrock | AsyncAnthropicVertex

_CONNECT_SECONDS = 10


def make_client(credentials: Credentials) -> "Client":
    """A client that tries nothing twice: every request counts, so retries are ours (`requests.py`)."""
    import anthropic
    import httpx2

    settings = credentials.settings
    common: dict[str, Any] = {
        "max_retries": 0,
        "timeout": httpx2.Timeout(
            settings.silent_seconds, connect=min(_CONNECT_SECONDS, settings.silent_seconds)
        ),
    }
    if credentials.base_url:
        common["base_url"] = credentials.base_url
    try:
        if settings.provider == "bedrock":
            return anthropic.AsyncAnthropicBedrock(**_given(aws_region=settings.region), **common)
        if settings.provider == "vertex":
            place = _given(region=settings.region, project_id=settings.project)
            return anthropic.AsyncAnthropicVertex(**place, **common)
    except (ValueError, ImportError) as error:
        raise MindUnavailable(f"Claude cannot be used: {' '.join(str(error).split())}") from error
    if credentials.base_url and credentials.key:
        # anthropic 2.10 sends the key as a bearer token; gateways of before that want the older header as well.
        common["default_headers"] = {"x-api-key": credentials.key}
    if credentials.key:
        return anthropic.AsyncAnthropic(api_key=credentials.key, **common)
    return anthropic.AsyncAnthropic(auth_token=credentials.token, **common)


def _given(**values: str) -> dict[str, Any]:
    """What was set; the rest is the library's to find."""
    return {name: value for name, value in values.items() if value}
