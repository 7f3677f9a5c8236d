"""Fixes that keep their promise: each is tried on a copy, by Terraform and the quality rules, before anybody sees it."""

import asyncio
import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from aws_orchestrator.agents.module_changes import consequences
from aws_orchestrator.agents.tf_updater import CONVENTIONS
from aws_orchestrator.agents.tf_validator import rule_context, run_together
from aws_orchestrator.catalog import Catalog, CatalogLibrary
from aws_orchestrator.errors import EngineError
from aws_orchestrator.findings import Edit, Finding, Fix, Severity, Tree
from aws_orchestrator.fixes import MendedModule, fixes_of
from aws_orchestrator.fixes.mend import HCL, apart, applied
from aws_orchestrator.hcl.edit_lines import edits_between
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.hcl.splice import splice
from aws_orchestrator.outside import Engine
from aws_orchestrator.rules import check_module
from aws_orchestrator.runs.contents import digest_of
from aws_orchestrator.standards import standards_around
from aws_orchestrator.terraform.formatting import fmt_result
from aws_orchestrator.workflows.check_module import catalog_of, not_utf8

# A fix may need another one (a declared variable wants its row in the README, and a validation).
_FOLLOW_UPS = 3
_ROUNDS = 8
_MOST_ATTEMPTS = 80
_KEPT_OFFERS = 128
# Terraform names the lines of other places in a text; a fix above them moves those.
_LINES = re.compile(r"(?<=:)\d+(?:,\d+-\d+)?|\bline \d+")

Identity = tuple[str, str, str, str]


class Offer(NamedTuple):
    """A fix that was tried: its finding is gone with it, and nothing new is there."""

    fix: Fix
    """With everything that it brings along."""
    breaking: tuple[str, ...]
    """What it breaks for callers, or does to resources that exist; empty for most."""

    @property
    def safe(self) -> bool:
        """Whether it may be made without asking: the one right answer, and it breaks nothing."""
        return self.fix.preferred and not self.breaking


class MadeFix(NamedTuple):
    """One fix that was made."""

    title: str
    files: tuple[str, ...]
    """The files that it edits."""


class Healed(NamedTuple):
    """A module after its fixes."""

    files: Mapping[str, bytes]
    """All of the module's files, by path in its folder."""
    made: tuple[MadeFix, ...]
    """In the order in which they were made."""
    left: tuple[Finding, ...]
    """What is still found."""
    refused: bool
    """Whether Terraform refused the module as it was."""


class _State(NamedTuple):
    """A module's files with what is found in them."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    brought: tuple[Fix, ...] = ()
    """The fixes that others made necessary."""


class Healer:
    """Tries fixes on copies of modules; what it found is kept as long as the module's bytes are the same."""

    def __init__(
        self, engine: Engine, catalogs: CatalogLibrary, disabled_rules: frozenset[str] = frozenset()
    ) -> None:
        """Nothing is tried yet."""
        self._engine = engine
        self._catalogs = catalogs
        self._disabled = disabled_rules
        self._offers: OrderedDict[tuple[str, Identity, int], asyncio.Future[tuple[Offer, ...]]] = (
            OrderedDict()
        )

    async def offers(self, tree: Tree, finding: Finding, known: Sequence[Finding]) -> tuple[Offer, ...]:
        """The fixes of a finding that keep their promise; `known` are the findings of exactly this tree."""
        key = (_digest(tree), _identity(finding), finding.place.start if finding.place else 0)
        if key not in self._offers:
            self._offers[key] = asyncio.ensure_future(self._tried(tree, finding, known))
            while len(self._offers) > _KEPT_OFFERS:
                self._offers.popitem(last=False)[1].cancel()
        self._offers.move_to_end(key)
        try:
            # Whoever asks may go away; the next one who asks finds the answer.
            return await asyncio.shield(self._offers[key])
        except EngineError:
            self._offers.pop(key, None)
            raise

    async def close(self) -> None:
        """Stop what is being tried."""
        tasks = list(self._offers.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._offers.clear()

    async def _tried(self, tree: Tree, finding: Finding, known: Sequence[Finding]) -> tuple[Offer, ...]:
        files = own_files(tree)
        if not_utf8(tree):
            return ()
        catalog = await asyncio.to_thread(catalog_of, self._catalogs, tree)
        fixes = await asyncio.to_thread(lambda: fixes_of(finding, MendedModule.of(files, catalog)))
        before = _State(files, tuple(known))
        offers = []
        for fix in fixes:
            after = await self._attempt(tree, before, [fix], catalog, [finding])
            if after is not None:
                offers.append(await asyncio.to_thread(_offer, fix, before, after, catalog))
        return tuple(offers)

    async def heal(
        self,
        tree: Tree,
        known: Sequence[Finding] | None = None,
        *,
        file: str = "",
        breaking: bool = False,
        attempts: int = _MOST_ATTEMPTS,
    ) -> Healed:
        """The module after every fix that is the one right answer; `file` restricts it to one file's findings.

        Fixes that break something for callers are only made when `breaking` says so.
        """
        start = own_files(tree)
        if not_utf8(tree):
            return Healed(start, (), tuple(known or ()), refused=True)
        catalog = await asyncio.to_thread(catalog_of, self._catalogs, tree)
        state = _State(start, tuple(known) if known is not None else await self._found(tree, start, catalog))
        refused = _refused(state.findings)
        made: list[MadeFix] = []
        failed: set[tuple[Identity, tuple[Edit, ...]]] = set()
        for _ in range(_ROUNDS):
            wanted = await asyncio.to_thread(_preferred, state, catalog, file, failed)
            step = None
            for fixes in _batches(wanted):
                if attempts == 0:
                    break
                attempts -= 1
                after = await self._attempt(
                    tree, state, [fix for _, fix in fixes], catalog, [finding for finding, _ in fixes]
                )
                if after is not None and (
                    breaking or not await asyncio.to_thread(_breaks, state, after.files, catalog)
                ):
                    step = after
                    made += [_made(fix) for fix in (*(fix for _, fix in fixes), *after.brought)]
                    break
                if len(fixes) == 1:
                    failed.add((_identity(fixes[0][0]), fixes[0][1].edits))
            if step is None:
                break
            state = step
        return Healed(state.files, tuple(made), state.findings, refused)

    async def _attempt(
        self,
        tree: Tree,
        before: _State,
        fixes: Sequence[Fix],
        catalog: Catalog | None,
        targets: Sequence[Finding],
    ) -> _State | None:
        """The module with the fixes and what they bring along; None when they do not keep their promise.

        Their promise: what they are for is gone, and no error or warning is new. Information may come up, such as that
        an input which is used by now has limits.
        """
        files = await asyncio.to_thread(applied, before.files, [edit for fix in fixes for edit in fix.edits])
        had = _counts(before.findings)
        brought: tuple[Fix, ...] = ()
        for _ in range(_FOLLOW_UPS):
            if files is None:
                return None
            findings = await self._found(tree, files, catalog)
            has = _counts(findings)
            added = _without_conventions(has - had, before.findings)
            grave = _counts(one for one in findings if one.severity is not Severity.INFORMATION)
            added = _unrevealed(added & grave, targets)
            if not added:
                gone = had - has
                kept = all(gone[_identity(one)] for one in targets)
                return _State(files, findings, brought) if kept else None
            more = await asyncio.to_thread(_follow_ups, files, findings, added, catalog)
            brought += tuple(more)
            files = applied(files, [edit for fix in more for edit in fix.edits]) if more else None
        return None

    async def _found(
        self, tree: Tree, files: Mapping[str, bytes], catalog: Catalog | None
    ) -> tuple[Finding, ...]:
        """The findings of init, fmt, validate and the rules on the tree with these files for its module."""
        prefix = "" if tree.module == "." else f"{tree.module}/"
        present = {f"{prefix}{name}": content for name, content in files.items()}
        # A scratch copy of its own: that of the live checks stays as the editor has it.
        copy = Tree(key=f"{tree.key}\0healing", files={**tree.files, **present}, module=tree.module)
        standards = await asyncio.to_thread(standards_around, Path(tree.key))
        context = rule_context(catalog, standards=standards)
        checked = await run_together(self._engine, ("init", "validate"), copy)
        rules = await asyncio.to_thread(check_module, files, context, self._disabled)
        layout = await asyncio.to_thread(_unformatted, files)
        return (*checked["init"].findings, *layout, *checked["validate"].findings, *rules.findings)


def own_files(tree: Tree) -> dict[str, bytes]:
    """The files of the tree's module, by path in its folder."""
    prefix = "" if tree.module == "." else f"{tree.module}/"
    return {
        name.removeprefix(prefix): content for name, content in tree.files.items() if name.startswith(prefix)
    }


def _offer(fix: Fix, state: _State, reached: _State, catalog: Catalog | None) -> Offer:
    """The fix with the edits that lead to the files that were checked, and a title that tells what comes along."""
    before, after = state.files, reached.files
    breaking = _breaks(state, after, catalog)
    if _made_alone(before, fix) == after:
        return Offer(fix, breaking)
    edits = tuple(
        edit
        for name in sorted(after)
        if after[name] != before.get(name)
        for edit in edits_between(name, before.get(name, b""), after[name])
    )
    more = (
        f" (and: {'; '.join(dict.fromkeys(one.title for one in reached.brought))})" if reached.brought else ""
    )
    return Offer(fix.model_copy(update={"edits": edits, "title": f"{fix.title}{more}"}), breaking)


def _made_alone(files: Mapping[str, bytes], fix: Fix) -> dict[str, bytes] | None:
    """The files with exactly the bytes of the fix, nothing formatted; None when that is not possible."""
    result = dict(files)
    try:
        for name in {edit.file for edit in fix.edits}:
            result[name] = splice(files.get(name, b""), [edit for edit in fix.edits if edit.file == name])
    except ValueError:
        return None
    return result


def _breaks(before: _State, after: Mapping[str, bytes], catalog: Catalog | None) -> tuple[str, ...]:
    """What the change breaks for callers, or does to resources that exist."""
    own = [name for name in after if name.endswith(".tf") and "/" not in name]
    if all(before.files.get(name) == after[name] for name in own):
        return ()
    refused = _refused(before.findings)
    found = consequences(ModuleView.of(before.files), ModuleView.of(after), catalog, applied=not refused)
    # A type that does not exist was never there to be destroyed.
    invented = tuple(
        f"{address} is removed" for address in found.comparison.removed if _invented(address, catalog)
    )
    return tuple(sentence for sentence in found.breaking if not sentence.startswith(invented))


def _refused(findings: Iterable[Finding]) -> bool:
    """Whether Terraform refuses the module: it was never applied as it is written."""
    return any(one.check == "validate" and one.severity is Severity.ERROR for one in findings)


def _invented(address: str, catalog: Catalog | None) -> bool:
    type_ = address.partition(".")[0]
    return type_.startswith("aws_") and catalog is not None and catalog.resource(type_) is None


def _preferred(
    state: _State, catalog: Catalog | None, file: str, failed: set[tuple[Identity, tuple[Edit, ...]]]
) -> list[tuple[Finding, Fix]]:
    module = MendedModule.of(state.files, catalog)
    return [
        (finding, fix)
        for finding in state.findings
        if not file or (finding.place is not None and finding.place.file == file)
        for fix in fixes_of(finding, module)
        if fix.preferred and (_identity(finding), fix.edits) not in failed
    ]


def _made(fix: Fix) -> MadeFix:
    return MadeFix(fix.title, tuple(sorted({edit.file for edit in fix.edits})))


def _batches(wanted: list[tuple[Finding, Fix]]) -> Iterable[list[tuple[Finding, Fix]]]:
    """All fixes that do not touch each other first, then each alone."""
    together = apart(fix for _, fix in wanted)
    if len(together) > 1:
        yield [(finding, fix) for finding, fix in wanted if any(fix is one for one in together)]
    yield from ([one] for one in wanted)


def _follow_ups(
    files: Mapping[str, bytes], findings: Sequence[Finding], added: Counter[Identity], catalog: Catalog | None
) -> list[Fix]:
    """The fixes of what came anew; none when one of them has none."""
    module = MendedModule.of(files, catalog)
    fixes = []
    for finding in findings:
        if _identity(finding) not in added:
            continue
        fix = next((fix for fix in fixes_of(finding, module) if fix.preferred), None)
        if fix is None:
            return []
        fixes.append(fix)
    return apart(fixes)


def _unformatted(files: Mapping[str, bytes]) -> list[Finding]:
    present = {name: content for name, content in files.items() if name.endswith(HCL)}
    after = {name: format_source(content) for name, content in present.items()}
    return list(fmt_result(present, after, {}).findings)


def _counts(findings: Iterable[Finding]) -> Counter[Identity]:
    return Counter(_identity(finding) for finding in findings)


def _identity(finding: Finding) -> Identity:
    # Not the place: a fix above moves it. Nor, for a rule, the file: what it is about is in the summary.
    file = finding.place.file if finding.place is not None and finding.check != "rules" else ""
    detail = "" if finding.check == "fmt" else _LINES.sub("", finding.detail)
    return finding.check, file, f"{finding.code} {finding.summary}", detail


def _without_conventions(added: Counter[Identity], before: Sequence[Finding]) -> Counter[Identity]:
    """What came anew, but for what follows a convention of the module that the rules do not share."""
    style = {f"{finding.code} " for finding in before if finding.code in CONVENTIONS}
    return Counter({key: count for key, count in added.items() if not key[2].startswith(tuple(style))})


def _unrevealed(added: Counter[Identity], targets: Sequence[Finding]) -> Counter[Identity]:
    """What came anew, but for what the rules could not see while nobody knew the resource's type."""
    if any(one.summary.startswith(("Invalid resource type", "Invalid data source")) for one in targets):
        return Counter({key: count for key, count in added.items() if key[0] != "rules"})
    return added


def _digest(tree: Tree) -> str:
    listing = "\n".join(f"{name} {digest_of(content)}" for name, content in sorted(tree.files.items()))
    return digest_of(f"{tree.module}\n{listing}".encode())
