"""How a type is asked: with accepted siblings, and no more often than its blocks are different."""

from typing import Any

from aws_orchestrator.catalog.knowledge_facts import Checks, Fact, Group
from aws_orchestrator.catalog.knowledge_shape import Shapes
from aws_orchestrator.catalog.model import Attribute, Block, NestedBlock, TypeSchema
from aws_orchestrator.catalog.plugin.messages import Diagnostic
from aws_orchestrator.catalog.probe.fillers import ValidDrafts
from aws_orchestrator.catalog.probe.leaf import Memory
from aws_orchestrator.catalog.probe.type_probe import Learned, TypeProbe


def texts(*names: str) -> dict[str, Attribute]:
    return {name: Attribute(name, "string", optional=True) for name in names}


class Answers:
    """What stands for a provider's process: complaints about every object of a configuration."""

    def __init__(self, *checks: Any) -> None:
        self.checks = checks
        self.calls = 0

    def validate(self, kind: str, name: str, configuration: Any) -> tuple[Diagnostic, ...]:
        self.calls += 1
        return tuple(self._about(configuration, ()))

    def _about(self, value: Any, path: tuple[Any, ...]) -> list[Diagnostic]:
        if isinstance(value, list):
            return [one for number, inner in enumerate(value) for one in self._about(inner, (*path, number))]
        if not isinstance(value, dict):
            return []
        said = [
            Diagnostic("error", complaint, "", path) for check in self.checks if (complaint := check(value))
        ]
        return said + [one for name, inner in value.items() for one in self._about(inner, (*path, name))]


def mode(value: dict[str, Any]) -> str:
    given = value.get("mode")
    return "" if given in (None, "ON", "OFF") else f'expected mode to be one of ["ON" "OFF"], got {given}'


def learn(answers: Answers, schema: TypeSchema, shapes: Shapes, memory: Memory) -> Learned:
    return TypeProbe(answers, schema, shapes, memory).learn()  # type: ignore[arg-type]


def deep(levels: int) -> Block:
    block = Block(texts("mode"), {})
    for _ in range(levels):
        inside = {name: NestedBlock(name, "list", 0, 1, block) for name in ("left", "right")}
        block = Block(texts("mode"), inside)
    return block


def at(checks: Checks, path: str) -> Fact:
    for name in path.split("/"):
        checks = checks.children[name]
    return checks.facts["mode"]


def test_blocks_that_nest_in_themselves_are_asked_once_and_known_everywhere() -> None:
    block, shapes, memory = deep(10), Shapes(), Memory()
    first, second = Answers(mode), Answers(mode)
    learned = learn(first, TypeSchema("aws_x_one", "resource", 0, block), shapes, memory)
    assert at(learned.checks, "left/right/right/left/left") == Fact(values=("ON", "OFF"))
    assert first.calls < 400, "each of the 2,000 places was asked"
    again = learn(second, TypeSchema("aws_x_two", "resource", 0, block), shapes, memory)
    assert again.checks == learned.checks
    assert second.calls < first.calls * 0.8, (
        "what another type of the service taught was asked as often again"
    )


def test_another_answer_in_the_same_block_of_another_type_is_not_overlooked() -> None:
    block, shapes, memory = deep(10), Shapes(), Memory()
    learn(Answers(mode), TypeSchema("aws_x_one", "resource", 0, block), shapes, memory)
    other = learn(Answers(lambda value: ""), TypeSchema("aws_x_two", "resource", 0, block), shapes, memory)
    assert other.checks == Checks()


def test_arguments_that_are_all_declared_alike_are_asked_about_three_of_them() -> None:
    def address(value: dict[str, Any]) -> str:
        wrong = [one for one in value.values() if isinstance(one, str) and not one.startswith("http")]
        return f"{wrong[0]} is no address" if wrong else ""

    wide = Block(texts(*(f"service{number:03}" for number in range(150))), {})
    narrow = Block(texts(*(f"service{number:03}" for number in range(3))), {})
    calls = []
    for block in (narrow, wide):
        answers = Answers(address)
        learned = learn(answers, TypeSchema("aws_x_one", "resource", 0, block), Shapes(), Memory())
        assert {fact.example for fact in learned.checks.facts.values()} == {"https://example.com"}
        assert len(learned.checks.facts) == len(block.attributes)
        calls.append(answers.calls)
    assert calls[1] <= calls[0] + 70


def test_many_arguments_that_are_not_checked_are_asked_together() -> None:
    """Each call about a provider's endpoints takes seconds."""
    names = [f"service{number:03}" for number in range(150)]
    block = Block(texts(*names[:80], "mode", *names[80:]), {})
    root = Block({}, {"endpoints": NestedBlock("endpoints", "set", 0, 0, block)})
    answers = Answers(lambda value: "")
    learned = learn(answers, TypeSchema("aws", "provider", 0, root), Shapes(), Memory())
    assert learned.checks == Checks()
    assert answers.calls < 15
    # One that is checked is found among the others.
    answers = Answers(mode)
    learned = learn(answers, TypeSchema("aws", "provider", 0, root), Shapes(), Memory())
    assert learned.checks.children["endpoints"].facts == {"mode": Fact(values=("ON", "OFF"))}
    assert answers.calls < 150


def test_a_type_whose_author_wrote_its_id_is_not_taken_for_one_of_the_framework() -> None:
    class Sdk(Answers):
        def _about(self, value: Any, path: tuple[Any, ...]) -> list[Diagnostic]:
            if not path and not isinstance(value, dict):
                return [Diagnostic("error", "an object is required")]
            return super()._about(value, path)

    own = Block({"id": Attribute("id", "string", computed=True), **texts("mode")}, {})
    schema = TypeSchema("aws_x_one", "resource", 0, own)
    assert not learn(Sdk(mode), schema, Shapes(), Memory()).framework


def test_rules_that_wait_for_valid_values_are_found() -> None:
    """The framework looks at what an argument excludes only when its own value is right."""

    def arn(value: dict[str, Any]) -> str:
        given = value.get("role")
        return "value must be a valid ARN" if given is not None and not given.startswith("arn:aws:") else ""

    def conflict(value: dict[str, Any]) -> str:
        if value.get("role") is None or value.get("name") is None or arn(value):
            return ""
        return 'Attribute "role" cannot be specified when "name" is specified'

    schema = TypeSchema("aws_x_one", "resource", 0, Block(texts("name", "role"), {}))
    learned = learn(Answers(arn, conflict), schema, Shapes(), Memory())
    assert learned.checks.groups == (Group("conflict", ("name", "role")),)


def test_an_accepted_value_is_kept_where_nothing_else_tells_how_to_make_one() -> None:
    def odd(value: dict[str, Any]) -> str:
        return "" if value.get("id_") in (None, "fs-0123456789abcdef0") else "x is no such thing"

    schema = TypeSchema("aws_x_one", "resource", 0, Block(texts("id_"), {}))
    fact = learn(Answers(odd), schema, Shapes(), Memory()).checks.facts["id_"]
    assert (fact.unread, fact.example) == (True, "fs-0123456789abcdef0")


def test_a_list_of_values_in_a_set_that_must_have_two_elements_is_learned() -> None:
    """The other element must not be wrong in the same way each time, or no value is accepted."""
    inside = NestedBlock(
        "member", "set", 2, 0, Block({"mode": Attribute("mode", "string", required=True)}, {})
    )
    schema = TypeSchema("aws_x_one", "resource", 0, Block({}, {"member": inside}))
    learned = learn(Answers(mode), schema, Shapes(), Memory())
    assert at(learned.checks, "member") == Fact(values=("ON", "OFF"))
    (one, other) = ValidDrafts(Shapes().of_block(schema.block), learned.checks).minimal()["member"]
    assert (one["mode"], other["mode"]) == ("ON", "OFF")
