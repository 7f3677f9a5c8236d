"""`check` as JUnit XML: a suite for each module, a case for each check, as CI systems show tests."""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from aws_orchestrator.cli.check_output import Checked
from aws_orchestrator.findings import CheckResult, Finding, Severity
from aws_orchestrator.workflows.check_repository import CheckedModule

# What XML 1.0 cannot hold in any spelling; a module may hold all of it.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(checked: Checked) -> str:
    """The document. Findings that fail nothing are the output of their case."""
    top = Element("testsuites", name="aws-orchestrator check")
    suites = [_suite(top, module) for module in checked.modules]
    for name in ("tests", "failures", "errors", "skipped"):
        top.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _suite(top: Element, module: CheckedModule) -> Element:
    suite = SubElement(top, "testsuite", name=_clean(module.path))
    if module.validation is None:
        case = SubElement(suite, "testcase", classname=_clean(module.path), name="check")
        _said(SubElement(case, "error", message=_clean(module.problem), type="not-checked"), module.problem)
        counts = {"tests": 1, "failures": 0, "errors": 1, "skipped": 0}
    else:
        results = module.validation.results
        for result in results:
            _case(suite, module, result)
        counts = {
            "tests": len(results),
            "failures": sum(_fails(result) for result in results),
            "errors": 0,
            "skipped": sum(result.status == "skipped" and not _fails(result) for result in results),
        }
    for name, count in counts.items():
        suite.set(name, str(count))
    return suite


def _case(suite: Element, module: CheckedModule, result: CheckResult) -> None:
    case = SubElement(suite, "testcase", classname=_clean(module.path), name=result.check)
    if _fails(result):
        errors = [finding for finding in result.findings if finding.severity is Severity.ERROR] or list(
            result.findings
        )
        message = errors[0].summary if errors else result.note or f"{result.check} failed"
        failure = SubElement(
            case,
            "failure",
            message=_clean(message),
            type=errors[0].code or result.check if errors else result.check,
        )
        _said(failure, "\n".join(_line(module, finding) for finding in errors))
    elif result.status == "skipped":
        SubElement(case, "skipped", message=_clean(result.note))
    rest = [
        finding for finding in result.findings if not (_fails(result) and finding.severity is Severity.ERROR)
    ]
    if rest:
        _said(SubElement(case, "system-out"), "\n".join(_line(module, finding) for finding in rest))


def _fails(result: CheckResult) -> bool:
    return result.status == "failed" or any(finding.severity is Severity.ERROR for finding in result.findings)


def _line(module: CheckedModule, finding: Finding) -> str:
    where = ""
    if finding.place is not None:
        where = f"{module.repository_path(finding.place.file)}:{finding.place.line}: "
    code = f" ({finding.code})" if finding.code else ""
    detail = f": {' '.join(finding.detail.split())}" if finding.detail else ""
    return f"{where}{finding.severity.value}: {finding.summary}{detail}{code}"


def _said(element: Element, text: str) -> None:
    element.text = _clean(text)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
