"""`check` as SARIF and JUnit: documents that other programs read, with the places and repairs of findings."""

import json
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.cli.check_output import Checked
from aws_orchestrator.cli.check_output_junit import junit_xml
from aws_orchestrator.cli.check_output_sarif import sarif_json
from aws_orchestrator.findings import CheckResult, Edit, Finding, Fix, Severity, place_in
from aws_orchestrator.workflows.check_repository import CheckedModule

_CONTENT = 'locals {\r\n  名 = "😀é" # x\r\n}\r\n'.encode()


def _finding(start: int, end: int, **more: Any) -> Finding:
    values: dict[str, Any] = {
        "check": "rules",
        "severity": Severity.WARNING,
        "summary": "Something is wrong",
        "detail": "Do something\nelse.",
        "code": "no-any-type",
        "place": place_in("main.tf", _CONTENT, start, end),
    }
    return Finding(**(values | more))


def _checked(*findings: Finding, path: str = "modules/a b", problems: tuple[str, ...] = ()) -> Checked:
    rules = tuple(finding for finding in findings if finding.check == "rules")
    validate = tuple(finding for finding in findings if finding.check == "validate")
    failed = any(finding.severity is Severity.ERROR for finding in validate)
    results = (
        CheckResult(check="init", status="skipped", note="Remote modules are not fetched."),
        CheckResult(check="validate", status="failed" if failed else "passed", findings=validate),
        CheckResult(check="rules", status="passed", findings=rules),
    )
    validation = Validation(engine="bundled", provider_version="5.100.0", results=results, strict=False)
    modules = [CheckedModule(path=path, validation=validation, sources={"main.tf": _CONTENT})]
    modules += [CheckedModule(path=f"modules/broken-{n}", problem=text) for n, text in enumerate(problems)]
    return Checked(tuple(modules), ("Not looked into: x.",))


def _run(checked: Checked) -> dict[str, Any]:
    document = json.loads(sarif_json(checked))
    assert document["version"] == "2.1.0"
    [run] = document["runs"]
    found: dict[str, Any] = run
    return found


def test_a_place_is_told_in_lines_utf16_columns_and_bytes() -> None:
    start = _CONTENT.index("😀".encode())
    [result] = _run(_checked(_finding(start, start + 6)))["results"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "modules/a%20b/main.tf", "uriBaseId": "SRCROOT"}
    assert location["region"] == {
        "startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 11, "byteOffset": start, "byteLength": 6
    }  # fmt: skip
    assert (result["level"], result["message"]["text"]) == (
        "warning",
        "Something is wrong: Do something else.",
    )


def test_every_result_has_its_rule_with_the_reason() -> None:
    run = _run(_checked(_finding(0, 6), _finding(0, 6, check="validate", code="", severity=Severity.ERROR)))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        "terraform-validate",
        "no-any-type",
    ]
    assert all(result["ruleId"] == rules[result["ruleIndex"]]["id"] for result in run["results"])
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert next(rule for rule in rules if rule["id"] == "no-any-type")["fullDescription"]["text"].endswith(
        "."
    )


def test_what_is_wrong_in_a_called_module_is_told_once() -> None:
    wrong = _checked(_finding(0, 6), path="modules/called").modules[0]
    same = _finding(0, 6, place=place_in("../called/main.tf", _CONTENT, 0, 6))
    result = CheckResult(check="rules", status="passed", findings=(same,))
    validation = Validation(engine="bundled", provider_version="", results=(result,), strict=False)
    caller = CheckedModule(
        path="modules/caller", validation=validation, sources={"../called/main.tf": _CONTENT}
    )
    [told] = _run(Checked((wrong, caller)))["results"]
    assert told["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "modules/called/main.tf"


def test_a_fix_is_told_as_what_it_replaces() -> None:
    fix = Fix(title="Repair", edits=(Edit(file="main.tf", start=10, end=12, text="  x"),))
    [result] = _run(_checked(_finding(10, 12, fix=fix)))["results"]
    [change] = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "modules/a%20b/main.tf"
    [replacement] = change["replacements"]
    assert (replacement["deletedRegion"]["byteOffset"], replacement["deletedRegion"]["byteLength"]) == (10, 2)
    assert replacement["insertedContent"] == {"text": "  x"}


def test_a_fingerprint_outlives_lines_written_above() -> None:
    first, second = (
        _run(_checked(_finding(at, at + 2)))["results"][0]["partialFingerprints"] for at in (0, 10)
    )
    assert first == second
    other = _run(_checked(_finding(0, 2, summary="Other")))["results"][0]["partialFingerprints"]
    assert other != first


def test_what_could_not_be_checked_is_told_beside_the_results() -> None:
    [invocation] = _run(_checked(problems=("Terraform crashed.",)))["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 1)
    texts = [told["message"]["text"] for told in invocation["toolExecutionNotifications"]]
    assert texts == ["modules/broken-0: Terraform crashed.", "Not looked into: x."]


def test_a_module_is_a_suite_and_a_check_a_case() -> None:
    error = _finding(
        0, 6, check="validate", code="", severity=Severity.ERROR, summary="Unsupported <argument>"
    )
    top = ElementTree.fromstring(junit_xml(_checked(error, _finding(0, 6), problems=("Too large.",))))
    assert {name: top.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4", "failures": "1", "errors": "1", "skipped": "1"
    }  # fmt: skip
    first, second = top
    assert [case.get("name") for case in first] == ["init", "validate", "rules"]
    failure = first.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "Unsupported <argument>"
    assert "modules/a b/main.tf:1: error: Unsupported <argument>" in (failure.text or "")
    warning = first.find("testcase[@name='rules']/system-out")
    assert warning is not None
    assert "(no-any-type)" in (warning.text or "")
    assert second.find("testcase/error") is not None


@given(st.text(), st.text(), st.binary(max_size=40), st.integers(0, 60), st.integers(0, 60))
def test_any_text_and_any_bytes_make_a_document_that_can_be_read(
    summary: str, path: str, content: bytes, start: int, end: int
) -> None:
    finding = Finding(
        check="rules",
        severity=Severity.ERROR,
        summary=summary,
        place=place_in("main.tf", content, start, end),
    )
    result = CheckResult(check="rules", status="failed", findings=(finding,), note=summary)
    validation = Validation(engine="bundled", provider_version="", results=(result,), strict=False)
    checked = Checked(
        (CheckedModule(path=path, validation=validation, sources={"main.tf": content}),), (summary,)
    )
    ElementTree.fromstring(junit_xml(checked).encode("utf-8", "strict"))
    region = _run(checked)["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] >= 1
    assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
