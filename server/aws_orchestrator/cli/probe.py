"""`aws-orchestrator catalog probe`: learn what a provider checks (or replaces) by asking its binary."""

import argparse
import os
import re
import signal
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from aws_orchestrator.catalog import CatalogLibrary, shipped_library
from aws_orchestrator.catalog.addresses import short_name, source_address
from aws_orchestrator.catalog.knowledge_constraints import Constraints
from aws_orchestrator.catalog.knowledge_facts import Checks
from aws_orchestrator.catalog.knowledge_file import KnowledgeKind, Subject, file_name
from aws_orchestrator.catalog.library import SHIPPED_FOLDER, WORKSPACE_FOLDER
from aws_orchestrator.catalog.model import ProviderSchema
from aws_orchestrator.catalog.probe.client import ProviderClient
from aws_orchestrator.catalog.probe.harvest import Progress as Harvested
from aws_orchestrator.catalog.probe.harvest import constraints_of, harvest, types_of
from aws_orchestrator.catalog.probe.learned import constraints_file, replacement_file
from aws_orchestrator.catalog.probe.replace import configure_offline, replacement_of
from aws_orchestrator.catalog.probe.schema import schema_of
from aws_orchestrator.catalog.probe.state import ProbeState
from aws_orchestrator.catalog.versions import parse_version
from aws_orchestrator.errors import UsageError

_BINARY = re.compile(
    r"terraform-provider-(?P<name>[a-z0-9-]+)_v(?P<version>\d+\.\d+\.\d+[0-9A-Za-z.+-]*?)(?:_x\d+)?(?:\.exe)?"
)


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `catalog probe`."""
    probe = verbs.add_parser("probe", help="learn what a provider checks beyond its schema, by asking it")
    probe.add_argument("binary", type=Path, metavar="PROVIDER_BINARY")
    probe.add_argument(
        "--replace", action="store_true", help="learn what replaces a resource, instead of what is checked"
    )
    probe.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help="a file or a folder")
    probe.add_argument("--provider", metavar="ADDRESS", help="default: from the binary's name, of hashicorp")
    probe.add_argument("--provider-version", metavar="X.Y.Z", help="default: from the binary's name")
    probe.add_argument(
        "--only", action="append", default=[], metavar="TYPE", help="ask only this type (repeatable)"
    )
    probe.add_argument("--processes", type=int, default=None, metavar="N", help="default: one a core")


def run(arguments: argparse.Namespace) -> None:
    """Ask, and write what was learned; a probe that was stopped goes on where it was."""
    binary: Path = arguments.binary.resolve()
    if not binary.is_file():
        raise UsageError(f"{binary} is no file: name the executable of a Terraform provider.")
    provider, version = _subject(binary, arguments)
    kind: KnowledgeKind = "replacement" if arguments.replace else "constraints"
    output: Path = arguments.output
    if output.is_dir():
        output /= file_name(kind, short_name(provider), version)
    # An ordinary end of the process must end the provider's processes, too.
    signal.signal(signal.SIGTERM, _interrupt)
    schema = _schema(binary, provider, version)
    state = ProbeState(
        output.with_name(f"{output.name}.probing"),
        {"provider": provider, "version": version, "learns": kind, "bytes": binary.stat().st_size},
    )
    with state.held():
        done = _harvest(binary, schema, state, arguments)
        _write(output, _content(kind, Subject(provider, version), state, done))
    state.path.unlink(missing_ok=True)
    _tell(output, state, done)
    _bring_catalog(output, provider, version)


def _subject(binary: Path, arguments: argparse.Namespace) -> tuple[str, str]:
    match = _BINARY.fullmatch(binary.name)
    provider = arguments.provider or (match["name"] if match else None)
    version = arguments.provider_version or (match["version"] if match else None)
    if provider is None or version is None:
        raise UsageError(
            f"The name {binary.name} does not tell the provider and its version: give --provider and --provider-version."
        )
    return source_address(provider), str(parse_version(version))


def _schema(binary: Path, provider: str, version: str) -> ProviderSchema:
    client = ProviderClient(binary)
    try:
        return schema_of(client.schema(), client.protocol, provider, version)
    finally:
        client.close()


def _harvest(
    binary: Path, schema: ProviderSchema, state: ProbeState, arguments: argparse.Namespace
) -> Harvested:
    types = types_of(schema, ("resource",) if arguments.replace else ("provider", "resource", "data"))
    if arguments.only:
        types = [one for one in types if one.name in arguments.only]
        missing = sorted(set(arguments.only) - {one.name for one in types})
        if missing:
            raise UsageError(f"The provider has no type {', '.join(missing)}.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"asking {short_name(schema.source)} {schema.version}", total=len(types))
        return harvest(
            binary,
            types,
            state,
            replacement_of(_accepted(arguments.output, schema)) if arguments.replace else constraints_of(),
            (lambda client: configure_offline(client, schema.provider))
            if arguments.replace
            else (lambda client: None),
            arguments.processes,
            lambda progress: bar.update(task, completed=progress.done),
        )


def _accepted(output: Path, schema: ProviderSchema) -> Callable[[str], Checks | None]:
    """What is known of the values that types accept: of this version, beside the output or among what ships."""
    name = file_name("constraints", short_name(schema.source), schema.version)
    folders = (output if output.is_dir() else output.parent, SHIPPED_FOLDER)
    found = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if found is None:
        return lambda of: None
    constraints = Constraints(found)

    def checks(of: str) -> Checks | None:
        known = constraints.checks("resource", of)
        return known.checks if known is not None else None

    return checks


def _content(kind: KnowledgeKind, subject: Subject, state: ProbeState, done: Harvested) -> bytes:
    if kind == "replacement":
        return replacement_file(subject, state.learned, done.lost)
    return constraints_file(subject, state.learned)


def _write(output: Path, content: bytes) -> None:
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(temporary, 0o644)  # mkstemp's 0600 would hide it from the rest of a team's machine
            os.replace(temporary, output)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}.") from error


def _bring_catalog(output: Path, provider: str, version: str) -> None:
    """Put the shipped catalog beside what a workspace learned: knowledge is looked for beside the catalog that is used."""
    folder = output.resolve().parent
    if folder.parts[-2:] != WORKSPACE_FOLDER.parts:
        return
    console = Console(highlight=False)
    name, exactly = short_name(provider), f"= {version}"
    if CatalogLibrary([folder]).choose(name, exactly) is not None:
        return
    shipped = shipped_library().choose(name, exactly)
    if shipped is None:
        console.print(
            f"There is no catalog of {name} {version} yet: `aws-orchestrator catalog build` makes one."
        )
        return
    source = Path(shipped.place)
    _write(folder / source.name, source.read_bytes())
    console.print(f"wrote {folder / source.name}, the catalog that it goes with")


def _tell(output: Path, state: ProbeState, done: Harvested) -> None:
    console = Console(highlight=False)
    unread = Counter({kind: 0 for kind, _ in state.learned})
    for (kind, _), learned in state.learned.items():
        unread[kind] += int(learned.get("unread", 0))
    console.print(f"asked {len(state.learned)} types; not understood: {sum(unread.values())} places")
    for lost in done.lost:
        console.print(f"not asked, because the provider crashed or hung: {lost}")
    console.print(f"wrote {output} ({output.stat().st_size:,} bytes)")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
