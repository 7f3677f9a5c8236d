"""What was learned of one version, on another: what stays an error, what is advice, and that no value of today is refused."""

from dataclasses import replace

import pytest

from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.catalog.knowledge import Checks, Fact, Group, Knowledge, TypeChecks, judge, knowledge_of
from aws_orchestrator.catalog.knowledge_carry import advised, carried
from aws_orchestrator.catalog.model import Attribute, Block, NestedBlock, TypeSchema

TEXT = Attribute("t", "string", optional=True)
NUMBER = Attribute("n", "number", optional=True)
LIST = Fact(values=("A", "B"))
ASKED = "5.100.0"


def schema(block: Block) -> TypeSchema:
    return TypeSchema("x_box", "resource", 0, block)


def box(*texts: str, rule: Block | None = None, **others: Attribute) -> TypeSchema:
    blocks = {"rule": NestedBlock("rule", "list", 0, 0, rule)} if rule is not None else {}
    return schema(Block({**dict.fromkeys(texts, TEXT), **others}, blocks))


def carry(checks: Checks, old: TypeSchema | None, new: TypeSchema, **proved: tuple[str, ...]) -> Checks:
    gained = {(name, LIST.values): more for name, more in proved.items()}
    return carried(TypeChecks(checks), ASKED, old, new, gained).checks


def test_a_proved_list_grows_and_stays_an_error() -> None:
    checks = carry(Checks({"a": LIST, "b": LIST}), box("a", "b"), box("a", "b"), a=("C",))
    assert checks.facts == {"a": Fact(values=("A", "B", "C")), "b": replace(LIST, advisory=True)}


def test_a_proved_list_in_a_place_that_is_declared_otherwise_is_advice() -> None:
    checks = carry(Checks({"a": LIST}), box("a"), box(a=replace(TEXT, optional=False, required=True)), a=())
    assert checks.facts["a"].advisory


@pytest.mark.parametrize(
    ("fact", "advice"),
    [
        (Fact(format="json"), False),
        (Fact(format="rfc3339", empty=True, required=True), False),
        (Fact(format="region"), True),
        (Fact(format="ipv4_cidr"), True),
        (Fact(longest=5), True),
        (Fact(pattern="^a"), True),
        (Fact(format="json", longest=5), True),
        (Fact(low=1, high=5), True),
    ],
)
def test_formats_hardly_age_and_limits_do(fact: Fact, advice: bool) -> None:
    assert carry(Checks({"a": fact}), box("a"), box("a")).facts["a"].advisory is advice


def test_an_arn_stays_an_arn_but_its_partition_and_region_may_be_new() -> None:
    fact = carry(Checks({"a": Fact(format="arn")}), box("a"), box("a")).facts["a"]
    assert not fact.complaint("arn:aws-eusc:sns:eusc-de-east-1:123456789012:topic")
    assert fact.complaint("topic")
    assert not fact.advisory


def test_a_place_is_compared_by_itself_not_by_its_type() -> None:
    old = box("a", "b", rule=Block({"a": TEXT, "b": TEXT}, {}))
    new = box("a", "z", b=NUMBER, rule=Block({"a": TEXT, "b": NUMBER, "c": TEXT}, {}))
    json = Checks(dict.fromkeys("ab", Fact(format="json")), {"rule": Checks({"a": Fact(format="json")})})
    checks = carry(json, old, new)
    assert {name: fact.advisory for name, fact in checks.facts.items()} == {"a": False, "b": True}
    assert not checks.children["rule"].facts["a"].advisory


def test_what_is_gone_is_forgotten_and_without_the_older_schema_all_is_advice() -> None:
    checks = Checks({"a": Fact(format="json"), "gone": LIST}, groups=(Group("conflict", ("a", "gone")),))
    kept = carry(checks, None, box("a"))
    assert kept == Checks({"a": Fact(format="json", advisory=True, uncertain=True)})


@pytest.mark.parametrize(
    ("kind", "gained", "advice"),
    [
        ("conflict", (), False),
        ("conflict", ("c",), False),
        ("exactly_one", (), False),
        ("exactly_one", ("region",), False),
        ("exactly_one", ("c",), True),
        ("together", ("c",), True),
    ],
)
def test_what_is_needed_may_be_given_by_what_came_since(
    kind: str, gained: tuple[str, ...], advice: bool
) -> None:
    rule = Group(kind, ("a", "b"))  # type: ignore[arg-type]
    needed = Fact(required=True)
    checks = carry(Checks({"a": needed}, groups=(rule,)), box("a", "b"), box("a", "b", *gained))
    assert checks.groups == (replace(rule, advisory=advice),)
    assert checks.facts["a"].uncertain is bool(set(gained) - {"region"})


def test_arguments_that_only_the_newer_version_has_get_lists_as_advice() -> None:
    new = box("a", "mode", rule=Block({"mode": TEXT}, {}))
    known = advised(TypeChecks(Checks({"a": LIST})), box("a"), new, {"mode": ("ON",), "a": ("X",)}, "7.0.0")
    advice = Fact(values=("ON",), empty=True, advisory=True)
    assert known.checks == Checks({"a": LIST, "mode": advice}, {"rule": Checks({"mode": advice})})


@pytest.fixture(scope="module")
def newest() -> Catalog:
    catalog = shipped_library().choose("hashicorp/aws")
    assert catalog is not None
    return catalog


@pytest.fixture(scope="module")
def knowledge(newest: Catalog) -> Knowledge:
    known = knowledge_of(newest)
    assert known is not None
    return known


def proved_facts(checks: Checks, lists: dict[tuple[str, tuple[str, ...]], tuple[str, ...]]) -> int:
    """Judge every value of every proved list that stands in the checks; the number of values."""
    asked, seen, todo = 0, set[int](), [checks]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        todo += one.children.values()
        for name, outer in one.facts.items():
            fact = outer.element or outer
            for (argument, learned), more in lists.items():
                if argument == name and set(learned) <= set(fact.values):
                    refused = [value for value in (*learned, *more) if fact.complaint(value)]
                    assert not refused or fact.advisory, (name, refused)
                    asked += len(learned) + len(more)
    return asked


def test_no_value_of_a_proved_list_of_the_newer_service_models_is_refused(knowledge: Knowledge) -> None:
    assert knowledge.later_values is not None
    asked = 0
    for kind, name in knowledge.later_values.types():
        known = knowledge.checks(kind, name)
        if known is not None:
            asked += proved_facts(known.checks, dict(knowledge.later_values.proved(kind, name)))
    assert asked > 10_000


def test_every_learned_value_is_accepted_on_the_newer_version(newest: Catalog, knowledge: Knowledge) -> None:
    exact = shipped_library().choose("hashicorp/aws", f"= {ASKED}")
    assert exact is not None
    learned = knowledge_of(exact)
    assert learned is not None
    refused = []
    for name in newest.resource_names:
        before, now = learned.checks("resource", name), knowledge.checks("resource", name)
        if before is None or now is None:
            continue
        for argument, fact in before.checks.facts.items():
            later = now.checks.facts.get(argument, Fact())
            refused += [(name, argument, value) for value in fact.values if later.complaint(value)]
    assert refused == []


def test_a_value_that_came_later_is_taken_and_an_invented_one_is_an_error(
    newest: Catalog, knowledge: Knowledge
) -> None:
    function = newest.resource("aws_lambda_function")
    assert function is not None
    known = knowledge.checks("resource", "aws_lambda_function")
    assert known is not None
    exact = shipped_library().choose("hashicorp/aws", f"= {ASKED}")
    assert exact is not None
    before = knowledge_of(exact)
    assert before is not None
    old = before.checks("resource", "aws_lambda_function")
    assert old is not None
    came = sorted(set(known.checks.facts["runtime"].values) - set(old.checks.facts["runtime"].values))
    assert came
    empty = dict.fromkeys(function.block.attributes) | {name: [] for name in function.block.blocks}
    for runtime in came:
        assert not [one for one in judge(function, known, empty | {"runtime": runtime}) if one.path]
    (one,) = [one for one in judge(function, known, empty | {"runtime": "cobol85"}) if one.path]
    assert one.severity == "error"
    assert ASKED in one.detail


def test_an_unproved_list_is_a_warning_that_names_its_version(newest: Catalog, knowledge: Knowledge) -> None:
    name = "aws_s3_bucket_versioning"
    versioning, known = newest.resource(name), knowledge.checks("resource", name)
    assert versioning is not None
    config = dict.fromkeys(versioning.block.attributes) | {"bucket": "b"}
    config["versioning_configuration"] = [{"status": "Paused", "mfa_delete": None}]
    (one,) = judge(versioning, known, config)
    assert one.severity == "warning"
    assert ASKED in one.detail


def test_on_the_floor_every_list_is_advice(newest: Catalog) -> None:
    floor = shipped_library().choose("hashicorp/aws", "< 5.100.0")
    assert floor is not None
    known = knowledge_of(floor)
    assert known is not None
    checks = known.checks("resource", "aws_lambda_function")
    assert checks is not None
    assert all(fact.advisory for fact in checks.checks.facts.values() if fact.values)
