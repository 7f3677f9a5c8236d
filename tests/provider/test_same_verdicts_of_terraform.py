"""The same files given to Terraform with the real provider and to our bundled engine, resource by resource.

DIFFERENTIAL_TYPES=all asks about every type; the table is printed, docs/catalog.md has it.
"""

import os
import random
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.catalog.knowledge import Knowledge, knowledge_of
from aws_orchestrator.catalog.model import TypeKind
from aws_orchestrator.findings import CheckResult, Severity, Tree
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.cli import CliEngine
from aws_orchestrator.terraform.engines import create_cli_engine
from aws_orchestrator.terraform.limits import EngineLimits
from provider.configurations import Corpus, Piece, schema_mutants
from provider.conftest import MIRROR, VERSION

pytestmark = [
    pytest.mark.real_provider,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not shutil.which("terraform"), reason="no terraform on PATH"),
    pytest.mark.skipif(not os.environ.get(MIRROR), reason=f"{MIRROR} names no mirror with the real provider"),
]
VERSIONS = f"""terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "{VERSION}"
    }}
  }}
}}
""".encode()
_TYPES_A_FOLDER = 40
_MODULES_A_FOLDER = 20
LIMITS = EngineLimits(init=600, validate_=600)  # hundreds of resources at once, on any machine
_SAMPLE = 60
_MODULES = 240
_MOST_MISSED = 0.05
_NEVER_MISSED = ("unknown argument", "unknown block", "wrong type", "missing required", "computed only")
_NEVER_MISSED_VALUES = ("enum", "range", "conflict", "one-of", *_NEVER_MISSED)


@dataclass
class Verdicts:
    """How many resources both refuse, only one, neither; by what was done to them."""

    both: Counter[str] = field(default_factory=Counter)
    neither: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    missed_examples: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    def add(self, piece: Piece, real: list[str], ours: list[str]) -> None:
        if real and ours:
            self.both[piece.kind] += 1
        elif real:
            self.missed[piece.kind] += 1
            self.missed_examples.append(f"{piece.kind}: {piece.address}: {real[0]}")
        elif ours:
            self.extra.append(f"{piece.kind}: {piece.address}: {ours[0]}")
        else:
            self.neither[piece.kind] += 1

    def share_missed(self) -> float:
        """Of what was made wrong; where nothing was, no right value may be known for an argument."""
        missed = sum(count for kind, count in self.missed.items() if kind not in {"unchanged", "minimal"})
        return missed / max(1, missed + self.both.total())

    def share_same(self) -> float:
        """Of all resources, whatever is wrong with them, those of which both say the same."""
        same = self.both.total() + self.neither.total()
        return same / (same + self.missed.total() + len(self.extra))

    def table(self) -> str:
        kinds = sorted({*self.both, *self.neither, *self.missed})
        rows = [
            "| configuration | refused by both | accepted by both | missed by us | extra with us |",
            "|---|---|---|---|---|",
        ]
        extra = Counter(line.partition(":")[0] for line in self.extra)
        rows += [
            f"| {kind} | {self.both[kind]} | {self.neither[kind]} | {self.missed[kind]} | {extra[kind]} |"
            for kind in kinds
        ]
        rows.append(f"\nthe same verdict: {self.share_same():.2%} of the resources")
        return "\n".join(["", *rows, "", *sorted(self.missed_examples), *self.extra])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ours(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BundledEngine]:
    folder = tmp_path_factory.mktemp("bundled")
    running = BundledEngine(shipped_library(), folder / "scratch", limits=LIMITS, cache=folder / "cache")
    yield running
    await running.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theirs(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CliEngine]:
    running = create_cli_engine(scratch_root=tmp_path_factory.mktemp("real"), limits=LIMITS)
    yield running
    await running.close()


@pytest.fixture(scope="module")
def knowledge(aws: Catalog) -> Knowledge:
    known = knowledge_of(aws)
    assert known is not None
    return known


async def compare(
    verdicts: Verdicts,
    ours: BundledEngine,
    theirs: CliEngine,
    files: Mapping[str, bytes],
    pieces: Mapping[str, list[Piece]],
    key: str,
) -> None:
    """Both judge the files; every error counts for the resource in whose lines it is. `pieces` are those of each file."""
    tree = Tree(key=key, files={"versions.tf": VERSIONS, **files})
    initialised = await theirs.init(tree)
    assert initialised.status == "passed", initialised
    real, found = await theirs.validate(tree), await ours.validate(tree)
    said = [by_place(files, result) for result in (real, found)]
    for file, inside in pieces.items():
        for piece in inside:
            place = (file, piece.address)
            verdicts.add(piece, said[0].pop(place, []), said[1].pop(place, []))
    assert said == [{}, {}], "errors outside of all resources"


def by_place(files: Mapping[str, bytes], result: CheckResult) -> dict[tuple[str, str], list[str]]:
    """The errors by file and address of the resource in whose lines they are."""
    told: dict[tuple[str, str], list[str]] = {}
    for one in result.findings:
        if one.severity is Severity.ERROR:
            file = one.place.file if one.place is not None else ""
            above = files.get(file, b"").decode().splitlines()[: one.place.line if one.place else 0]
            told.setdefault((file, _owner(above)), []).append(one.line())
    return told


def _owner(lines: list[str]) -> str:
    for line in reversed(lines):
        if line.startswith(("resource ", "data ")):
            kind, name, label = line.replace('"', "").split()[:3]
            return f"{'data.' if kind == 'data' else ''}{name}.{label}"
    return ""


def folders(aws: Catalog, knowledge: Knowledge) -> Iterator[list[Piece]]:
    names: list[tuple[TypeKind, str]] = [("resource", name) for name in aws.resource_names]
    names += [("data", name) for name in aws.data_source_names]
    if os.environ.get("DIFFERENTIAL_TYPES") != "all":
        names = random.Random(5).sample(names, _SAMPLE)
    for start in range(0, len(names), _TYPES_A_FOLDER):
        pieces: list[Piece] = []
        for number, (kind, name) in enumerate(names[start : start + _TYPES_A_FOLDER]):
            schema = aws.type(kind, name)
            assert schema is not None
            pieces += schema_mutants(schema, knowledge.checks(kind, name), f"r{number}")
        yield pieces


async def test_what_terraform_itself_refuses_we_refuse(
    aws: Catalog, knowledge: Knowledge, ours: BundledEngine, theirs: CliEngine
) -> None:
    verdicts = Verdicts()
    for pieces in folders(aws, knowledge):
        main = "\n".join(piece.text for piece in pieces).encode()
        await compare(verdicts, ours, theirs, {"main.tf": main}, {"main.tf": pieces}, "types")
    print(verdicts.table())
    assert verdicts.extra == []
    assert {kind: verdicts.missed[kind] for kind in _NEVER_MISSED} == dict.fromkeys(_NEVER_MISSED, 0)
    assert verdicts.share_missed() < _MOST_MISSED
    assert verdicts.share_same() > 1 - _MOST_MISSED


async def test_larger_modules_get_the_same_verdicts(
    aws: Catalog, knowledge: Knowledge, ours: BundledEngine, theirs: CliEngine
) -> None:
    verdicts = Verdicts()
    corpus = Corpus(aws, knowledge)
    modules = _MODULES if os.environ.get("DIFFERENTIAL_TYPES") == "all" else _MODULES // 12
    for start in range(0, modules, _MODULES_A_FOLDER):
        files: dict[str, bytes] = {}
        pieces: dict[str, list[Piece]] = {}
        for number in range(start, min(modules, start + _MODULES_A_FOLDER)):
            module, pieces[f"m{number}/main.tf"] = corpus.module(number)
            files |= {f"m{number}/{name}": content for name, content in module.items()}
        folders = {name.partition("/")[0] for name in files}
        calls = [f'module "{folder}" {{\n  source = "./{folder}"\n}}\n' for folder in sorted(folders)]
        files["main.tf"] = "".join(calls).encode()
        await compare(verdicts, ours, theirs, files, pieces, f"modules{start}")
    print(verdicts.table())
    assert verdicts.extra == []
    assert {kind: verdicts.missed[kind] for kind in _NEVER_MISSED_VALUES} == dict.fromkeys(
        _NEVER_MISSED_VALUES, 0
    )
    assert verdicts.share_missed() < _MOST_MISSED
    assert verdicts.share_same() > 1 - _MOST_MISSED
