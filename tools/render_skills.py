"""Render SKILL.md and references/ of every skill below a folder from its blueprint.yaml.

`python tools/render_skills.py` renders the shipped skills in place; a test holds them equal.
"""

import sys
from pathlib import Path

from aws_orchestrator.blueprint.skill import SUFFIX, read_blueprint, render_skill
from aws_orchestrator.blueprint.verify import require_verified
from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.shipped import shipped_folder


def main() -> int:
    """Write the rendered files; exit code 1 when a blueprint does not agree with the catalog."""
    base = Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_folder("skills")
    library = shipped_library()
    for folder in sorted(base.glob(f"*{SUFFIX}")):
        try:
            blueprint = read_blueprint(folder)
            catalog = library.choose(blueprint.provider.source, blueprint.provider.version)
            if catalog is None:
                print(f"{folder}: no catalog satisfies {blueprint.provider.version}", file=sys.stderr)
                return 1
            require_verified(blueprint, catalog, str(folder))
        except OrchestratorError as error:
            print(error, file=sys.stderr)
            return 1
        for name, content in render_skill(blueprint, catalog).items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        print(f"{folder.name}: rendered with {catalog.provider} {catalog.version}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
