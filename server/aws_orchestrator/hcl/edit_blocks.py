"""Edits that put whole blocks into a file, take them out, or give them an argument; everything else stays as it is."""

from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView
from aws_orchestrator.hcl.format import format_source


def newline_of(content: bytes) -> str:
    """The line end that a file uses."""
    return "\r\n" if b"\r\n" in content else "\n"


def block_text(text: str, content: bytes) -> str:
    """A block's text, formatted, with the line ends of the file that it is meant for and none at its end."""
    formatted = format_source((text.strip() + "\n").encode()).decode().rstrip("\n")
    return formatted.replace("\n", newline_of(content))


def block_after(file: FileView, block: BlockView | None, text: str) -> Edit:
    """The edit that puts a block after another one of the file; at the end of the file without one."""
    newline = newline_of(file.content)
    if block is not None:
        position = _line_end(file.content, block.end)
        following = file.content[_next_line(file.content, position) :]
        gap = newline if following and following[: _next_line(following, 0)].strip() else ""
        return _insertion(file, position, f"{newline}{newline}{block_text(text, file.content)}{gap}")
    kept = len(file.content.rstrip())
    if not kept or file.content[:kept] == b"\xef\xbb\xbf":
        return Edit(
            file=file.file,
            start=kept,
            end=len(file.content),
            text=f"{block_text(text, file.content)}{newline}",
        )
    end = _line_end(file.content, kept)
    separator = f"{newline}{newline}"
    tail = "" if end < len(file.content) else newline
    return _insertion(file, end, f"{separator}{block_text(text, file.content)}{tail}")


def block_removal(file: FileView, block: BlockView) -> Edit:
    """The edit that takes a block out, with the comment that stands right above it and one of the gaps around it."""
    start, end = block_lines(file, block)
    content = file.content
    after = end
    while after < len(content) and not content[after : _next_line(content, after)].strip():
        after = _next_line(content, after)
    if after < len(content):
        return Edit(file=file.file, start=start, end=after, text="")
    # The last block: the gap before it goes with it.
    before = start
    while before > 0 and not content[_line_start(content, before - 1) : before].strip():
        before = _line_start(content, before - 1)
    return Edit(file=file.file, start=before, end=len(content), text="")


def block_lines(file: FileView, block: BlockView) -> tuple[int, int]:
    """The byte range of a block's whole lines, with the comment that stands right above it."""
    content = file.content
    start = _line_start(content, block.start)
    while start > 0:
        above = _line_start(content, start - 1)
        line = content[above:start].strip()
        if above == 0:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.endswith(b"*/") and not line.startswith((b"#", b"//")):
            opening = content.rfind(b"/*", 0, start)
            if opening < 0 or content[_line_start(content, opening) : opening].strip(b" \t\xef\xbb\xbf"):
                break
            above = _line_start(content, opening)
        elif not line.startswith((b"#", b"//")):
            break
        if above == 0 and content.startswith(b"\xef\xbb\xbf"):
            start = 3
            break
        start = above
    if start == 0 and content.startswith(b"\xef\xbb\xbf"):
        start = 3
    return start, _next_line(content, block.end)


def attribute_value(attribute: AttributeView, text: str) -> Edit:
    """The edit that gives an argument another value."""
    return Edit(file=attribute.file, start=attribute.value_start, end=attribute.value_end, text=text)


def argument_removal(file: FileView, attribute: AttributeView) -> Edit:
    """The edit that takes an argument out, with its line when it has one of its own."""
    content = file.content
    start, end = _line_start(content, attribute.start), _next_line(content, attribute.end)
    rest = content[attribute.end : end].strip()
    if content[start : attribute.start].strip() or (rest and not rest.startswith((b"#", b"//"))):
        return Edit(file=file.file, start=attribute.start, end=attribute.end, text="")
    return Edit(file=file.file, start=start, end=end, text="")


def argument_at_top(file: FileView, block: BlockView, line: str) -> Edit:
    """The edit that puts an argument first in a block, apart from what follows."""
    newline = newline_of(file.content)
    indent = _indent(file, block) + "  "
    body = file.content[block.body_start : block.body_end]
    if not body.strip():
        text = f"{newline}{indent}{line}{newline}{_indent(file, block)}"
        return Edit(file=file.file, start=block.body_start, end=block.body_end, text=text)
    if b"\n" not in body:  # `locals { a = 1 }`: a block on one line takes one argument only
        inner = file.text(block.body_start, block.body_end).strip()
        text = f"{newline}{indent}{line}{newline}{newline}{indent}{inner}{newline}{_indent(file, block)}"
        return Edit(file=file.file, start=block.body_start, end=block.body_end, text=text)
    return _insertion(file, block.body_start, f"{newline}{indent}{line}{newline}")


def inside_at_end(file: FileView, block: BlockView, text: str) -> Edit:
    """The edit that puts arguments or nested blocks last into a block, apart from what is there."""
    newline = newline_of(file.content)
    outer = _indent(file, block)
    lines = [f"{outer}  {line}".rstrip() for line in block_text(text, b"").split("\n")]
    body = file.content[block.body_start : block.body_end]
    if not body.strip():
        inner = newline.join(lines)
        return Edit(
            file=file.file,
            start=block.body_start,
            end=block.body_end,
            text=f"{newline}{inner}{newline}{outer}",
        )
    position = block.body_start + len(body.rstrip())
    gap = newline * 2 + newline.join(lines)
    if b"\n" in body[len(body.rstrip()) :]:
        return _insertion(file, position, gap)
    return Edit(file=file.file, start=position, end=block.body_end, text=f"{gap}{newline}{outer}")


def _indent(file: FileView, block: BlockView) -> str:
    start = _line_start(file.content, block.start)
    written = file.text(start, block.start)
    return written if not written.strip() else ""


def _insertion(file: FileView, position: int, text: str) -> Edit:
    return Edit(file=file.file, start=position, end=position, text=text)


def _line_start(content: bytes, position: int) -> int:
    return content.rfind(b"\n", 0, position) + 1


def _next_line(content: bytes, position: int) -> int:
    found = content.find(b"\n", position)
    return len(content) if found < 0 else found + 1


def _line_end(content: bytes, position: int) -> int:
    """Where the line of a position ends, before its line end."""
    end = content.find(b"\n", position)
    if end < 0:
        return len(content)
    return end - 1 if end > position and content[end - 1 : end] == b"\r" else end
