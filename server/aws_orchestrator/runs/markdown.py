"""Words that somebody else wrote, put into Markdown without becoming Markdown."""

import re
from collections.abc import Iterable, Sequence

from aws_orchestrator.runs.redaction import printable, redact

# What Markdown, HTML and GitHub (mentions, references to issues) would act upon.
_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|~@!$&]")


def words(text: object) -> str:
    """The text on one line, as it reads: no markup, no mention, no secret."""
    plain = redact(printable(str(text)))
    return _ACTIVE.sub(lambda found: "@\u200b" if found[0] == "@" else f"\\{found[0]}", plain)


def code(text: object) -> str:
    """The text as inline code; a mark that no backtick inside can end."""
    plain = redact(printable(str(text))).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", plain)), default=0)
    fence = "`" * (longest + 1)
    space = " " if plain[:1] == "`" or plain[-1:] == "`" else ""
    return f"{fence}{space}{plain}{space}{fence}" if plain else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; none without rows. Cells are Markdown already."""
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines, ""] if lines else []
