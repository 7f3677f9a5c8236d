"""The difference that an update makes, for a person to read in a gate."""

import difflib
from collections.abc import Mapping

from aws_orchestrator.runs.redaction import redact

_LINES = 200


def differences(
    module: str, before: Mapping[str, bytes], after: Mapping[str, bytes], deleted: tuple[str, ...]
) -> str:
    """A unified diff of the changed files as Markdown, cut where nobody would read on; deleted files by name."""
    lines: list[str] = []
    for name in sorted(after):
        # The journal keeps the gate: a secret in a person's file must not get there.
        old, new = (
            redact(content.decode("utf-8", "replace")) for content in (before.get(name, b""), after[name])
        )
        path = f"{module}/{name}"
        lines += difflib.unified_diff(old.splitlines(), new.splitlines(), path, path, lineterm="")
    more = [f"… {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    diff = "\n".join(["```diff", *lines[:_LINES], *more, "```"]) if lines else ""
    gone = "\n".join(f"- `{module}/{name}` is deleted" for name in sorted(deleted))
    return "\n\n".join(part for part in (diff, gone) if part)
