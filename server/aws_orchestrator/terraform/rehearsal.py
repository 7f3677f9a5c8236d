"""What a change of a module would do to resources that exist, planned by Terraform on a pretended cloud.

The module is applied as it was before the change, to a cloud that exists nowhere (`provider_pretence.py`), and planned
as it is after. Terraform then says what it would say with an account: which resources it changes in place, replaces
or destroys, and which argument is the reason. It knows of the provider what was learned of it (docs/knowledge.md).
"""

import json
import posixpath
from collections.abc import Mapping
from typing import Any, Literal

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import EngineError
from aws_orchestrator.findings import Tree
from aws_orchestrator.hcl.find import FileView
from aws_orchestrator.model import Frozen
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.diagnostics import event_diagnostics, events
from aws_orchestrator.terraform.engine import normal
from aws_orchestrator.terraform.real_plan import Scenario, scenarios
from aws_orchestrator.terraform.supervisor import Output

Action = Literal["create", "update", "replace", "delete", "forget"]

_OURS = "aws_orchestrator_rehearsal"
# A backend of the module's own would be somewhere else; Terraform lets an override replace it.
_LOCAL = b'terraform {\n  backend "local" {}\n}\n'
_INIT = ("init", "-input=false", "-reconfigure", "-json", "-no-color")
_APPLY = ("apply", "-auto-approve", "-input=false", "-refresh=false", "-json", "-no-color")
_PLAN = ("plan", "-input=false", "-refresh=false", f"-out={_OURS}.plan", "-json", "-no-color")
_SHOW = ("show", "-json", "-no-color", f"{_OURS}.plan")


class PlannedChange(Frozen):
    """What would happen to one resource."""

    address: str
    type: str
    action: Action
    because: tuple[str, ...] = ()
    """The arguments that make a replacement necessary, as `root_block_device[0].encrypted`."""
    moved_from: str = ""
    """The address before, when the change moves it."""


class Rehearsed(Frozen):
    """What a change of a module would do to what the module has created."""

    status: Literal["planned", "skipped"]
    changes: tuple[PlannedChange, ...] = ()
    """Of all scenarios, each once; what stays as it is is left out."""
    note: str = ""

    @property
    def replaced(self) -> tuple[PlannedChange, ...]:
        """The resources that would be destroyed and created again."""
        return tuple(change for change in self.changes if change.action == "replace")


class RehearsalEngine(BundledEngine):
    """The bundled engine with providers that pretend a cloud; it has workers of its own."""

    async def rehearse(
        self, before: Tree, after: Tree, variables: Mapping[str, str] | None = None
    ) -> Rehearsed:
        """What changing the module from the one tree to the other would do to its resources.

        `variables` are values as HCL; without them every run of the module's tests (as it was before) is a scenario,
        and without tests the defaults are. `skipped` with a note when the module cannot be applied as it was.
        """
        async with self._copy_of(f"{before.key}\0rehearsal"), self._one_check:
            before, after = normal(before), normal(after)
            asked = [Scenario("given", dict(variables))] if variables is not None else scenarios(before)
            changes: dict[PlannedChange, None] = {}
            notes: list[str] = []
            planned = 0
            for number, scenario in enumerate(asked):
                found = await self._rehearse(before, after, scenario, number)
                if isinstance(found, str):
                    notes.append(f"{scenario.name}: {found}")
                    continue
                planned += 1
                changes |= dict.fromkeys(found)
            return Rehearsed(
                status="planned" if planned else "skipped",
                changes=tuple(changes),
                note=" ".join([f"{planned} of {len(asked)} scenarios planned on a pretended cloud.", *notes]),
            )

    async def _rehearse(
        self, before: Tree, after: Tree, scenario: Scenario, number: int
    ) -> list[PlannedChange] | str:
        key = f"{before.key}\0rehearsal{number}"
        try:
            for tree, command in ((before, _APPLY), (after, _PLAN)):
                ready = _prepared(tree, key, scenario)
                found = await self._preflight(ready)
                if not found.complete:
                    return found.gaps
                folder = await self._lay_out(ready)
                for arguments in (_INIT, command):
                    kind = "init" if arguments is _INIT else "test"
                    problem = _problem(await self._run(kind, folder, arguments, found))
                    if problem:
                        return problem
            return _changes(await self._run("test", folder, _SHOW, found))
        finally:
            # The state of this scenario is none of the next one's.
            self._scratch.forget(key)

    def _schemas(self, catalogs: Mapping[str, Catalog]) -> dict[str, str]:
        spare = self._scratch.root / "schemas"
        return {
            address: str(self._store.path_of(catalog, spare, pretends=True))
            for address, catalog in catalogs.items()
        }


def _prepared(tree: Tree, key: str, scenario: Scenario) -> Tree:
    """The tree with a local state and the scenario's variables, and without tests."""
    folder = "" if tree.module == "." else tree.module
    ours = {
        posixpath.join(folder, f"{_OURS}_override.tf"): _LOCAL,
        posixpath.join(folder, f"{_OURS}.auto.tfvars"): scenario.tfvars(_declared(tree, folder)),
    }
    files = {path: content for path, content in tree.files.items() if not path.endswith(".tftest.hcl")}
    return Tree(key=key, files=files | ours, module=tree.module)


def _declared(tree: Tree, folder: str) -> set[str]:
    return {
        block.name
        for path, content in tree.files.items()
        if posixpath.dirname(path) == folder and path.endswith(".tf")
        for block in FileView.of(path, content).blocks
        if block.type == "variable"
    }


def _problem(output: Output) -> str:
    """The first error of a command, or nothing."""
    if output.code == 0:
        return ""
    errors = [one for one in event_diagnostics(events(output)) if one["severity"] == "error"]
    if not errors:
        raise EngineError(
            "Terraform failed without saying why while a change was rehearsed: nothing is known about it. Try again."
        )
    return f"{errors[0]['summary']}. {' '.join(errors[0].get('detail', '').split())}".strip()


def _changes(output: Output) -> list[PlannedChange]:
    plan: dict[str, Any] = json.loads(output.stdout)
    found = []
    for resource in plan.get("resource_changes", ()):
        action = _action(resource["change"]["actions"])
        if action is None or resource.get("mode") != "managed":
            continue
        paths = resource["change"].get("replace_paths", ())
        found.append(
            PlannedChange(
                address=resource["address"],
                type=resource["type"],
                action=action,
                because=tuple(sorted(_written(path) for path in paths)),
                moved_from=resource.get("previous_address", ""),
            )
        )
    return found


def _action(actions: list[str]) -> Action | None:
    if len(actions) == 2:
        return "replace"
    known: dict[str, Action] = {
        "create": "create",
        "update": "update",
        "delete": "delete",
        "forget": "forget",
    }
    return known.get(actions[0])


def _written(path: list[str | int]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")
