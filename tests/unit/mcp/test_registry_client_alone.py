"""The registry client without a server: the catalogs answer, typed."""

import sys

import pytest

from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.errors import UsageError
from aws_orchestrator.mcp.registry import RegistryClient, open_registry


@pytest.fixture
def client(library: CatalogLibrary, skills: SkillLibrary) -> RegistryClient:
    return open_registry(library, skills, {})


async def test_the_newest_version_is_the_newest_known_here(client: RegistryClient, newest: str) -> None:
    latest = await client.latest_version()
    assert (latest.here, latest.registry, latest.newer_elsewhere) == (newest, None, False)
    assert latest.sentence == f"hashicorp/aws: newest known here: {newest}"
    assert client.notes == ()


async def test_a_search_gives_types_that_the_catalog_has_and_their_pages(client: RegistryClient) -> None:
    found = await client.search("dynamodb table")
    assert found[0].name == "aws_dynamodb_table"
    assert all(one.known and one.origin == "catalogs" for one in found)
    assert "# aws_dynamodb_table" in (await client.page(found[0])).markdown


async def test_modules_and_their_pages(client: RegistryClient) -> None:
    module = (await client.search_modules("bucket"))[0]
    page = await client.module_page(module)
    assert page is not None
    assert "Amazon S3 bucket" in page.markdown


async def test_a_provider_that_nobody_here_knows_is_an_error(client: RegistryClient) -> None:
    with pytest.raises(UsageError, match="hashicorp/google"):
        await client.latest_version("hashicorp/google")


async def test_the_library_of_the_protocol_is_not_loaded_for_it(client: RegistryClient) -> None:
    import subprocess

    code = (
        "import asyncio, sys\n"
        "from aws_orchestrator.blueprint.skill import SkillLibrary\n"
        "from aws_orchestrator.catalog import shipped_library\n"
        "from aws_orchestrator.mcp.registry import open_registry\n"
        "asyncio.run(open_registry(shipped_library(), SkillLibrary([]), {}).search('sqs'))\n"
        "print('mcp' in sys.modules, 'anyio' in sys.modules)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: ASYNC221
    assert said.stdout.split() == ["False", "False"]
