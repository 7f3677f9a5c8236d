"""Settings: from the environment, the editor, and `.aws-orchestrator/settings.yaml`, in this order of strength."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator

from aws_orchestrator.errors import UsageError
from aws_orchestrator.limits import Limits
from aws_orchestrator.model import Frozen

_ENVIRONMENT = "AWS_ORCHESTRATOR_"
_SIZE_LIMIT = 64 * 1024
# A file that came with a repository must not start programs, nor choose who gets the token.
_NOT_FROM_FILES = ("github_mcp_command", "github_mcp_url", "github_host", "terraform_binary")
# Folders with a meaning of their own: a module in one of them would be somebody's hook or run.
_RESERVED = frozenset({".git", ".aws-orchestrator", ".terraform"})


class ClaudeSettings(Frozen):
    """How Claude is reached. A workspace's file cannot say any of it: a key must not follow an address in a repository."""

    provider: Literal["anthropic", "bedrock", "vertex"] = "anthropic"
    base_url: str = ""
    """A gateway that speaks the Messages API; https unless it is on this machine. Empty: the API itself."""
    planning_model: str = Field(default="claude-opus-5-5", min_length=1)
    editing_model: str = Field(default="claude-sonnet-5-5", min_length=1)
    region: str = ""
    """The region of Bedrock or Vertex; empty: what their own environment says."""
    project: str = ""
    """The project of Vertex; empty: what its own environment says."""
    output_tokens: int = Field(default=32_000, ge=1_000)
    """The longest answer."""
    silent_seconds: float = Field(default=45, gt=0)
    """An answer of which nothing comes for so long is dead."""
    trouble_seconds: float = Field(default=110, gt=0)
    """How long a gateway that is dead or refuses is tried in all."""

    @field_validator("base_url")
    @classmethod
    def _safe(cls, value: str) -> str:
        parts = urlsplit(value)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if value and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and local))):
            raise ValueError("it must begin with https:// (http:// only on this machine)")
        return value


class Settings(Frozen):
    """Everything that a person can set."""

    modules_folder: str = "terraform_modules"
    """Folder of the generated modules, relative to the workspace folder."""
    limits: Limits = Limits()
    disabled_rules: frozenset[str] = frozenset()
    """Ids of quality rules that `check` and the editor leave out."""
    check_seconds: float = Field(default=120, gt=0)
    """Time limit of one check of one module."""
    github_mcp_command: str = ""
    """Command line of a GitHub MCP server over stdio, as `github-mcp-server stdio --toolsets repos,git,pull_requests`."""
    github_mcp_url: str = ""
    """URL of a GitHub MCP server over streamable HTTP."""
    github_host: str = ""
    """GITHUB_HOST of that server: the address of a GitHub of your own."""
    mind: Literal["auto", "builtin", "claude"] = "auto"
    """Who thinks; `auto` is Claude when there are credentials, else the built-in mind."""
    claude: ClaudeSettings = ClaudeSettings()

    hover: bool | None = None
    """Whether the editor shows what is known of the word under the pointer; null: unless HashiCorp's extension does."""
    completion: bool | None = None
    """Whether the editor offers what can be written at a place; null: unless HashiCorp's extension does."""
    symbols: bool | None = None
    """Whether the editor gets the outline of a file; null: unless HashiCorp's extension gives one."""
    code_lens: bool | None = None
    """Whether the editor shows "Update module…" and "Run tests" above the code; null: unless HashiCorp's extension is active."""
    hashicorp_active: bool = False
    """Whether the editor has HashiCorp's Terraform extension at work too; editors tell."""

    engine: Literal["bundled", "cli"] = "bundled"
    """What checks modules: the Terraform that ships with us, or a person's own with the real providers."""
    terraform_binary: str = ""
    """The terraform or tofu of the cli engine; empty: the first on PATH. Never taken from a workspace's file."""

    def wants(self, chosen: bool | None) -> bool:
        """Whether something of the editor is on that two extensions would do twice."""
        return not self.hashicorp_active if chosen is None else chosen

    @field_validator("modules_folder")
    @classmethod
    def _inside_the_workspace(cls, value: str) -> str:
        parts = [part for part in re.split(r"[/\\]", value.strip()) if part not in ("", ".")]
        outside = value.strip().startswith(("/", "\\", "~")) or ".." in parts or ":" in value
        if not parts or outside or not value.isprintable() or not _RESERVED.isdisjoint(parts):
            raise ValueError("it must be a folder of its own inside the workspace, as terraform_modules")
        return "/".join(parts)


_GROUPS: Mapping[str, type[Frozen]] = {"limits": Limits, "claude": ClaudeSettings}


def load_settings(workspace: Path | None, editor: Mapping[str, Any] | None = None) -> Settings:
    """The settings of a workspace; UsageError names the key and the file when one is wrong.

    A workspace's file may lower the limits of a run, never raise them: whoever can commit a file is not the person who
    decides.
    """
    values = _from_file(workspace / ".aws-orchestrator" / "settings.yaml") if workspace else {}
    for key in _NOT_FROM_FILES:
        if key in values:
            raise UsageError(
                f"The setting {key} may not stand in `.aws-orchestrator/settings.yaml`, which comes with the workspace; "
                f"set it in the environment ({_ENVIRONMENT}{key.upper()}) or in your editor's user settings."
            )
    settings = _build(values, "`.aws-orchestrator/settings.yaml`")
    _refuse_from_file(settings, values)
    if "limits" in values:
        given = {name: bound for name, bound in settings.limits.model_dump().items() if bound is not None}
        values = {**values, "limits": Limits().lowered(given).model_dump()}
    for source, origin in (
        (_snake(editor or {}), "the editor's settings"),
        (_from_environment(), "the environment"),
    ):
        values = _merged(values, source)
        settings = _build(values, origin)
    return settings


def _refuse_from_file(settings: Settings, values: Mapping[str, Any]) -> None:
    """UsageError when the workspace's file says what only a person may: who thinks on whose account, and where."""
    wrong = "claude" if "claude" in values else "mind" if settings.mind == "claude" else ""
    if wrong:
        raise UsageError(
            f"The setting {wrong} in `.aws-orchestrator/settings.yaml` is not read from a workspace's file; "
            "set it in the editor or the environment, and remove it there."
        )


def _build(values: Mapping[str, Any], origin: str) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"The setting {key} in {origin} is wrong: {first['msg'].removeprefix('Value error, ')}."
        ) from error


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = _merged(result[key], value)
        else:
            result[key] = value
    return result


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > _SIZE_LIMIT:
            raise UsageError(f"{path} is larger than {_SIZE_LIMIT >> 10} KB; it cannot be a settings file.")
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as UTF-8 text: {error}. Correct or remove it.") from error
    # Only who has a settings file waits for the YAML reader.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = 8
    try:
        data = yaml.load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise UsageError(
            f"{path} is no valid YAML: {str(error).splitlines()[0]}. Correct or remove it."
        ) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UsageError(f"{path} must hold a mapping of settings, as `modules_folder: terraform_modules`.")
    return _snake(data)


def _from_environment() -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in Settings.model_fields.keys() - _GROUPS.keys():
        text = os.environ.get(_ENVIRONMENT + field.upper())
        if text is None:
            continue
        values[field] = (
            [item.strip() for item in text.split(",") if item.strip()] if field == "disabled_rules" else text
        )
    for group, model in _GROUPS.items():
        prefix = f"{_ENVIRONMENT}{group.upper()}_"
        given = {
            name: os.environ[prefix + name.upper()]
            for name in model.model_fields
            if prefix + name.upper() in os.environ
        }
        if given:
            values[group] = given
    return values


def _snake(values: Mapping[str, Any]) -> dict[str, Any]:
    """The keys in Python's spelling: the editor writes `modulesFolder`; null means not set."""
    result: dict[str, Any] = {}
    for key, value in values.items():
        # Only the groups that settings have are looked into: aliases make a small file into an endless one.
        if key in _GROUPS and isinstance(value, Mapping):
            result[key] = {_snake_name(name): item for name, item in value.items() if item is not None}
        elif value is not None:
            result[_snake_name(key)] = value
    return result


def _snake_name(key: object) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match[1].lower(), str(key))
