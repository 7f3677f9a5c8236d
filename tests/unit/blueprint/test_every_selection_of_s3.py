"""Whatever a request selects of the S3 skill, the module is whole, formatted, and the same every time."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint, Selection
from aws_orchestrator.blueprint.select import select
from aws_orchestrator.blueprint.verify import verify
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.hcl.syntax import first_error


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_subset_of_features_compiles(s3: Blueprint, catalog: Catalog, data: st.DataObject) -> None:
    names = sorted(feature.name for feature in s3.features)
    selection = Selection(features=frozenset(data.draw(st.sets(st.sampled_from(names)))))
    module = compile_module(s3, selection, catalog)
    assert list(module.files) == [file.name for file in select(s3, selection).files]
    for name, content in module.files.items():
        if not name.endswith(".md"):
            assert first_error(content) is None
            assert format_source(content) == content
    # What was selected is a blueprint itself: nothing refers to what fell away.
    assert verify(select(s3, selection), catalog) == ()
    assert compile_module(s3, selection, catalog).files == module.files
