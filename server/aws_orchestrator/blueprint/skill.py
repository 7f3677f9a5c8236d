"""Skills: a folder `<service>-module-generator/` that holds one blueprint for machines (blueprint.yaml) and for people.

SKILL.md and references/ are rendered from blueprint.yaml; nothing reads types or arguments back out of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.read import parse_blueprint
from aws_orchestrator.blueprint.skill_pages import RENDERED_FILES, render_pages, schema_names
from aws_orchestrator.blueprint.yaml_document import SIZE_LIMIT, load_yaml
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import BlueprintError

SUFFIX = "-module-generator"
BLUEPRINT_FILE = "blueprint.yaml"
_SERVICE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class SkillSummary(NamedTuple):
    """What is known of a skill without reading its blueprint."""

    service: str
    title: str
    keywords: tuple[str, ...]
    folder: Path


class Skill(NamedTuple):
    """A skill with its blueprint and what SKILL.md says that it was verified against."""

    folder: Path
    blueprint: Blueprint
    schema_hash: str
    missing: tuple[str, ...]
    """Rendered files that are not there."""

    @property
    def blueprint_path(self) -> Path:
        """Where the blueprint is, for messages."""
        return self.folder / BLUEPRINT_FILE


class SkillLibrary:
    """The skills of a workspace and the shipped ones; a workspace's skill wins over the shipped one of its service."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Look into the folders in this order; folders that do not exist hold no skills."""
        self._folders = tuple(folders)

    def folder_of(self, service: str) -> Path | None:
        """The folder of the service's skill, or None."""
        if not _SERVICE.fullmatch(service):  # it may come from a request: `../…` must lead nowhere
            return None
        for base in self._folders:
            folder = base / f"{service}{SUFFIX}"
            if (folder / BLUEPRINT_FILE).is_file():
                return folder
        return None

    def services(self) -> tuple[str, ...]:
        """The services that have a skill, sorted."""
        return tuple(sorted({folder.name.removesuffix(SUFFIX) for folder in self._skill_folders()}))

    def summaries(self) -> tuple[tuple[SkillSummary, ...], tuple[str, ...]]:
        """What every skill is for, and a sentence for each that cannot be read: one broken skill stops nobody."""
        found: dict[str, SkillSummary] = {}
        broken = []
        for folder in self._skill_folders():
            service = folder.name.removesuffix(SUFFIX)
            if service in found:
                continue
            try:
                found[service] = _summary(folder, service)
            except BlueprintError as error:
                broken.append(str(error))
        return tuple(found[service] for service in sorted(found)), tuple(broken)

    def load(self, service: str) -> Skill | None:
        """The service's skill, or None when there is none; BlueprintError when it cannot be read."""
        folder = self.folder_of(service)
        if folder is None:
            return None
        blueprint = read_blueprint(folder)
        if blueprint.service != service:
            raise BlueprintError(
                f"{folder / BLUEPRINT_FILE} describes the service `{blueprint.service}`, but its folder says `{service}`; "
                "rename one of the two."
            )
        missing = tuple(name for name in RENDERED_FILES if not (folder / name).is_file())
        metadata = {} if "SKILL.md" in missing else _metadata(folder)
        return Skill(folder, blueprint, str(metadata.get("schema-hash", "")), missing)

    def _skill_folders(self) -> Iterator[Path]:
        for base in self._folders:
            try:
                folders = sorted(base.iterdir()) if base.is_dir() else []
            except OSError as error:
                raise BlueprintError(
                    f"The skills in {base} cannot be read: {error.strerror or error}."
                ) from error
            for folder in folders:
                service = folder.name.removesuffix(SUFFIX)
                if service == folder.name or not _SERVICE.fullmatch(service):
                    continue
                if (folder / BLUEPRINT_FILE).is_file():
                    yield folder


def read_blueprint(folder: Path) -> Blueprint:
    """The blueprint of a skill's folder."""
    path = folder / BLUEPRINT_FILE
    return parse_blueprint(_read_text(path), str(path))


def schema_hash(blueprint: Blueprint, catalog: Catalog) -> str:
    """The hash of the schemas that the blueprint uses: equal hashes mean that its arguments still are what they were."""
    return catalog.schema_hash(schema_names(blueprint))


def staleness(skill: Skill, catalog: Catalog) -> str:
    """Why the skill is not current for this catalog, in a clause; empty when it is.

    Current means that the schemas it uses are unchanged, not that the provider's version is equal: the provider is
    released every week. That the catalog satisfies the constraint is how the catalog was chosen.
    """
    if skill.missing:
        return f"{', '.join(skill.missing)} {'is' if len(skill.missing) == 1 else 'are'} missing"
    if skill.schema_hash != schema_hash(skill.blueprint, catalog):
        return f"the schemas it uses are not those of {catalog.provider} {catalog.version}"
    return ""


def render_skill(blueprint: Blueprint, catalog: Catalog) -> Mapping[str, bytes]:
    """SKILL.md and references/ of a skill, by path inside its folder; always the same bytes."""
    return render_pages(blueprint, catalog, schema_hash(blueprint, catalog))


def _summary(folder: Path, service: str) -> SkillSummary:
    if not (folder / "SKILL.md").is_file():
        blueprint = read_blueprint(folder)
        return SkillSummary(service, blueprint.title, blueprint.keywords, folder)
    metadata = _metadata(folder)
    keywords = metadata.get("keywords")
    if not isinstance(keywords, str):
        raise BlueprintError(
            f"{folder / 'SKILL.md'} names no keywords in its metadata; delete it to have it rendered again."
        )
    return SkillSummary(
        service,
        str(metadata.get("title", service)),
        tuple(word.strip() for word in keywords.split(",")),
        folder,
    )


def _metadata(folder: Path) -> dict[str, Any]:
    """The metadata in the front matter of SKILL.md; empty when there is none."""
    path = folder / "SKILL.md"
    text = _read_text(path).replace("\r\n", "\n")
    head, separator, _ = text.removeprefix("---\n").partition("\n---\n")
    advice = "delete it to have it rendered again"
    if not separator or not text.startswith("---\n"):
        raise BlueprintError(f"{path} has no front matter; {advice}.")
    data = load_yaml(head, str(path))
    metadata = data.get("metadata", {}) if isinstance(data, dict) else None
    if not isinstance(metadata, dict):
        raise BlueprintError(f"{path} has no readable front matter; {advice}.")
    return metadata


def _read_text(path: Path) -> str:
    try:
        # A skill is committed with the workspace: a link in it must not lead to files of somebody else.
        folder = path.parent.resolve()
        if not path.resolve().is_relative_to(folder) or not folder.is_relative_to(
            path.parent.parent.resolve()
        ):
            raise BlueprintError(
                f"{path} is a link that leaves its skill's folder; put the file itself there."
            )
        if path.stat().st_size > SIZE_LIMIT:
            raise BlueprintError(
                f"{path} is larger than {SIZE_LIMIT // 1024} KB; a skill's file is not that large."
            )
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BlueprintError(f"{path} is not UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise BlueprintError(f"{path} cannot be read: {error.strerror or error}.") from error
