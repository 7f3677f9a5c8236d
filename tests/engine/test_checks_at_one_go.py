"""init, fmt and validate at one go: the results of asking one after the other, and no module waits for another."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.findings import Tree
from aws_orchestrator.terraform.bundled import BundledEngine
from engine.conftest import MAIN, VERSIONS, tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALLING = 'module "child" {\n  source = "./child"\n  name   = "x"\n}\n'
CHILD = MAIN.decode()
TREES = {
    "valid": tree(),
    "unformatted": tree(main_tf=MAIN.replace(b"type = string", b"type=string")),
    "syntax error": tree(other_tf="locals {\n  a = \n}\n"),
    "error": tree(other_tf='output "x" {\n  value = local.missing\n}\n'),
    "unknown provider": tree(
        versions_tf='terraform {\n  required_providers {\n    x = { source = "a/x" }\n  }\n}\n'
    ),
    "remote module": tree(other_tf='module "m" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'),
    "local module": tree(main_tf=CALLING, child__main_tf=CHILD, child__versions_tf=VERSIONS),
    "broken child": tree(main_tf=CALLING, child__main_tf=CHILD + "x {"),
    "missing child": tree(main_tf=CALLING),
    "escaping": tree(other_tf='module "m" {\n  source = "../../x"\n}\n'),
    "not admitted": tree(versions_tf=VERSIONS.replace(b">= 5.0", b">= 99.0")),
}


@pytest.mark.parametrize("name", TREES)
async def test_they_say_what_each_says_alone(engine: BundledEngine, name: str) -> None:
    together = TREES[name].model_copy(update={"key": f"together {name}"})
    alone = TREES[name].model_copy(update={"key": f"alone {name}"})
    for _ in range(2):  # the second time nothing is initialised again
        found = await engine.check(together)
        assert found == (await engine.init(alone), await engine.fmt(alone), await engine.validate(alone))


async def test_what_only_validate_finds_keeps_init_from_nothing(engine: BundledEngine) -> None:
    wrong = tree(key="wrong", other_tf='terraform {\n  required_version = "< 1.0"\n}\n')
    init, fmt, validate = await engine.check(wrong)
    assert (init.status, fmt.status, validate.status) == ("passed", "passed", "failed")
    assert validate == await engine.validate(wrong)


async def test_only_what_is_wanted_is_asked(engine: BundledEngine) -> None:
    assert [result.check for result in await engine.check(tree(), ("fmt",))] == ["fmt"]
    assert [result.check for result in await engine.check(tree(), ("init", "validate"))] == [
        "init",
        "validate",
    ]


async def test_a_piece_that_is_edited_is_formatted_as_the_whole_file_would_be(engine: BundledEngine) -> None:
    blocks = [f'variable "v{number}" {{\n  type = string\n}}\n\n' for number in range(20)]

    def edited(text: str) -> Tree:
        return tree(key="pieces", main_tf="".join([*blocks[:7], text, *blocks[8:]]))

    assert (await engine.fmt(edited(blocks[7]))).status == "passed"
    for text in (
        'variable "v7" {\n  type=string\n}\n\n',
        "locals {\n  a = <<EOT\n}\n\n  x=1\nEOT\n  bcd = 1\n}\n\n",
        "locals {\n  a = \n}\n\n",
        "# lonely\n\n\n\n",
    ):
        fresh = BundledEngine.fmt(engine, edited(text).model_copy(update={"key": text}))
        whole = await engine.format({"main.tf": edited(text).files["main.tf"]})
        found = await fresh
        fixes = [edit.text for finding in found.findings if finding.fix for edit in finding.fix.edits]
        assert bool(fixes) == (whole["main.tf"] != edited(text).files["main.tf"]), text


async def test_a_module_whose_check_hangs_does_not_hold_up_another_one(
    library: CatalogLibrary, cache: Path, tmp_path: Path
) -> None:
    engine = BundledEngine(library, tmp_path, cache=cache, workers=2)
    try:
        await engine.validate(tree("one"))
        (pid,) = engine.worker_pids  # one module at a time needs one worker
        os.kill(pid, signal.SIGSTOP)
        hanging = asyncio.create_task(engine.validate(tree("one")))
        again = asyncio.create_task(engine.validate(tree("one")))
        assert engine._supervisor is not None
        while not engine._supervisor._busy:  # noqa: ASYNC110  # until the stopped worker has the job
            await asyncio.sleep(0.01)
        assert (await engine.validate(tree("two"))).status == "passed"
        assert len(engine.worker_pids) == 2
        os.kill(pid, signal.SIGCONT)
        assert [(await hanging).status, (await again).status] == ["passed", "passed"]
        assert len(engine.worker_pids) == 2
    finally:
        await engine.close()


async def test_modules_of_other_provider_versions_get_workers_of_their_own_until_there_are_enough(
    library: CatalogLibrary, cache: Path, tmp_path: Path
) -> None:
    engine = BundledEngine(library, tmp_path, cache=cache, workers=2)
    versions = [version for name, version in library.available() if name == "hashicorp/aws"][-3:]
    assert len(versions) >= 2
    try:
        for version in [*versions, *versions]:
            found = await engine.validate(
                tree(version, versions_tf=VERSIONS.replace(b">= 5.0", f"= {version}".encode()))
            )
            assert version in found.note
            assert len(engine.worker_pids) <= 2
    finally:
        await engine.close()
