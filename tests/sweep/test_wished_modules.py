"""Sentences with values in them, to their end: what was understood may not contradict the module's own tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from aws_orchestrator.agents import tf_planner
from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.findings import Tree
from aws_orchestrator.terraform.bundled import AWS, BundledEngine

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BundledEngine]:
    running = BundledEngine(shipped_library(), tmp_path_factory.mktemp("wished"))
    yield running
    await running.close()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    found = shipped_library().choose(AWS)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "sentence",
    [
        "a redis cache with two replicas, encrypted",
        "an acm certificate for example.com with dns validation",
        "an EC2 instance t3.micro with 20 GB root volume",
        "an autoscaling group with 2 to 6 instances",
        "a fifo queue named jobs.fifo with dead letter queue after 3 attempts, 4 day retention",
        "kinesis stream with 4 shards and 48 hours retention",
        "an opensearch domain version 2.11 with 100 GB",
        "an EFS file system with backups",
        "a postgres database 16.3 db.r6g.large 100 GB multi-az with 14 days of backups",
        "a postgres database db.t4g.small, 50 GB gp3, in its own subnet group with a security group",
        "an aurora postgres cluster with 3 db.r6g.xlarge instances",
        "redis with 2 nodes in private subnets with a security group",
        "a python3.12 lambda named resize with a dead letter queue, logs kept 30 days",
        "a lambda that runs as arn:aws:iam::123456789012:role/resizer, without log group",
        "an express state machine",
        "an EKS cluster with 3 t3.large nodes",
        "an autoscaling group of t3.micro from 2 to 6 instances with ami-0123456789abcdef0",
        "an ec2 instance t3.micro with session manager",
        "a cloudtrail trail named audit",
        "a kafka cluster with 3 brokers",
        "an internet-facing ALB with an HTTPS listener, health check at /health, access logs to bucket acme-logs",
        "an ECS fargate service with 3 tasks of image web:1.4.0 on port 3000, 1024 MB",
        "an aurora serverless mysql cluster from 0.5 to 8 ACUs",
        "a documentdb cluster with 3 instances in private subnets",
        "an http api named shop with lambda integration, 50 requests per second",
        "a cloudfront distribution in front of an s3 bucket",
        "an EFS file system with mount targets and backups",
        "a dynamodb table named orders, partition key customer, sort key created (number), ttl on expires",
    ],
)
async def test_the_module_of_a_sentence_passes_its_own_tests(
    engine: BundledEngine, catalog: Catalog, tmp_path: Path, sentence: str
) -> None:
    requirements = tf_planner.enforced(tf_planner.research(sentence, catalog), catalog)
    planned = tf_planner.plan(requirements, catalog, tmp_path)
    module = compile_module(planned.execution.blueprint, planned.understood.selection, catalog)
    result = await engine.test(Tree(key="wished", files=module.files))
    assert (result.status, [finding.line() for finding in result.findings]) == ("passed", [])
