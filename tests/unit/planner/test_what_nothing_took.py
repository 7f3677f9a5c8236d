"""What a person said and no part of a module answers: it is told, and only that."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.agents import tf_planner
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.minds.builtin.unread import parts_of, without_inner
from support.house import make_house


@pytest.mark.parametrize(
    ("request_", "unread"),
    [
        (
            "an EFS file system for production with backups and lifecycle to infrequent access after 30 days",
            ("lifecycle to infrequent access after 30 days",),
        ),
        ("a cognito user pool with mfa", ("mfa",)),
        ("a redis cache with 3 shards and two replicas", ()),
        ("an MSK cluster with 3 brokers of kafka.m5.large", ("kafka.m5.large",)),
        ("an SQS FIFO queue named orders.fifo, kept for 4 days, with dead letters", ()),
        ("a production postgres 16 database named orders, 100 GB, multi-AZ, 14 days of backups", ()),
        ("a production postgres 16 database, multi-AZ, with a lighthouse", ("lighthouse",)),
        ("please give me a secure private encrypted queue for production", ()),
        ("a dynamodb table with point in time recovery", ()),
        ("a vpc 10.0.0.0/16 with three zones and flow logs", ()),
    ],
)
def test_what_nothing_took_is_named(catalog: Catalog, request_: str, unread: tuple[str, ...]) -> None:
    (wanted,) = tf_planner.research(request_, catalog).services
    assert wanted.unread == unread


def test_it_becomes_a_note_of_the_run(catalog: Catalog) -> None:
    requirements = tf_planner.enforced(tf_planner.research("a topic with a lighthouse", catalog), catalog)
    assert any("“lighthouse”" in note for note in requirements.notes)


@given(st.text(alphabet="ab1.,; and-with\n()", max_size=120))
def test_a_part_is_a_piece_of_the_request_and_the_rest_is_the_request_without_it(text: str) -> None:
    for part in parts_of(text, {"queue"}):
        assert part.said in text
        assert len(part.without) == len(text) - len(part.said) + 1


def test_a_value_inside_an_unread_part_is_not_told_twice() -> None:
    assert without_inner(["lifecycle after 30 days", "30", "30", "mfa"]) == ("lifecycle after 30 days", "mfa")


@pytest.mark.parametrize(
    ("request_", "unread"),
    [
        ("an encrypted bucket with versioning and access logging to my-logs", ()),
        ("a bucket with object lambda and static website hosting", ("lambda",)),
        ("a private bucket for logs with lifecycle rules, expire after 365 days", ("365 days",)),
    ],
)
async def test_a_skill_that_takes_nothing_of_a_part_says_so_too(
    catalog: Catalog, tmp_path: Path, request_: str, unread: tuple[str, ...]
) -> None:
    house = make_house(tmp_path)
    skill = house.skills.load("s3")
    assert skill is not None
    understood = await house.mind.understand(request_, skill.blueprint)
    told = await tf_planner.unread_of_skill(
        house.mind, request_, skill.blueprint, understood, tf_planner.research(request_, catalog)
    )
    assert (told, "access_logging" in understood.features) == (unread, "access logging" in request_)
