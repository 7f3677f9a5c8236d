"""Whether a repair made a module weaker: what must not be deleted, loosened or silenced to make findings go away.

For every heal, whoever made it: compare the files before and after. It says nothing about whether the module is right.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from aws_orchestrator.findings import Finding
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView, ModuleView
from aws_orchestrator.rules import check_module
from aws_orchestrator.rules.rule import RuleContext

_SILENCED = re.compile(
    rb"(?im)(?:#|//|/\*)[^\n]*\b(?:(?:tfsec|trivy|checkov|kics|terrascan|tflint|snyk|semgrep|regula|cfn[-_]nag)\b[^\n]*"
    rb"\b(?:ignore|skip|disable)|(?:tflint-ignore|kics-scan|noqa|nosec|nosemgrep|aws-orchestrator[-:\s]*(?:ignore|disable)))"
)
_DENIED = re.compile(rb'"Deny"')
_SECURES = re.compile(
    r"(encrypt|kms|sse|tls|ssl|https|public|private|block_|restrict|ignore_public|protect|versioning|logging|log_|audit|monitor"
    r"|backup|retention|enforce|secure|require|rotation|mfa|imds|http_tokens|policy|principal|cidr|min_|scan|waf|insights)"
)
_OFF = frozenset(
    {"false", "null", '""', "[]", "{}", "0", '"none"', '"NONE"', '"Disabled"', '"DISABLED"', '"Suspended"'}
)
_TOP = ("resource", "data", "module", "output", "variable", "check")
# Checks of a block that a repair may correct, but not make go away.
_NAMED = {
    "validation": "a validation",
    "precondition": "a precondition",
    "postcondition": "a postcondition",
    "assert": "an assertion",
}
_GUARDING_RULES = frozenset(
    {
        "security-enforcement",
        "open-ingress",
        "no-wildcard-permissions",
        "never-hardcode-values",
        "sensitive-outputs",
        "constrained-inputs",
        "no-any-type",
    }
)


def weakened(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    findings: Iterable[Finding] = (),
    context: RuleContext | None = None,
) -> tuple[str, ...]:
    """What got weaker, a clause each; empty when nothing did.

    `findings` are those that the repair is for: a static error inside a condition or an argument is reason enough to
    correct exactly that one, a test that fails never is.
    """
    static = [finding for finding in findings if finding.check in ("init", "validate")]
    return tuple(
        dict.fromkeys(
            [
                *_silenced(before, after),
                *_declarations(before, after, static),
                *_tests(before, after, static),
                *_new_rule_findings(before, after, context or RuleContext()),
            ]
        )
    )


def _silenced(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    for name, content in after.items():
        old = before.get(name, b"")
        if len(_SILENCED.findall(content)) > len(_SILENCED.findall(old)):
            yield f"it adds a comment to {name} that silences a checker"
    if _count(_DENIED, before) > _count(_DENIED, after):
        yield "it drops a statement that denies"


def _count(pattern: re.Pattern[bytes], files: Mapping[str, bytes]) -> int:
    return sum(len(pattern.findall(content)) for name, content in files.items() if name.endswith(".tf"))


def _declarations(
    before: Mapping[str, bytes], after: Mapping[str, bytes], static: Collection[Finding]
) -> Iterator[str]:
    old, new = _declared(before), _declared(after)
    for address, block in old.items():
        present = new.get(address)
        if present is None:
            yield f"it deletes {address}"
            continue
        yield from _conditions(address, block, present, static)
        yield from _switched(address, block, present, static)
        yield from _flags(address, block, present)


def _declared(files: Mapping[str, bytes]) -> dict[str, BlockView]:
    view = ModuleView.of(files)
    return {
        ModuleView.address(block) if block.type != "check" else f"check.{block.name}": block
        for kind in _TOP
        for block in view.blocks(kind)
    }


def _conditions(
    address: str, block: BlockView, present: BlockView, static: Collection[Finding]
) -> Iterator[str]:
    for kind in _NAMED:
        old = [item for item in block.walk() if item.type == kind]
        left = Counter(_condition(item) for item in present.walk() if item.type == kind)
        gone = []
        for item in old:
            text = _condition(item)
            if left[text] > 0:
                left[text] -= 1
            else:
                gone.append(item)
        # What is left over are conditions that are new: each may stand for one that was itself an error.
        replacing = [text for text, count in left.items() for _ in range(count) if not _trivial(text)]
        for item in gone:
            if not replacing:
                yield f"it drops {_NAMED[kind]} of {address}"
            elif not _is_inside(item, static):
                yield f"it changes {_NAMED[kind]} of {address} in which nothing was wrong"
            else:
                replacing.pop()


def _condition(block: BlockView) -> str:
    attribute = block.attributes.get("condition")
    return " ".join(attribute.value.split()) if attribute else ""


def _trivial(condition: str) -> bool:
    plain = condition.strip("() ")
    return (
        plain in ("", "true", "!false", "1 == 1")
        or not re.search(r"[A-Za-z_]\w*\.[A-Za-z_]", plain)
        or "|| true" in plain
    )


def _is_inside(block: BlockView | AttributeView, findings: Collection[Finding]) -> bool:
    return any(
        finding.place is not None
        and finding.place.file == block.file
        and block.start <= finding.place.start < max(block.end, block.start + 1)
        for finding in findings
    )


def _switched(
    address: str, block: BlockView, present: BlockView, static: Collection[Finding]
) -> Iterator[str]:
    """Arguments that secure something and are gone or off; a resource that is never made."""
    if block.type not in ("resource", "data", "module"):
        return
    old, new = _arguments(block), _arguments(present)
    for path, attribute in old.items():
        value = new.get(path)
        text = value.value.strip() if value else "null"
        was = attribute.value.strip()
        name = path.rpartition("/")[0]
        if was == text or _is_inside(attribute, static):
            continue
        if path.split("/")[0] in ("count", "for_each"):
            if text in _OFF or re.match(r"(false|0)\s*(\?|&&|\*)", text):
                yield f"it switches {address} off"
        elif _SECURES.search(name or path) and text in _OFF and was not in _OFF:
            yield f"it {'takes away' if value is None else 'switches off'} {path.replace('/', '.').rstrip('.')} of {address}"


def _arguments(block: BlockView) -> dict[str, AttributeView]:
    """The arguments with the way to them; blocks of a kind are told apart by their order."""
    found: dict[str, AttributeView] = {}

    def collect(inside: BlockView, path: str) -> None:
        for name, attribute in inside.attributes.items():
            found[f"{path}{name}"] = attribute
        seen: Counter[str] = Counter()
        for nested in inside.blocks:
            key = "_".join((nested.type, *nested.labels))
            seen[key] += 1
            collect(nested, f"{path}{key}{seen[key] if seen[key] > 1 else ''}/")

    collect(block, "")
    return found


def _flags(address: str, block: BlockView, present: BlockView) -> Iterator[str]:
    for name, safe in (("sensitive", "true"), ("ephemeral", "true"), ("nullable", "false")):
        if block.type in ("variable", "output") and _literal(block, name) == safe != _literal(present, name):
            yield f"it takes {name} = {safe} from {address}"
    if block.type == "variable" and _literal(present, "type") == "any" != _literal(block, "type"):
        yield f"it lets {address} be anything"
    old = [item for item in block.blocks if item.type == "lifecycle"]
    new = [item for item in present.blocks if item.type == "lifecycle"]
    if any(_literal(item, "prevent_destroy") == "true" for item in old) and not any(
        _literal(item, "prevent_destroy") == "true" for item in new
    ):
        yield f"it takes prevent_destroy from {address}"
    if (
        {_literal(item, "ignore_changes") for item in new}
        - {_literal(item, "ignore_changes") for item in old}
        - {""}
    ):
        yield f"it ignores more changes of {address}"


def _literal(block: BlockView, name: str) -> str:
    attribute = block.attributes.get(name)
    return attribute.value.strip() if attribute else ""


def _tests(
    before: Mapping[str, bytes], after: Mapping[str, bytes], static: Collection[Finding]
) -> Iterator[str]:
    for name in sorted(before):
        if not name.endswith(".tftest.hcl"):
            continue
        if name not in after:
            yield f"it deletes {name}"
            continue
        old, new = _runs(name, before[name]), _runs(name, after[name])
        for run, block in old.items():
            if run not in new:
                yield f"it deletes the test {run}"
                continue
            yield from _conditions(f"the test {run}", block, new[run], static)
            for attribute in ("expect_failures", "command"):
                if _literal(block, attribute) not in ("", _literal(new[run], attribute)):
                    yield f"it changes {attribute} of the test {run}"
            if _overrides(new[run]) - _overrides(block):
                yield f"it makes up what the test {run} is about"


def _runs(name: str, content: bytes) -> dict[str, BlockView]:
    return {block.name: block for block in FileView.of(name, content).blocks if block.type == "run"}


def _overrides(run: BlockView) -> Counter[str]:
    return Counter(
        block.type for block in run.blocks if block.type in ("override_resource", "override_module")
    )


def _new_rule_findings(
    before: Mapping[str, bytes], after: Mapping[str, bytes], context: RuleContext
) -> Iterator[str]:
    old = Counter(_said(before, context))
    for code, summary in _said(after, context):
        if old[code, summary] > 0:
            old[code, summary] -= 1
        else:
            yield f"it brings what the rule {code} forbids: {summary}"


def _said(files: Mapping[str, bytes], context: RuleContext) -> list[tuple[str, str]]:
    return [
        (finding.code, finding.summary)
        for finding in check_module(files, context).findings
        if finding.code in _GUARDING_RULES
    ]
