"""The diagnostics over LSP and those of `terraform validate` with the real provider, run by hand, on seeded errors."""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from aws_orchestrator.catalog import Catalog
from provider.conftest import MIRROR, VERSION
from provider.seeded_modules import VERSIONS, seeded
from support.editor import Editor, editor_of, editor_session, start

BINARY = shutil.which("terraform")
pytestmark = [
    pytest.mark.real_provider,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(BINARY is None, reason="no terraform on PATH"),
    pytest.mark.skipif(not os.environ.get(MIRROR), reason=f"{MIRROR} names no mirror with the real provider"),
]


class Said(NamedTuple):
    """One diagnostic, as far as both must agree."""

    file: str
    line: int
    severity: str
    summary: str


@editor_session()
async def client(lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    workspace = tmp_path_factory.getbasetemp() / "seeded"
    workspace.mkdir()
    await start(lsp_client, workspace)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `terraform init` made once, for every module."""
    folder = tmp_path_factory.mktemp("initialised")
    config = folder / "terraform.rc"
    mirror = os.environ[MIRROR]
    config.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n', "utf-8"
    )
    (folder / "versions.tf").write_text(VERSIONS % VERSION, "utf-8")
    terraform(folder, folder, "init", "-input=false", "-backend=false")
    return folder


def terraform(folder: Path, initialised: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "TF_CLI_CONFIG_FILE": str(initialised / "terraform.rc"),
        "CHECKPOINT_DISABLE": "1",
    }
    done = subprocess.run(
        [BINARY or "", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


def by_hand(folder: Path, initialised: Path) -> Counter[Said]:
    """What Terraform itself says."""
    (folder / ".terraform").symlink_to(initialised / ".terraform")
    shutil.copy(initialised / ".terraform.lock.hcl", folder)
    answer = json.loads(terraform(folder, initialised, "validate", "-json"))
    (folder / ".terraform").unlink()
    (folder / ".terraform.lock.hcl").unlink()
    return Counter(
        Said(
            (one.get("range") or {}).get("filename", ""),
            (one.get("range") or {"start": {"line": 0}})["start"]["line"],
            one["severity"],
            kind(one["summary"]),
        )
        for one in answer["diagnostics"]
    )


async def over_lsp(editor: Editor, files: list[Path]) -> Counter[Said]:
    """What the server publishes of Terraform's verdict."""
    folder = files[0].parent
    editor.open(files[0])
    await editor.command("validateModule", {"uri": folder.as_uri()})
    severities = {lsp.DiagnosticSeverity.Error: "error", lsp.DiagnosticSeverity.Warning: "warning"}
    found: Counter[Said] = Counter()
    for path in files:
        for one in editor.diagnostics(path):
            if one.code == "validate" and one.severity is not None:
                summary = one.message.partition("\n")[0]
                # What has no place stands at the top of the first file.
                placed = not summary.startswith("Cycle: ")
                where = (path.name, one.range.start.line + 1) if placed else ("", 0)
                found[Said(*where, severities[one.severity], kind(summary))] += 1
    editor.close(files[0])
    return found


def kind(summary: str) -> str:
    """The summary, with the members of a cycle in an order of their own."""
    if not summary.startswith("Cycle: "):
        return summary
    return "Cycle: " + ", ".join(sorted(re.split(r",\s*", summary.removeprefix("Cycle: "))))


async def test_nothing_is_said_that_terraform_does_not_say_and_little_is_missed(
    client: LanguageClient, initialised: Path, aws: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> None:
    editor = editor_of(client)
    rows = ["| class | cases | said by both | missed | extra |", "|---|---|---|---|---|"]
    missed_all: dict[str, Counter[Said]] = {}
    extra_all: dict[str, Counter[Said]] = {}
    for name, files in seeded(aws):
        folder = tmp_path_factory.getbasetemp() / "seeded" / name.replace(" ", "_")
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text, "utf-8")
        theirs, ours = (
            by_hand(folder, initialised),
            await over_lsp(editor, [folder / file for file in sorted(files)]),
        )
        missed_all[name], extra_all[name] = theirs - ours, ours - theirs
        rows.append(
            f"| {name} | {len(files) - 1} | {(ours & theirs).total()} | {missed_all[name].total()} | {extra_all[name].total()} |"
        )
        assert theirs, f"Terraform finds nothing of {name}"
    details = [
        f"{word} {name}: {said}"
        for word, all_ in (("missed", missed_all), ("extra", extra_all))
        for name, found in all_.items()
        for said in sorted(found)
    ]
    print("\n".join(["", *rows, "", *details]))
    assert not any(extra_all.values()), details
