"""Updates of modules in other styles than ours: planned, made, valid for Terraform, and nothing else touched."""

import re
from collections.abc import Mapping

import pytest

from aws_orchestrator.agents.tf_updater import edited, only_new
from aws_orchestrator.agents.update_planner import changed_files
from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.findings import Tree
from aws_orchestrator.hcl.edit_check import difference_outside
from aws_orchestrator.hcl.splice import inverse, splice
from aws_orchestrator.outside import Engine
from aws_orchestrator.workflows.check_module import check_tree
from unit.update.update_cases import CASES, Case
from unit.update.updating import module_files, planned

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.module}: {case.request}")
async def test_an_update_is_planned_made_and_valid(case: Case, catalog: Catalog, engine: Engine) -> None:
    files = module_files(case.module)
    proposal = (await planned(files, case.request, catalog)).proposal
    after = changed_files(files, proposal.edits, proposal.created, proposal.deleted)

    assert {name for name in files.keys() | after.keys() if files.get(name) != after.get(name)} == set(
        case.files
    )
    assert {file.path for file in proposal.plan.files} == set(case.files)
    text = _plain("\n".join(after[name].decode() for name in case.files))
    for part in case.holds:
        assert _plain(part) in text
    for part in case.lacks:
        assert _plain(part) not in text
    assert proposal.plan.risk == case.risk, proposal.plan
    assert proposal.plan.destroyed == case.destroyed
    for part in case.breaking:
        assert any(part in sentence for sentence in proposal.plan.breaking), proposal.plan.breaking
    if not case.breaking:
        assert proposal.plan.breaking == ()
    assert await _problems(engine, files, after, proposal.plan.moved) == []


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_every_byte_outside_the_edits_is_what_it_was_and_the_inverse_restores(
    line_end: str, catalog: Catalog
) -> None:
    for case in CASES:
        files = {
            name: content.replace(b"\n", line_end.encode())
            for name, content in module_files(case.module).items()
        }
        proposal = (await planned(files, case.request, catalog)).proposal
        for name, edits in proposal.edits.items():
            after = edited(name, files[name], edits)
            assert difference_outside(files[name], edits, after) is None
            assert splice(after, inverse(files[name], edits)) == files[name]
            if line_end == "\r\n":
                assert b"\n" not in after.replace(b"\r\n", b""), case.request


async def test_the_same_request_gives_the_same_edits(catalog: Catalog) -> None:
    for case in CASES[::5]:
        files = module_files(case.module)
        first, second = [(await planned(files, case.request, catalog)).proposal for _ in range(2)]
        assert first == second


async def _problems(
    engine: Engine, before: Mapping[str, bytes], after: Mapping[str, bytes], moved: Mapping[str, str]
) -> list[str]:
    """What every check, the quality rules and the module's own tests included, has against the update."""
    was, becomes = [
        (await check_tree(engine, shipped_library(), Tree(key="update", files=files))).model_copy(
            update={"strict": True}
        )
        for files in (before, after)
    ]
    return [finding.line() for finding in only_new(was, becomes, moved).blocking]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)
