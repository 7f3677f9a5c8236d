"""tf-skill-builder: writes what a skill's folder lacks (SKILL.md, references/) from its blueprint."""

import shutil
from pathlib import Path

from aws_orchestrator.blueprint.skill import BLUEPRINT_FILE, Skill, render_skill
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.runs.run import RunSuspended


def build_skill(skill: Skill, catalog: Catalog, workspace_skills: Path) -> tuple[str, ...]:
    """Render the skill's pages; the paths that were written.

    A skill of the workspace is completed where it is; a shipped one is copied to the workspace first, because the
    package is not ours to change.
    """
    folder = skill.folder
    if not folder.is_relative_to(workspace_skills):
        folder = workspace_skills / skill.folder.name
    written = []
    try:
        if folder != skill.folder:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(skill.folder / BLUEPRINT_FILE, folder / BLUEPRINT_FILE)
            written.append(folder / BLUEPRINT_FILE)
        for name, content in render_skill(skill.blueprint, catalog).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(path)
    except OSError as error:
        raise RunSuspended(
            f"The skill in {folder} cannot be completed: {error.strerror}. Mend that, then resume the run."
        ) from error
    return tuple(str(path) for path in written)
