"""The audit of a run, as Markdown: what was asked, planned, found, answered by whom, checked with what, and written.

Everything comes from the journal and the contents that it names, so the page of a run is the same whoever prints it and
whenever; it can be made while the run goes on (for a pull request) and after it ended.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from aws_orchestrator.runs.contents import kept_content
from aws_orchestrator.runs.journal import Entry, JournalError, read_entries
from aws_orchestrator.runs.markdown import code, table, words
from aws_orchestrator.runs.run import Run
from aws_orchestrator.runs.store import RunStore

Kept = Callable[[str], bytes]
"""Gives a content of the run by its digest; JournalError when it is gone."""

_BY = {
    "person": "a person, when asked",
    "ahead": "answered ahead of time",
    "policy": "the policy memory",
    "default": "nobody was there: the recommended choice",
    "safe_choice": "nobody answered: the safe choice",
}
_WRITERS = ("tf-generator: ", "tf-updater: ")


def audit_markdown(run: Run) -> str:
    """The audit of a run that is going on, as far as it came: the text of a pull request, say."""
    return audit_page(run.run_id, run.entries, lambda digest: run.kept({"": digest})[""])


def audit_page(run_id: str, entries: Sequence[Entry], kept: Kept) -> str:
    """The audit of any run of which the journal is there."""
    results = [_mapping(entry.data.get("result")) for entry in entries if entry.kind == "step_done"]
    lines = [f"# Run {words(run_id)}", "", *_facts(entries, results)]
    lines += _request(entries)
    lines += _plan(results)
    lines += _security(results, kept)
    lines += _gates(entries)
    lines += _checks(results)
    lines += _files(entries)
    return "\n".join(lines).rstrip() + "\n"


def audit_of(store: RunStore, run_id: str) -> str:
    """The audit of a run of a workspace; UsageError when there is none, JournalError when it cannot be read."""
    folder = store.folder_of(run_id)
    entries = read_entries(folder / "journal.jsonl")
    return audit_page(run_id, entries, lambda digest: kept_content(folder / "objects", digest))


def _facts(entries: Sequence[Entry], results: Sequence[Mapping[str, Any]]) -> list[str]:
    started = entries[0] if entries else None
    ended = next((entry for entry in entries if entry.kind == "run_ended"), None)
    named = (entry.data.get("module") for entry in entries if entry.kind in ("run_started", "module_chosen"))
    module = next(filter(None, named), None)
    catalog = next((result["catalog"] for result in reversed(results) if result.get("catalog")), None)
    resumed = sum(entry.kind == "run_resumed" for entry in entries)
    facts = {
        "Workflow": started and words(started.data.get("workflow", "")),
        "Module": module and code(module),
        "Started": started and words(started.at),
        "Ended": f"{words(ended.at)}: {words(ended.data.get('status', ''))}" if ended else "not yet",
        "Result": ended and words(ended.data.get("message", "")),
        "Resumed": resumed and f"{resumed} times",
        "Provider's catalog": catalog and f"hashicorp/aws {words(catalog)}",
        "Program": started and f"AWS Orchestrator {words(started.data.get('program', ''))}",
    }
    return table(("", ""), ((name, str(value)) for name, value in facts.items() if value))


def _request(entries: Sequence[Entry]) -> list[str]:
    request = entries[0].data.get("request", "") if entries else ""
    return ["## Request", "", f"> {words(request)}", ""]


def _plan(results: Sequence[Mapping[str, Any]]) -> list[str]:
    update = next((_mapping(result["plan"]) for result in results if result.get("plan")), None)
    if update is not None:
        return ["## Plan", "", *_change_plan(update)]
    chosen = next((result for result in reversed(results) if "understood" in result), None)
    if chosen is None:
        return []
    understood = _mapping(chosen.get("understood"))
    features = ", ".join(code(name) for name in _sequence(understood.get("features"))) or "none"
    left_out = ", ".join(code(name) for name in _sequence(understood.get("left_out")))
    rows = [("Service", code(chosen.get("service", ""))), ("Features", features)]
    rows += [("Left out", left_out)] if left_out else []
    values = _mapping(understood.get("inputs"))
    rows += [(f"Default of {code(name)}", code(value)) for name, value in values.items()]
    return ["## Plan", "", *table(("", ""), rows)]


def _change_plan(plan: Mapping[str, Any]) -> list[str]:
    destroyed = ", ".join(code(item) for item in _sequence(plan.get("destroyed")))
    lines = [f"{words(plan.get('intent', ''))}. Risk: {words(plan.get('risk', ''))}.", ""]
    lines += table(
        ("File", "Action", "Changes"),
        (
            (code(file.get("path", "")), words(file.get("action", "")), words("; ".join(_texts(file))))
            for file in map(_mapping, _sequence(plan.get("files")))
        ),
    )
    breaking = [f"- Breaking: {words(item)}" for item in _sequence(plan.get("breaking"))]
    lines += [*breaking, *([f"- Destroys {destroyed}"] if destroyed else [])]
    return [*lines, ""]


def _security(results: Sequence[Mapping[str, Any]], kept: Kept) -> list[str]:
    review = next(
        (_mapping(result["security"]) for result in reversed(results) if result.get("security")), None
    )
    if review is not None:
        rows = [
            (words(item.get("status", "")), code(item.get("resource", "")), *map(words, _control(item)))
            for item in map(_mapping, _sequence(review.get("findings")))
        ]
        head = [f"Overall risk: {words(review.get('risk', ''))}.", ""]
        return ["## Security", "", *head, *table(("Status", "Resource", "Control", "What is done"), rows)]
    controls = list(_controls(results, kept))
    if not controls:
        return []
    return ["## Security", "", *table(("Control", "How the module keeps it"), controls)]


def _control(item: Mapping[str, Any]) -> tuple[str, str]:
    return f"{item.get('id', '')}: {item.get('check', '')}", str(item.get("done", ""))


def _controls(results: Sequence[Mapping[str, Any]], kept: Kept) -> Iterator[tuple[str, str]]:
    """The controls of the skill that the selection has; what it waives is said."""
    chosen = next((result for result in reversed(results) if result.get("blueprint")), None)
    if chosen is None:
        return
    try:
        blueprint = _mapping(json.loads(kept(str(chosen["blueprint"]))))
    except (JournalError, ValueError):
        return
    selected = set(_sequence(_mapping(chosen.get("understood")).get("features")))
    for control in map(_mapping, _sequence(blueprint.get("controls"))):
        held = selected.issuperset(_sequence(control.get("feature"))) and selected.isdisjoint(
            _sequence(control.get("unless"))
        )
        waiver = str(control.get("waiver") or "")
        if held or waiver:
            title = f"{control.get('id', '')}: {control.get('title', '')}"
            yield words(title), words(control.get("how", "")) if held else f"Not kept: {words(waiver)}"


def _gates(entries: Sequence[Entry]) -> list[str]:
    opened = {
        str(_mapping(entry.data.get("gate")).get("gateId")): entry
        for entry in entries
        if entry.kind == "gate_opened"
    }
    rows = []
    for entry in entries:
        if entry.kind != "gate_answered":
            continue
        decision = _mapping(entry.data.get("decision"))
        asked = opened.get(str(entry.data.get("key")))
        question = _mapping(asked.data.get("gate")).get("question", "") if asked else ""
        values = "".join(
            f", {words(name)}: {code(value)}"
            for name, value in _mapping(decision.get("fields")).items()
            if value
        )
        by = words(_BY.get(str(decision.get("by")), str(decision.get("by"))))
        who = entry.data.get("who")
        rows.append(
            (
                words(decision.get("kind", "")),
                words(question),
                f"{code(decision.get('choice', ''))}{values}",
                f"{by} ({words(who)})" if who else by,
                words(entry.at),
            )
        )
    return ["## Gates", "", *table(("Gate", "Question", "Answer", "By", "When"), rows)] if rows else []


def _checks(results: Sequence[Mapping[str, Any]]) -> list[str]:
    found = [_mapping(result["validation"]) for result in results if result.get("validation")]
    if not found:
        return []
    last = found[-1]
    engine = f"{words(last.get('engine', ''))}, aws {words(last.get('provider_version', ''))}"
    checks = [_mapping(item) for item in _sequence(last.get("results"))]
    rows = [
        (words(item.get("check", "")), words(item.get("status", "")), engine, words(item.get("note", "")))
        for item in checks
    ]
    findings = [
        f"- {_finding(item, finding)}"
        for item in checks
        for finding in map(_mapping, _sequence(item.get("findings")))
    ]
    healed = (
        [f"Checked {len(found)} times: what the first check found was healed.", ""] if len(found) > 1 else []
    )
    head = table(("Check", "Result", "Engine and provider schema", "Note"), rows)
    return ["## Checks", "", *healed, *head, *findings, *([""] if findings else [])]


def _finding(check: Mapping[str, Any], finding: Mapping[str, Any]) -> str:
    place = _mapping(finding.get("place"))
    where = code(f"{place.get('file', '')}:{place.get('line', '')}") + ": " if place else ""
    what = f"{finding.get('severity', '')} ({check.get('check', '')})"
    return f"{words(what)}: {where}{words(finding.get('summary', ''))}"


def _files(entries: Sequence[Entry]) -> list[str]:
    made: Mapping[str, Any] = {}
    deleted: list[str] = []
    for entry in entries:
        files = _mapping(_mapping(entry.data.get("result")).get("files"))
        if entry.kind == "step_done" and files and str(entry.data.get("key")).startswith(_WRITERS):
            made = files
        if entry.kind == "write_planned":
            deleted = [str(path) for path in _sequence(entry.data.get("deletes"))]
    rows = [(code(path), code(digest)) for path, digest in sorted(made.items())]
    lines = table(("File", "SHA-256"), rows) + [f"- {code(path)} is deleted" for path in deleted]
    return ["## Files", "", *lines, ""] if lines else []


def _texts(file: Mapping[str, Any]) -> list[str]:
    return [str(item) for item in _sequence(file.get("changes"))]


def _mapping(value: object) -> Mapping[str, Any]:
    # A journal may be of another version, or somebody else's: what is not there is left out.
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else []
