"""The real plan without an account: a test file that lets the real provider plan, and nothing leave the machine."""

import posixpath
from collections.abc import Iterator, Mapping

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
  max_retries                 = 0
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


def plan_tree(tree: Tree) -> Tree:
    """The tree with the module's tests replaced by one that plans each of their runs with the real provider."""
    folder = "" if tree.module == "." else tree.module
    tests = [path for path in sorted(tree.files) if _is_test(path, folder)]
    views = [FileView.of(path, tree.files[path]) for path in tests]
    files = {path: content for path, content in tree.files.items() if path not in tests}
    text = _provider_blocks(views) + "".join(_overrides(tree.files, folder, _mocked(views))) + _runs(views)
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


def _runs(views: list[FileView]) -> str:
    runs: list[str] = []
    names: list[str] = []
    for view in views:
        shared = [block for block in view.blocks if block.type == "variables"]
        for run in view.blocks:
            attributes = run.attributes
            # A run of another module, or one that is to fail, is no plan of this module.
            if (
                run.type != "run"
                or "expect_failures" in attributes
                or any(b.type == "module" for b in run.blocks)
            ):
                continue
            variables: dict[str, str] = {}
            for block in (*shared, *(inner for inner in run.blocks if inner.type == "variables")):
                variables |= {name: value.value for name, value in block.attributes.items()}
            names.append(run.name if run.name not in names else f"{run.name}_{len(names) + 1}")
            runs.append(_run(names[-1], variables, _overrides_of(run, view)))
    return "".join(runs) or _run("plan", {}, "")


def _overrides_of(run: BlockView, view: FileView) -> str:
    return "".join(
        f"  {view.text(block.start, block.end)}\n"
        for block in run.blocks
        if block.type.startswith("override_")
    )


def _run(name: str, variables: Mapping[str, str], overrides: str) -> str:
    body = "".join(f"    {key} = {value}\n" for key, value in variables.items())
    return f'run "{name}" {{\n  command = plan\n  variables {{\n{body}  }}\n{overrides}}}\n'
