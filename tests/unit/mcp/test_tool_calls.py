"""What a caller does wrong is answered with what to do, never with a crash."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aws_orchestrator.mcp.tool import LONGEST_TEXT
from unit.mcp.conftest import Call

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = (
    "search_providers",
    "get_provider_details",
    "get_module_details",
    "search_modules",
    "get_resource_schema",
)
ARGUMENTS = (
    "provider_doc_id",
    "module_id",
    "module_query",
    "type",
    "kind",
    "path",
    "depth",
    "version",
    "provider_name",
)


async def test_an_unknown_tool_gets_the_nearest_name(call: Call) -> None:
    answer = await call("get_resource_shema")
    assert answer.failed
    assert 'Did you mean "get_resource_schema"' in answer.text


async def test_missing_and_misspelt_arguments_are_named_together(call: Call) -> None:
    answer = await call("get_resource_schema", typ="aws_s3_bucket")
    assert answer.failed
    assert "the argument 'type' is missing" in answer.text
    assert "there is no argument 'typ' (did you mean \"type\"?)" in answer.text


async def test_unknown_arguments_of_the_official_tools_are_ignored_as_the_official_server_does(
    call: Call,
) -> None:
    assert not (await call("get_latest_provider_version", namespace="hashicorp", name="aws", more=1)).failed


async def test_an_argument_of_endless_length_is_refused(call: Call) -> None:
    answer = await call("search_modules", module_query="x" * (LONGEST_TEXT + 1))
    assert answer.failed
    assert f"longer than {LONGEST_TEXT}" in answer.text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(NAMES), arguments=st.dictionaries(st.sampled_from(ARGUMENTS), JSON, max_size=5))
async def test_whatever_the_arguments_are_there_is_an_answer(
    call: Call, name: str, arguments: dict[str, Any]
) -> None:
    answer = await call(name, **arguments)
    assert answer.text
    assert len(answer.text) < 60_000
