"""How a sentence gives a planned module its inputs, as patterns that are kept in the skill."""

import re

from aws_orchestrator.blueprint.model import InputPhrase
from aws_orchestrator.minds.builtin.planner.naming import naming_field
from aws_orchestrator.minds.builtin.planner.part import PlannedPart

NAME_PATTERN = (
    r"\b(?:named|called|name it|with (?:the )?name(?: of)?)\s+[\"'`“]?"
    r"(?P<value>/?[A-Za-z0-9][A-Za-z0-9._/-]{0,61}[A-Za-z0-9])"
)
_MOST = 40


def phrases_of(core: PlannedPart) -> tuple[InputPhrase, ...]:
    """The phrases of the core resource's inputs: its name, and numbers after or before the argument's words."""
    found = []
    named = naming_field(core.schema.name, core.fields)
    for field in core.fields:
        variable = core.names[field.name]
        if named is not None and field.name == named.name:
            found.append(InputPhrase(variable=variable, patterns=(NAME_PATTERN,)))
        elif field.type == "number" and len(found) < _MOST:
            words = re.sub(r"_(in_)?(seconds|days|hours|minutes|gb|mb)$", "", field.name)
            spoken = r"[\s-]+".join(re.escape(word) for word in words.split("_"))
            unit = re.search(r"_(seconds|days|hours|minutes|gb|mb)$", field.name)
            after = (
                rf"\s*(?:{unit[1]}|{unit[1].rstrip('s')})?\b(?!\s*(?:minutes?|hours?|days?|seconds?)\b)"
                if unit
                else r"\b"
            )
            found.append(
                InputPhrase(
                    variable=variable,
                    patterns=(
                        rf"\b{spoken}(?:\s+(?:of|is|to|at))?\s*[:=]?\s*(?P<value>[0-9]{{1,9}}){after}",
                    ),
                )
            )
    return tuple(found)
