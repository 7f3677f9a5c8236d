"""What a request leaves open that matters: asked only where no default is safe."""

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.minds.builtin.planner.part import PlannedPart
from aws_orchestrator.minds.builtin.planner.results import Question
from aws_orchestrator.minds.builtin.planner.wishes import ENGINES

# Inputs that only the person knows, and that AWS cannot change later without replacing the resource.
_ASKED = {
    "cidr_block": (
        "Which address range (CIDR block), as 10.0.0.0/16?",
        r"\d{1,3}(\.\d{1,3}){3}/\d{1,2}",
    ),
    "engine": ("Which engine, as postgres or mysql?", r"[a-z0-9-]+"),
    "instance_type": ("Which instance type, as t3.micro?", r"[a-z0-9-]+(\.[a-z0-9-]+)+"),
    "instance_class": ("Which instance class, as db.t4g.medium?", r"[a-z0-9-]+(\.[a-z0-9-]+)+"),
    "ami": ("Which image (AMI), as ami-0123456789abcdef0?", r"ami-[0-9a-f]{8,17}"),
}


# Inputs of additions, by the core resource type; an answer selects the feature that has the input.
_ASKED_BESIDE = {
    "aws_vpc": Question(
        variable="zone_count",
        text="In how many availability zones should there be subnets, 1 to 6? (empty: no subnets)",
        pattern="[1-6]",
    )
}


def questions_of(core: PlannedPart, inputs: dict[str, Value]) -> tuple[Question, ...]:
    """The questions about inputs that the request gave no value for."""
    defaults = {field.name for field in core.fields if field.default is not None}
    beside = _ASKED_BESIDE.get(core.schema.name)
    asked = tuple(
        Question(variable=core.names[name], text=text, pattern=pattern)
        for name, (text, pattern) in _ASKED.items()
        if name in core.names
        and name not in defaults
        and core.names[name] not in inputs
        # DocumentDB and Neptune have one engine, MemoryDB takes one of its own.
        and (name != "engine" or core.schema.name in ENGINES)
    )
    # Zones alone are no reason to ask: they come with what has to be asked anyway.
    return (*asked, beside) if asked and beside is not None and beside.variable not in inputs else asked
