"""Diagnostics while somebody types: for the buffers as they are, with their versions, the newest state last."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_session, start

pytestmark = pytest.mark.asyncio(loop_scope="module")

VERSIONS = 'terraform {\n  required_version = ">= 1.9"\n}\n'
RIGHT = 'variable "name" {\n  type        = string\n  description = "A name"\n}\n'
WRONG = 'output "x" {\n  description = "X"\n  value       = local.missing\n}\n'


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    workspace = tmp_path_factory.getbasetemp() / "live"
    workspace.mkdir()
    await start(lsp_client, workspace)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    path: Path = tmp_path_factory.getbasetemp() / "live" / str(request.node.name)[5:30]
    path.mkdir(parents=True)
    write(path, versions=VERSIONS)
    return path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.tf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def repository(folder: Path, ignores: str) -> None:
    subprocess.run(["git", "init", "-q", folder], check=True)
    (folder / ".gitignore").write_text(f"{ignores}/\n", encoding="utf-8")
    (folder / ignores).mkdir()


async def test_what_is_typed_is_checked_without_saving(editor: Editor, folder: Path) -> None:
    write(folder, main=RIGHT)
    main = folder / "main.tf"
    editor.open(main)
    editor.change(main, RIGHT + WRONG, 2)
    await editor.shown(main, "missing")
    editor.change(main, RIGHT, 3)
    await editor.cleared(main, "missing")
    assert main.read_text("utf-8") == RIGHT


async def test_every_publication_carries_the_version_that_was_checked(editor: Editor, folder: Path) -> None:
    write(folder, main=RIGHT)
    main = folder / "main.tf"
    told = editor.told(main)
    editor.open(main)
    await editor.until(lambda: [one for one in told if one.version == 1], "the first version")
    for version in range(2, 30):
        editor.change(main, RIGHT + WRONG.replace("missing", f"missing_{version}"), version)
    await editor.until(lambda: [one for one in told if one.version == 29], "the last version")
    for one in told:
        said = [found.message for found in one.diagnostics if "missing_" in found.message]
        assert all(f'"missing_{one.version}"' in message for message in said)
    versions = [one.version or 0 for one in told]
    assert versions == sorted(versions)
    # A burst is not answered edit by edit: what is outdated is dropped.
    assert len(versions) < 29


async def test_a_file_without_findings_hears_so_with_its_version(editor: Editor, folder: Path) -> None:
    write(folder, main=RIGHT, other=WRONG)
    versions = folder / "versions.tf"
    told = editor.told(versions)
    editor.open(versions)
    editor.change(versions, VERSIONS + "# x\n", 7)
    await editor.until(lambda: [one for one in told if one.version == 7], "the version")
    assert not [found for one in told for found in one.diagnostics]


async def test_a_test_file_is_checked_while_it_is_typed(editor: Editor, folder: Path) -> None:
    write(folder, main=RIGHT)
    test = folder / "tests" / "unit.tftest.hcl"
    test.parent.mkdir()
    good = 'run "x" {\n  command = plan\n}\n'
    test.write_text(good, encoding="utf-8")
    editor.open(test)
    editor.change(test, good + 'run "y" {\n', 2)
    await editor.until(lambda: editor.diagnostics(test), "the syntax error")
    editor.change(test, good, 3)
    await editor.cleared(test)


async def test_a_syntax_error_in_one_file_leaves_the_findings_of_the_others_right(
    editor: Editor, folder: Path
) -> None:
    write(folder, main=RIGHT, outputs=WRONG)
    main, outputs = folder / "main.tf", folder / "outputs.tf"
    editor.open(main)
    editor.open(outputs)
    await editor.shown(outputs, "missing")
    uses_main = 'output "y" {\n  description = "Y"\n  value       = "${var.name}${local.gone}"\n}\n'

    # While main.tf is half typed, its variable is still known, and what is new in outputs.tf is found.
    editor.change(main, RIGHT + "locals {\n  a = \n", 2)
    editor.change(outputs, uses_main, 2)
    await editor.shown(outputs, "gone")
    await editor.until(
        lambda: [d for d in editor.diagnostics(main) if d.code == "validate"], "the syntax error"
    )
    assert not [d for d in editor.diagnostics(outputs) if "missing" in d.message]
    assert not [d for d in editor.diagnostics(outputs) if '"name"' in d.message]

    editor.change(outputs, WRONG, 3)
    await editor.shown(outputs, "missing")
    editor.change(main, RIGHT, 3)
    await editor.cleared(main, "Invalid expression")
    await editor.shown(outputs, "missing")


async def test_a_change_in_a_child_module_checks_the_open_parents_again(editor: Editor, folder: Path) -> None:
    write(folder, main='module "child" {\n  source = "./child"\n  name   = "x"\n}\n', child__main=RIGHT)
    main, child = folder / "main.tf", folder / "child" / "main.tf"
    editor.open(main)
    editor.open(child)
    await editor.until(lambda: editor.diagnostics(main) is not None, "the parent")
    editor.change(child, RIGHT.replace('"name"', '"other"'), 2)
    await editor.shown(main, "name")
    await editor.shown(main, "other")
    editor.change(child, RIGHT, 3)
    await editor.cleared(main, "other")


async def test_what_is_not_here_is_one_information(editor: Editor, folder: Path) -> None:
    registry = 'module "vpc" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "5.0.0"\n}\n'
    unknown = 'resource "acme_thing" "x" {\n  size = 1\n}\n'
    write(folder, main=registry, other=unknown)
    main, other = folder / "main.tf", folder / "other.tf"
    editor.open(main)
    remote = await editor.shown(main, "Remote module")
    assert remote.severity == lsp.DiagnosticSeverity.Information
    about = [d for d in editor.diagnostics(main) if d.code in ("init", "validate")]
    assert about == [remote]
    provider = await editor.shown(other, "is not known")
    assert provider.severity == lsp.DiagnosticSeverity.Information
    assert [d for d in editor.diagnostics(other) if d.code in ("init", "validate")] == [provider]


async def test_the_server_answers_while_it_checks(editor: Editor, folder: Path) -> None:
    many = "".join(RIGHT.replace('"name"', f'"name_{number}"') for number in range(400))
    write(folder, main=many)
    main = folder / "main.tf"
    editor.open(main)
    for version in range(2, 8):
        editor.change(main, many + f"# {version}\n", version)
        await editor.fixes(
            main, lsp.Diagnostic(range=lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)), message="")
        )
    told = editor.told(main)
    editor.change(main, many, 8)
    await editor.until(lambda: [one for one in told if one.version == 8], "the last version")


async def test_a_small_module_is_not_kept_waiting_by_an_enormous_one(editor: Editor, folder: Path) -> None:
    small, enormous = folder / "small" / "main.tf", folder / "enormous" / "main.tf"
    write(folder, small__main=RIGHT, enormous__main=RIGHT)
    told_small, told_enormous = editor.told(small), editor.told(enormous)
    for path in (small, enormous):
        editor.open(path)
    await editor.until(lambda: told_small and told_enormous, "the first findings of both")

    many = "".join(RIGHT.replace('"name"', f'"name_{number}"') for number in range(4000))
    editor.change(enormous, many + WRONG, 2)
    await asyncio.sleep(0.2)
    editor.change(small, RIGHT + WRONG, 2)
    await editor.until(lambda: any(one.version == 2 for one in told_small), "the findings of the small one")
    assert not any(one.version == 2 for one in told_enormous)
    await editor.until(lambda: any(one.version == 2 for one in told_enormous), "those of the enormous one")


async def test_a_file_that_goes_away_while_it_is_checked_is_no_trouble(editor: Editor, folder: Path) -> None:
    write(folder, main=RIGHT, other=WRONG)
    main, other = folder / "main.tf", folder / "other.tf"
    told = editor.told(main)
    editor.open(main)
    for version in range(2, 22):
        if version % 2:
            other.write_text(WRONG, encoding="utf-8")
        else:
            other.unlink()
        editor.change(main, RIGHT + f"# {version}\n", version)
        await asyncio.sleep(0.01)
    await editor.until(lambda: [one for one in told if one.version == 21], "the last version")
    assert not editor.client.messages


async def test_links_in_circles_and_hundreds_of_files_are_no_trouble(editor: Editor, folder: Path) -> None:
    write(
        folder, main=RIGHT, **{f"file_{number}": f"locals {{\n  l{number} = 1\n}}\n" for number in range(300)}
    )
    (folder / "round").symlink_to(folder)
    (folder / "there").symlink_to(folder / "back")
    (folder / "back").symlink_to(folder / "there")
    write(folder, node_modules__x__main=WRONG, **{".terraform__modules__x": WRONG})
    main = folder / "main.tf"
    editor.open(main)
    editor.change(main, RIGHT + WRONG, 2)
    await editor.shown(main, "missing")
    assert not editor.client.messages


async def test_folders_that_git_ignores_are_not_read(editor: Editor, folder: Path) -> None:
    # So many files would be refused as no module, if they were read.
    repository(folder, ignores="build")
    for number in range(2_100):
        (folder / "build" / f"result_{number}.txt").write_text("x", encoding="utf-8")
    write(folder, main=RIGHT + WRONG)
    main = folder / "main.tf"
    editor.open(main)
    await editor.shown(main, "missing")
    assert not editor.client.messages


async def test_what_a_module_reads_counts_also_where_git_ignores_it(editor: Editor, folder: Path) -> None:
    repository(folder, ignores="build")
    (folder / "build" / "names.json").write_text('{"a": "b"}', encoding="utf-8")
    reads = 'output "a" {\n  description = "A"\n  value       = jsondecode(file("${path.module}/build/names.json")).WHAT\n}\n'
    write(folder, main=RIGHT + reads.replace("WHAT", "missing"))
    main = folder / "main.tf"
    editor.open(main)
    await editor.shown(main, "Unsupported attribute")
    editor.change(main, RIGHT + reads.replace("WHAT", "a"), 2)
    await editor.cleared(main, "Unsupported attribute")
    assert not [found for found in editor.diagnostics(main) if "no file exists" in found.message]


async def test_two_thousand_files_are_served_and_more_are_refused_with_a_sentence(
    editor: Editor, folder: Path
) -> None:
    files = {f"file_{number}": f"locals {{\n  l{number} = 1\n}}\n" for number in range(1_990)}
    write(folder, main=RIGHT + WRONG, **files)
    main = folder / "main.tf"
    editor.open(main)
    await editor.shown(main, "missing")
    write(folder, **{f"more_{number}": "" for number in range(20)})
    editor.change(main, RIGHT, 2)
    refused = await editor.shown(main, "holds more than 2000 files")
    assert refused.severity == lsp.DiagnosticSeverity.Warning
    for number in range(20):
        (folder / f"more_{number}.tf").unlink()
    editor.change(main, RIGHT + WRONG, 3)
    await editor.shown(main, "missing")
    await editor.cleared(main, "holds more than")


async def test_a_buffer_over_five_megabytes_is_refused_and_one_below_is_served(
    editor: Editor, folder: Path
) -> None:
    write(folder, main=RIGHT)
    main = folder / "main.tf"
    line = "# " + "x" * 1_000 + "\n"
    editor.open(main, RIGHT + line * 5_400)
    refused = await editor.shown(main, "larger than 5 MB")
    assert refused.severity == lsp.DiagnosticSeverity.Warning
    # Below the limit it is checked like any other, and another module does not wait for it.
    editor.change(main, RIGHT + line * 4_900 + WRONG, 2)
    await editor.shown(main, "missing")
    await editor.cleared(main, "larger than")


async def test_a_document_that_is_no_unicode_on_the_disk_is_an_error_at_its_first_byte(
    editor: Editor, folder: Path
) -> None:
    write(folder, main=RIGHT)
    (folder / "latin.tf").write_bytes(b'# one\nlocals {\n  a = "\xfc"\n}\n')
    editor.open(folder / "main.tf")
    found = await editor.shown(folder / "latin.tf", "not UTF-8")
    assert (found.range.start.line, found.severity) == (2, lsp.DiagnosticSeverity.Error)
    # The buffer that an editor makes of it is whole, and is judged instead.
    editor.open(folder / "latin.tf", '# one\nlocals {\n  a = "\ufffd"\n}\n')
    await editor.cleared(folder / "latin.tf", "not UTF-8")


async def test_a_module_of_tens_of_thousands_of_blocks_is_refused_at_once(
    editor: Editor, folder: Path
) -> None:
    write(folder, main=RIGHT)
    main = folder / "main.tf"
    editor.open(main, "".join(f'variable "v{number}" {{}}\n' for number in range(20_100)))
    refused = await editor.shown(main, "holds more than 20,000 blocks")
    assert refused.severity == lsp.DiagnosticSeverity.Warning
    editor.change(main, RIGHT + WRONG, 2)
    await editor.shown(main, "missing")
    await editor.cleared(main, "holds more than")
