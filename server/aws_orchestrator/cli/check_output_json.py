"""`check` for programs: the object that `--format json` prints."""

import json
from typing import Any

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.cli.check_output import Checked
from aws_orchestrator.protocol import FORMAT_VERSION
from aws_orchestrator.workflows.check_repository import CheckedModule
from aws_orchestrator.workflows.report import ValidationReport


def module_json(path: str, validation: Validation) -> str:
    """One module, as `check DIR --json` prints it."""
    report = ValidationReport.of(validation).model_dump(mode="json", by_alias=True)
    return json.dumps({"formatVersion": FORMAT_VERSION, "path": path, **report}, ensure_ascii=False)


def repository_json(path: str, checked: Checked) -> str:
    """A repository: the counts, then every module as in `module_json`, with its path in the repository."""
    document = {
        "formatVersion": FORMAT_VERSION,
        "path": path,
        "status": "valid" if checked.valid else "invalid",
        "summary": checked.counts,
        "notes": list(checked.notes),
        "modules": [_module(module) for module in checked.modules],
    }
    return json.dumps(document, ensure_ascii=False)


def _module(module: CheckedModule) -> dict[str, Any]:
    if module.validation is None:
        return {"path": module.path, "status": "notChecked", "message": module.problem}
    return {
        "path": module.path,
        **ValidationReport.of(module.validation).model_dump(mode="json", by_alias=True),
    }
