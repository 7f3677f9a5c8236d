"""Where Claude's key comes from: the environment or the client's secret storage, never a file of a workspace."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import ValidationError

from aws_orchestrator.errors import MindUnavailable
from aws_orchestrator.settings import ClaudeSettings

KEY = "ANTHROPIC_API_KEY"
TOKEN = "ANTHROPIC_AUTH_TOKEN"
BASE_URL = "ANTHROPIC_BASE_URL"


class Credentials(NamedTuple):
    """How to reach Claude; the key is not part of any text about it."""

    settings: ClaudeSettings
    base_url: str
    """Empty: the provider's own."""
    key: str = ""
    token: str = ""

    def __repr__(self) -> str:
        return f"<Credentials for {self.where}>"

    @property
    def where(self) -> str:
        """Who answers, for messages."""
        names = {"anthropic": "api.anthropic.com", "bedrock": "Amazon Bedrock", "vertex": "Vertex AI"}
        return self.base_url or names[self.settings.provider]

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be in any text."""
        return tuple(secret for secret in (self.key, self.token) if secret)


def find_credentials(
    settings: ClaudeSettings, environment: Mapping[str, str], stored_key: str = ""
) -> Credentials:
    """The credentials; MindUnavailable says which are missing.

    `stored_key` is the one that a client keeps for its user. For Bedrock and Vertex, which a person has to choose, the
    cloud's own chain of credentials is asked when the first request is sent.
    """
    base_url = settings.base_url or environment.get(BASE_URL, "")
    try:
        ClaudeSettings(base_url=base_url)
    except ValidationError:
        raise MindUnavailable(
            f"Claude cannot be used: {BASE_URL} must begin with https:// (http:// only on this machine)."
        ) from None
    if settings.provider != "anthropic":
        # The addresses of the clouds are their own; a gateway for one of them is named in the settings.
        return Credentials(settings, settings.base_url)
    key = (stored_key or environment.get(KEY, "")).strip()
    token = "" if key else environment.get(TOKEN, "").strip()
    if not key and not token:
        raise MindUnavailable(
            f"Claude cannot be used: there is no key. Set {KEY} in the environment, or store a key in the editor."
        )
    if not (key or token).isascii() or not (key or token).isprintable():
        raise MindUnavailable(f"Claude cannot be used: the value of {KEY if key else TOKEN} is no key.")
    return Credentials(settings, base_url, key, token)
