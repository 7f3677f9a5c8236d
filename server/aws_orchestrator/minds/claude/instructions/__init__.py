"""What Claude is told: texts of ours, the same in every request, so that they are read from the cache."""

from functools import cache
from importlib.resources import files
from typing import Literal


@cache
def instructions(name: Literal["planning", "editing"]) -> str:
    """The instructions for a kind of work."""
    return (files(__name__) / f"{name}.md").read_text(encoding="utf-8")
