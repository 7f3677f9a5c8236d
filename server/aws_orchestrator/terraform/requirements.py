"""What a module demands before Terraform can check it: providers, versions, other modules; read without Terraform."""

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from aws_orchestrator.catalog.addresses import source_address
from aws_orchestrator.findings import Place
from aws_orchestrator.hcl.expressions import object_items
from aws_orchestrator.hcl.find import BlockView, FileView
from aws_orchestrator.hcl.pieces import pieces
from aws_orchestrator.hcl.references import string_literal

_OBJECTS = ("resource", "data", "ephemeral")
_BUILT_IN = "terraform"
_LARGE = 8_192
"""Bytes from which a file is read in pieces."""


@dataclass(frozen=True, slots=True)
class ProviderDemand:
    """One entry of `required_providers`, or a provider that a block uses without one."""

    name: str
    """The local name in the module."""
    address: str
    constraint: str
    place: Place
    """Of the version constraint where there is one, else of what demands the provider."""


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """One `module` block (or `module` of a test's `run`)."""

    source: str
    place: Place
    name: str
    """Of the call, or of the run."""

    @property
    def local(self) -> bool:
        """Whether the source is a folder beside this one."""
        return self.source.startswith(("./", "../")) or self.source in (".", "..")


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something that a test run would really do or ask, mocks or not."""

    what: str
    place: Place


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one file says."""

    demands: tuple[ProviderDemand, ...] = ()
    uses: tuple[tuple[str, Place], ...] = ()
    """Local names of providers that blocks use, with the place of the block."""
    calls: tuple[ModuleCall, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    mocked: frozenset[str] = frozenset()
    """Local names of the providers that a test file mocks."""
    runs: int = 0
    broken: bool = False
    """Whether it has a syntax error."""


@dataclass(slots=True)
class Requirements:
    """What a module and the local modules below it demand."""

    demands: dict[str, list[ProviderDemand]] = field(default_factory=dict)
    """By provider address."""
    used: dict[str, Place] = field(default_factory=dict)
    """Addresses of the providers whose types are used, with the first use."""
    names: dict[str, str] = field(default_factory=dict)
    """The module's own local name of each address."""
    remote: list[ModuleCall] = field(default_factory=list)
    escaping: list[ModuleCall] = field(default_factory=list)
    local: list[str] = field(default_factory=list)
    """Folders of local modules, the module itself first."""
    hazards: list[Hazard] = field(default_factory=list)
    tests: dict[str, FileFacts] = field(default_factory=dict)
    """By path, the module's test files."""
    sources: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Folder, file, name and source of every module call: under these Terraform keeps what it installed."""
    broken: bool = False
    """Whether a file of the module or of a local one below it has a syntax error, so that Terraform loads nothing."""

    @property
    def calls(self) -> int:
        """How many modules are called, tests included: with none, `validate` needs no init."""
        return len(self.sources)

    @property
    def depends_on(self) -> str:
        """What `init` depends on, as text: when it is the same, the module need not be initialised again."""
        return repr(
            (
                [
                    (demand.name, address, demand.constraint)
                    for address, all_ in self.demands.items()
                    for demand in all_
                ],
                self.local,
                self.sources,
            )
        )


def requirements_of(files: Mapping[str, bytes], module: str) -> Requirements:
    """What the module in that folder of the files demands, local modules included."""
    found = Requirements()
    root = "" if module == "." else module
    waiting = [root]
    found.tests = {path: _facts(path, files[path]) for path in sorted(files) if _is_test(path, root)}
    for facts in found.tests.values():
        found.hazards.extend(facts.hazards)
        waiting.extend(_follow(found, facts.calls, root))
    while waiting:
        folder = waiting.pop(0)
        if folder in found.local:
            continue
        found.local.append(folder)
        parts = [_facts(path, files[path]) for path in sorted(files) if _is_part(path, folder)]
        for facts in parts:
            found.broken = found.broken or facts.broken
            found.hazards.extend(facts.hazards)
            waiting.extend(_follow(found, facts.calls, folder))
        _providers(found, parts, top=folder == root)
    return found


def locked_versions(lock: bytes) -> dict[str, str]:
    """The version of each provider address in a `.terraform.lock.hcl`; empty when it cannot be read."""
    versions: dict[str, str] = {}
    for block in FileView.of(".terraform.lock.hcl", lock).blocks:
        version = block.attributes.get("version")
        value = string_literal(version.value) if version is not None else None
        if block.type == "provider" and value is not None:
            versions[source_address(block.name)] = value
    return versions


def _providers(found: Requirements, parts: list[FileFacts], top: bool) -> None:
    names: dict[str, str] = {}
    for facts in parts:
        for demand in facts.demands:
            names[demand.name] = demand.address
            found.demands.setdefault(demand.address, []).append(demand)
    for facts in parts:
        for name, place in facts.uses:
            if name == _BUILT_IN:
                continue
            if name not in names:
                # Terraform's rule: a name that required_providers does not explain is hashicorp's.
                names[name] = source_address(name)
                demand = ProviderDemand(name, names[name], "", place)
                found.demands.setdefault(demand.address, []).append(demand)
            found.used.setdefault(names[name], place)
    if top:
        found.names = {address: name for name, address in names.items()}


def _follow(found: Requirements, calls: tuple[ModuleCall, ...], folder: str) -> Iterator[str]:
    for call in calls:
        found.sources.append((folder, call.place.file, call.name, call.source))
        if not call.local:
            found.remote.append(call)
            continue
        target = posixpath.normpath(posixpath.join(folder or ".", call.source))
        if target == ".." or target.startswith("../"):
            found.escaping.append(call)
        else:
            yield "" if target == "." else target


def _is_part(path: str, folder: str) -> bool:
    return posixpath.dirname(path) == folder and path.endswith((".tf", ".tf.json"))


def _is_test(path: str, root: str) -> bool:
    folder = posixpath.dirname(path)
    here = folder in (root, posixpath.join(root, "tests"))
    return here and path.endswith((".tftest.hcl", ".tftest.json"))


@lru_cache(maxsize=512)
def _facts(path: str, content: bytes) -> FileFacts:
    if path.endswith(".json"):
        return _json_facts(path, content)
    return _joined_facts(path, content) or _view_facts(FileView.of(path, content))


def _joined_facts(path: str, content: bytes) -> FileFacts | None:
    """The facts of a large file from those of its pieces: after an edit only one of these is new.

    None for a small file, and where a piece is not HCL by itself.
    """
    if len(content) < _LARGE:
        return None
    parts = []
    start, line = 0, 0
    for piece in pieces(content):
        facts = _piece_facts(path, piece)
        if facts.broken:
            return None
        parts.append(_moved(facts, start, line))
        start += len(piece)
        line += piece.count(b"\n")
    return FileFacts(
        demands=tuple(one for facts in parts for one in facts.demands),
        uses=tuple(one for facts in parts for one in facts.uses),
        calls=tuple(one for facts in parts for one in facts.calls),
        hazards=tuple(one for facts in parts for one in facts.hazards),
        mocked=frozenset[str]().union(*(facts.mocked for facts in parts)),
        runs=sum(facts.runs for facts in parts),
    )


@lru_cache(maxsize=8_192)
def _piece_facts(path: str, piece: bytes) -> FileFacts:
    return _view_facts(FileView.of(path, piece))


def _moved(facts: FileFacts, start: int, line: int) -> FileFacts:
    def there(place: Place) -> Place:
        return Place(
            file=place.file, start=place.start + start, end=place.end + start, line=place.line + line
        )

    return replace(
        facts,
        demands=tuple(replace(one, place=there(one.place)) for one in facts.demands),
        uses=tuple((name, there(place)) for name, place in facts.uses),
        calls=tuple(replace(one, place=there(one.place)) for one in facts.calls),
        hazards=tuple(replace(one, place=there(one.place)) for one in facts.hazards),
    )


def _view_facts(view: FileView) -> FileFacts:
    return FileFacts(
        demands=tuple(required_providers(view)),
        uses=tuple(_uses(view)),
        calls=tuple(call for _, call in called_modules(view)),
        hazards=tuple(_hazards(view)),
        mocked=frozenset(block.name for block in view.blocks if block.type == "mock_provider"),
        runs=sum(block.type == "run" for block in view.blocks),
        broken=view.error is not None,
    )


def required_providers(view: FileView) -> Iterator[ProviderDemand]:
    """The providers that a file requires, with their sources and constraints."""
    for terraform in view.blocks:
        if terraform.type != "terraform":
            continue
        for block in terraform.blocks:
            if block.type != "required_providers":
                continue
            for name, attribute in block.attributes.items():
                source, constraint = name, string_literal(attribute.value) or ""
                start, end = attribute.value_start, attribute.value_end
                for item in object_items(attribute.expression, view.content) or ():
                    written = string_literal(view.text(item.value.start_byte, item.value.end_byte))
                    if item.key == "source" and written:
                        source = written
                    elif item.key == "version" and written:
                        constraint, start, end = written, item.value.start_byte, item.value.end_byte
                yield ProviderDemand(name, source_address(source), constraint, view.place(start, end))


def _uses(view: FileView) -> Iterator[tuple[str, Place]]:
    for block in view.blocks:
        place = view.place(block.header_start, block.header_end)
        if block.type in _OBJECTS and block.labels:
            chosen = block.attributes.get("provider")
            written = string_literal(chosen.value) or chosen.value if chosen is not None else ""
            yield written.partition(".")[0] or block.labels[0].partition("_")[0], place
        elif block.type == "provider" and block.labels and not _is_test_name(view.file):
            yield block.name, place


def called_modules(view: FileView) -> Iterator[tuple[str, ModuleCall]]:
    """The modules that a file calls, with the name of the call (a test calls some in its `run` blocks)."""
    for block in view.blocks:
        modules = [block] if block.type == "module" else []
        if block.type == "run":
            modules = [inner for inner in block.blocks if inner.type == "module"]
        for module in modules:
            source = module.attributes.get("source")
            written = string_literal(source.value) if source is not None else None
            if source is not None and written:
                place = view.place(source.value_start, source.value_end)
                yield block.name, ModuleCall(written, place, block.name)


def _hazards(view: FileView) -> Iterator[Hazard]:
    for block in view.blocks:
        if block.type in _OBJECTS and block.labels:
            yield from (Hazard(what, _header(view, inner)) for inner, what in _acts(block))
        elif block.type == "run":
            for inner in block.blocks:
                if inner.type in ("backend", "state_store"):
                    yield Hazard(
                        f'keeps the state of a run in a real backend ("{inner.name}")', _header(view, inner)
                    )


def _acts(block: BlockView) -> Iterator[tuple[BlockView, str]]:
    type_ = block.labels[0]
    for inner in block.blocks:
        if inner.type == "provisioner":
            yield inner, f'runs a provisioner ("{inner.name}")'
    if block.type == "data" and type_ in ("external", "http", "terraform_remote_state"):
        yield block, _ASKING[type_]


_ASKING = {
    "external": 'starts a program (data "external")',
    "http": 'asks the network (data "http")',
    "terraform_remote_state": 'reads the state of something else (data "terraform_remote_state")',
}


def _header(view: FileView, block: BlockView) -> Place:
    return view.place(block.header_start, block.header_end)


def _is_test_name(path: str) -> bool:
    return path.endswith((".tftest.hcl", ".tftest.json"))


def _json_facts(path: str, content: bytes) -> FileFacts:
    """The same of the JSON syntax, where everything is placed at the start of the file."""
    try:
        data = json.loads(content)
    except ValueError:
        return FileFacts()  # Terraform says what is wrong with it
    place = Place(file=path, start=0, end=0, line=1)
    types = [(kind, *item) for kind in _OBJECTS for found in _objects(data, kind) for item in found.items()]
    return FileFacts(
        demands=tuple(_json_demands(data, place)),
        uses=tuple((type_.partition("_")[0], place) for _, type_, _ in types),
        calls=tuple(_json_calls(data, place)),
        hazards=(
            *(
                Hazard("runs a provisioner", place)
                for _, _, named in types
                if '"provisioner"' in json.dumps(named)
            ),
            *(
                Hazard(_ASKING[type_], place)
                for kind, type_, _ in types
                if kind == "data" and type_ in _ASKING
            ),
        ),
        mocked=frozenset(name for mocks in _objects(data, "mock_provider") for name in mocks),
        runs=sum(len(run) for run in _objects(data, "run")),
    )


def _json_demands(data: object, place: Place) -> Iterator[ProviderDemand]:
    for terraform in _objects(data, "terraform"):
        for required in _objects(terraform, "required_providers"):
            for name, entry in required.items():
                source = entry.get("source", name) if isinstance(entry, dict) else name
                constraint = entry.get("version", "") if isinstance(entry, dict) else entry
                yield ProviderDemand(name, source_address(str(source)), str(constraint), place)


def _json_calls(data: object, place: Place) -> Iterator[ModuleCall]:
    bodies = [
        (name, body) for named in _objects(data, "module") for name in named for body in _objects(named, name)
    ]
    for named in _objects(data, "run"):
        bodies += [
            (name, body)
            for name in named
            for run in _objects(named, name)
            for body in _objects(run, "module")
        ]
    for name, body in bodies:
        source = body.get("source")
        if isinstance(source, str):
            yield ModuleCall(source, place, name)


def _objects(data: object, key: str) -> Iterator[dict[str, object]]:
    # Terraform's JSON syntax lets a block be one object or a list of them.
    value = data.get(key) if isinstance(data, dict) else None
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            yield entry
