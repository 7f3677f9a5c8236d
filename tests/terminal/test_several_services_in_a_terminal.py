"""One request for several services as a real process: a report a run, and a call of all modules that Terraform accepts."""

import json
from pathlib import Path

from support.terminal import run


def test_the_modules_of_a_request_are_called_together_as_the_summary_says(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    request = "a VPC 10.0.0.0/16, a security group named web and a KMS key"
    ended = run("generate", request, "--workspace", str(workspace), "--json", home=tmp_path)
    reports = [json.loads(line) for line in ended.out.splitlines()]

    assert [report["status"] for report in reports] == ["done", "done", "done"], ended.err
    assert [report["parts"]["services"][-1] for report in reports] == ["vpc", "security-group", "kms"]
    assert [bool(report["parts"]["rest"]) for report in reports] == [True, True, False]
    assert [[gate["kind"] for gate in report["gates"]][-1] for report in reports] == [
        "commit",
        "commit",
        "next_steps",
    ]
    call = reports[-1]["parts"]["call"]
    assert "vpc_id = module.vpc.id" in call
    (workspace / "main.tf").write_text(call, encoding="utf-8")
    checked = run("check", str(workspace), "--json", home=tmp_path)
    assert checked.report["checks"]["validate"] == "passed", checked.out
