"""Versions of providers: semantic versioning's order, as Terraform uses it."""

import re
from dataclasses import dataclass
from functools import total_ordering

from aws_orchestrator.errors import UsageError

VERSION_PATTERN = r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?"
_FULL_VERSION = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)
_ANY_VERSION = re.compile(VERSION_PATTERN, re.ASCII)


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A version; equality includes the build metadata, the order does not."""

    major: int
    minor: int = 0
    patch: int = 0
    prerelease: str = ""
    metadata: str = ""

    @property
    def release(self) -> tuple[int, int, int]:
        """The three numbers."""
        return (self.major, self.minor, self.patch)

    @property
    def precedence(self) -> tuple[object, ...]:
        """What versions are sorted by: a prerelease comes before its release, numbers before words in it."""
        parts = tuple(
            (0, int(part), "") if part.isdigit() else (1, 0, part)
            for part in self.prerelease.split(".")
            if part
        )
        return (self.release, not self.prerelease, parts)

    def __lt__(self, other: "Version") -> bool:
        return self.precedence < other.precedence

    def __str__(self) -> str:
        text = f"{self.major}.{self.minor}.{self.patch}"
        text += f"-{self.prerelease}" if self.prerelease else ""
        return text + (f"+{self.metadata}" if self.metadata else "")


def parse_version(text: str) -> Version:
    """The version that the text is (all three numbers); UsageError when it is none."""
    if not _FULL_VERSION.fullmatch(text):
        raise UsageError(f'"{text}" is not a provider version: write all three numbers, as in 5.100.0.')
    return version_of_match(_ANY_VERSION.fullmatch(text))


def version_of_match(match: re.Match[str] | None) -> Version:
    """The version of a match of VERSION_PATTERN; numbers that were left out are zero."""
    assert match is not None
    major, minor, patch, prerelease, metadata = match.groups()[-5:]
    return Version(int(major), int(minor or 0), int(patch or 0), prerelease or "", metadata or "")
