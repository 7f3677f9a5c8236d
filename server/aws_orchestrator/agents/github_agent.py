"""github-agent: brings the validated files to where the Commit Gate said."""

from collections.abc import Sequence

from aws_orchestrator.model import Frozen


class Kept(Frozen):
    """The files that stay in the workspace."""

    paths: tuple[str, ...]
    detail: str


def keep_local(module: str, files: Sequence[str]) -> Kept:
    """Report where the files are; nothing is pushed anywhere."""
    paths = tuple(f"{module}/{name}" for name in files)
    return Kept(paths=paths, detail=f"kept local: {len(paths)} files in {module}")
