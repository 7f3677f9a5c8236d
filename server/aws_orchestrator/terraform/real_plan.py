"""The real plan without an account: a test file that lets the real provider plan, and nothing leave the machine."""

import posixpath
from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from aws_orchestrator.findings import Tree
from aws_orchestrator.hcl.find import BlockView, FileView
from aws_orchestrator.terraform.requirements import ModuleCall, called_modules

PLAN_FILE = "aws_orchestrator_plan.tftest.hcl"

# Invented keys, and a proxy on a closed port: a call that the overrides do not answer fails at once.
_PROVIDER = """provider "{name}" {{
  region                      = "us-east-1"
  access_key                  = "invented"
  secret_key                  = "invented"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  max_retries                 = 1
  http_proxy                  = "http://127.0.0.1:9"
}}
"""

# Data sources that the provider computes by itself.
_COMPUTED = {
    "aws_arn",
    "aws_default_tags",
    "aws_iam_policy_document",
    "aws_partition",
    "aws_region",
    "aws_service",
    "aws_service_principal",
}
_ANSWERS = {
    "aws_caller_identity": '{ account_id = "123456789012", arn = "arn:aws:iam::123456789012:user/a", user_id = "A" }',
    "aws_availability_zones": '{ names = ["us-east-1a", "us-east-1b", "us-east-1c"], zone_ids = ["az1", "az2", "az3"] }',
}


class Scenario(NamedTuple):
    """One plan of a module: the variables of a run of its tests, as HCL."""

    name: str
    variables: Mapping[str, str]
    overrides: str = ""

    def tfvars(self, declared: Container[str]) -> bytes:
        """The variables as a file of values; those that the module does not declare are left out."""
        lines = (f"{name} = {value}\n" for name, value in self.variables.items() if name in declared)
        return "".join(lines).encode()


def plan_tree(tree: Tree) -> Tree:
    """The tree with the module's tests replaced by one that plans each of their runs with the real provider."""
    folder = "" if tree.module == "." else tree.module
    views = _views(tree)
    files = {path: content for path, content in tree.files.items() if not _is_test(path, folder)}
    runs = "".join(_run(scenario) for scenario in _scenarios(views))
    text = _provider_blocks(views) + "".join(_overrides(tree.files, folder, _mocked(views))) + runs
    files[posixpath.join(folder, PLAN_FILE)] = text.encode()
    return Tree(key=f"{tree.key}\0plan", files=files, module=tree.module)


def _is_test(path: str, folder: str) -> bool:
    return path.endswith(".tftest.hcl") and posixpath.dirname(path) in (
        folder,
        posixpath.join(folder, "tests"),
    )


def _provider_blocks(views: list[FileView]) -> str:
    names = {block.name for view in views for block in view.blocks if block.type == "mock_provider"}
    return "".join(_PROVIDER.format(name=name) for name in sorted(names & {"aws"} or {"aws"}))


def _mocked(views: list[FileView]) -> dict[str, str]:
    """What the tests' mocks answer for data sources, by type, as it is written."""
    answers = dict(_ANSWERS)
    for view in views:
        for provider in view.blocks:
            for mock in provider.blocks if provider.type == "mock_provider" else ():
                defaults = mock.attributes.get("defaults")
                if mock.type == "mock_data" and defaults is not None:
                    answers[mock.name] = defaults.value
    return answers


def _overrides(files: Mapping[str, bytes], folder: str, answers: Mapping[str, str]) -> Iterator[str]:
    waiting = [("", folder)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        prefix, where = waiting.pop(0)
        if (prefix, where) in seen or prefix.count("module.") > 8:
            continue
        seen.add((prefix, where))
        for path in sorted(files):
            if posixpath.dirname(path) != where or not path.endswith(".tf"):
                continue
            view = FileView.of(path, files[path])
            for block in view.blocks:
                if block.type == "data" and len(block.labels) == 2 and block.labels[0] not in _COMPUTED:
                    values = answers.get(block.labels[0])
                    line = f"  values = {values}\n" if values else ""
                    yield f"override_data {{\n  target = {prefix}data.{'.'.join(block.labels)}\n{line}}}\n"
            for name, call in called_modules(view):
                target = _folder_of(call, where)
                if target is not None:
                    waiting.append((f"{prefix}module.{name}.", target))


def _folder_of(call: ModuleCall, where: str) -> str | None:
    if not call.local:
        return None
    target = posixpath.normpath(posixpath.join(where or ".", call.source))
    return "" if target == "." else target


def scenarios(tree: Tree) -> list[Scenario]:
    """The plans that the module's tests are about; one with the defaults when there are none."""
    return _scenarios(_views(tree))


def missing_values(tree: Tree) -> list[str]:
    """The variables that a plan needs and that nothing gives a value to, because the module has no run to plan."""
    if any(scenario.variables for scenario in scenarios(tree)):
        return []
    folder = "" if tree.module == "." else tree.module
    return sorted(
        block.name
        for path, content in tree.files.items()
        if posixpath.dirname(path) == folder and path.endswith(".tf")
        for block in FileView.of(path, content).blocks
        if block.type == "variable" and "default" not in block.attributes
    )


def _views(tree: Tree) -> list[FileView]:
    folder = "" if tree.module == "." else tree.module
    return [FileView.of(path, tree.files[path]) for path in sorted(tree.files) if _is_test(path, folder)]


def _scenarios(views: list[FileView]) -> list[Scenario]:
    found: list[Scenario] = []
    for view in views:
        shared = [block for block in view.blocks if block.type == "variables"]
        for run in view.blocks:
            # A run of another module, or one that is to fail, is no plan of this module.
            if (
                run.type != "run"
                or "expect_failures" in run.attributes
                or any(b.type == "module" for b in run.blocks)
            ):
                continue
            variables: dict[str, str] = {}
            for block in (*shared, *(inner for inner in run.blocks if inner.type == "variables")):
                variables |= {name: value.value for name, value in block.attributes.items()}
            taken = {one.name for one in found}
            name = run.name if run.name not in taken else f"{run.name}_{len(found) + 1}"
            found.append(Scenario(name, variables, _overrides_of(run, view)))
    return found or [Scenario("plan", {})]


def _overrides_of(run: BlockView, view: FileView) -> str:
    return "".join(
        f"  {view.text(block.start, block.end)}\n"
        for block in run.blocks
        if block.type.startswith("override_")
    )


def _run(scenario: Scenario) -> str:
    body = "".join(f"    {key} = {value}\n" for key, value in scenario.variables.items())
    return f'run "{scenario.name}" {{\n  command = plan\n  variables {{\n{body}  }}\n{scenario.overrides}}}\n'
