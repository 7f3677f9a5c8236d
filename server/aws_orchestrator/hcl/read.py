"""Variables and outputs of a module as data, read by python-hcl2.

Only the wanted blocks go through python-hcl2 (it needs about half a millisecond a line), so what it
cannot parse elsewhere in a file does not matter.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import hcl2
from lark.exceptions import LarkError

from aws_orchestrator.errors import UsageError
from aws_orchestrator.hcl.find import BlockView, ModuleView
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.model import Frozen


class Variable(Frozen):
    """One input of a module."""

    name: str
    file: str
    line: int
    type: str = ""
    """The type constraint as HCL; empty when none is written (any)."""
    description: str = ""
    default: str | None = None
    """The default as it is written, or None for a required variable."""
    sensitive: bool = False
    nullable: bool = True
    validations: int = 0

    @property
    def required(self) -> bool:
        """Whether a caller must set it."""
        return self.default is None


class Output(Frozen):
    """One output of a module."""

    name: str
    file: str
    line: int
    value: str = ""
    description: str = ""
    sensitive: bool = False


def read_variables(files: Mapping[str, bytes]) -> tuple[Variable, ...]:
    """The variables of a module's own files, in file and source order.

    Raises UsageError naming the file and line of a block that cannot be read.
    """
    return tuple(
        Variable(
            name=block.name,
            file=block.file,
            line=line,
            type=_type(data.get("type")),
            description=_string(data.get("description")),
            default=block.attributes["default"].value if "default" in block.attributes else None,
            sensitive=data.get("sensitive") is True,
            nullable=data.get("nullable") is not False,
            validations=len(data.get("validation", ())),
        )
        for block, line, data in _read(files, "variable")
    )


def read_outputs(files: Mapping[str, bytes]) -> tuple[Output, ...]:
    """The outputs of a module's own files, in file and source order.

    Raises UsageError naming the file and line of a block that cannot be read.
    """
    return tuple(
        Output(
            name=block.name,
            file=block.file,
            line=line,
            value=block.attributes["value"].value if "value" in block.attributes else "",
            description=_string(data.get("description")),
            sensitive=data.get("sensitive") is True,
        )
        for block, line, data in _read(files, "output")
    )


def _read(files: Mapping[str, bytes], type_: str) -> Iterator[tuple[BlockView, int, Mapping[str, Any]]]:
    module = ModuleView.of(files)
    for view in module.files.values():
        if view.error is not None:
            start, _, message = view.error
            raise UsageError(f"{view.file}:{view.line(start)}: {message}. Correct the file and ask again.")
        for block in view.blocks:
            if block.type == type_ and block.labels:
                line = view.line(block.start)
                # Carriage returns confuse its heredocs; positions come from the view, so they can go.
                text = view.text(block.start, block.end).replace("\r\n", "\n")
                try:
                    parsed: dict[str, Any] = hcl2.loads(text + "\n")
                except (LarkError, ValueError) as error:
                    raise UsageError(
                        f"{view.file}:{line}: {type_} {block.name!r} cannot be read as data "
                        f"({type(error).__name__}). Correct the block and ask again."
                    ) from error
                [entry] = parsed[type_]
                [data] = entry.values()
                yield block, line, data


def _type(value: object) -> str:
    if not isinstance(value, str):
        return ""
    if value.startswith("${") and value.endswith("}"):
        value = value[2:-1]
    quoted = string_literal(value)
    return quoted if quoted is not None else value


def _string(value: object) -> str:
    if not isinstance(value, str):
        return ""
    plain = string_literal(value)
    if plain is not None:
        return plain
    heredoc = value.strip('"')
    if not heredoc.startswith("<<"):
        return value
    first, _, rest = heredoc.partition("\n")
    lines = rest.split("\n")[:-1]
    if first.startswith("<<-"):
        indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
        lines = [line[min(indents, default=0) :] for line in lines]
    return "\n".join(lines).strip()
