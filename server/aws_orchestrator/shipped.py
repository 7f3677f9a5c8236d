"""Where the shipped skills and memories are: in the wheel, or beside server/ in a checkout."""

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def shipped_folder(kind: Literal["skills", "memories"]) -> Path:
    """The folder of the shipped skills or memories."""
    packaged = _PACKAGE / "shipped" / kind
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent / kind
