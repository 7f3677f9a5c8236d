"""What Terraform and the rules say of a module with a change in it; what was wrong before is not the change's."""

from collections.abc import Mapping

from aws_orchestrator.agents import tf_updater, tf_validator
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import Check, CheckResult, Tree
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.standards import read_standards
from aws_orchestrator.workflows.check_module import catalog_of
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.update_folder import join, joined


class ChangeChecks:
    """The checks of one module, in memory, whatever its folder holds meanwhile."""

    def __init__(self, house: House, path: str) -> None:
        """`path` is the module's folder relative to the workspace."""
        self._house = house
        self._path = path

    def tree(self, files: Mapping[str, bytes]) -> Tree:
        """The module and what it calls, as the engine takes it."""
        return Tree(key=f"{self._house.workspace.root}/{self._path}", files=files, module=self._path)

    def catalog(self, files: Mapping[str, bytes]) -> Catalog | None:
        """The catalog of the AWS provider that the module chooses."""
        return catalog_of(self._house.catalogs, self.tree(files))

    async def of_change(
        self,
        before: Mapping[str, bytes],
        changed: Mapping[str, bytes],
        deleted: tuple[str, ...],
        moved: Mapping[str, str],
        usage: Usage,
    ) -> Validation:
        """The validation of the module with these files, by path inside it; what was wrong before is information."""
        gone = joined(self._path, deleted)
        after = {name: content for name, content in before.items() if name not in gone}
        placed = {join(self._path, name): content for name, content in changed.items()}
        validation = await self._checked({**after, **placed}, usage)
        if validation.valid:
            return validation
        return tf_updater.only_new(await self._checked(before, usage), validation, moved)

    async def _checked(self, files: Mapping[str, bytes], usage: Usage) -> Validation:
        tree = self.tree(files)
        rules = tf_validator.rule_context(
            self.catalog(files), standards=read_standards(self._house.workspace.root)
        )
        checker = Dispatcher(usage, ModuleFiles(frozenset()))

        async def execute(check: Check, folder: str = ".") -> CheckResult:
            return await tf_validator.run_check(
                self._house.engine, check, tree, rules, self._house.settings.disabled_rules
            )

        checker.register("execute", execute)
        return await tf_validator.validate(checker, self._house.engine)
