"""A module in a string: what is found in it, what is offered for that, and the module after an offer."""

from collections import Counter
from collections.abc import Mapping

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import Check, Finding, Severity, Tree
from aws_orchestrator.hcl.splice import splice
from aws_orchestrator.outside import Engine
from aws_orchestrator.workflows.check_module import check_tree
from aws_orchestrator.workflows.healing import Healed, Healer, Offer

VERSIONS = """\
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40.0"
    }
  }
}
"""


class Workbench:
    """Checks modules and tries offers on them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.healer = Healer(engine, shipped_library())

    async def findings(self, files: Mapping[str, str]) -> tuple[Finding, ...]:
        """What init, fmt, validate and the rules say."""
        checks: tuple[Check, ...] = ("init", "fmt", "validate", "rules")
        return (await check_tree(self.engine, shipped_library(), _tree(files), checks)).findings

    async def offers(self, files: Mapping[str, str], word: str) -> tuple[Offer, ...]:
        """The offers for the first finding that says a word."""
        known = await self.findings(files)
        finding = next(one for one in known if word in f"{one.summary} {one.detail}")
        return await self.healer.offers(_tree(files), finding, known)

    async def kept(self, files: Mapping[str, str], word: str, offer: Offer) -> dict[str, str]:
        """The module after the offer, which must have removed its finding and added no error or warning."""
        after = made(files, offer)
        before, now = await self.findings(files), await self.findings(after)
        assert _about(now, word) < _about(before, word), f"{offer.fix.title} leaves it: {now}"
        added = _grave(now) - _grave(before)
        assert not added, f"{offer.fix.title} adds {added}"
        return after

    async def heal(self, files: Mapping[str, str], **options: object) -> Healed:
        """The module after every safe fix."""
        return await self.healer.heal(_tree(files), **options)  # type: ignore[arg-type]


def made(files: Mapping[str, str], offer: Offer) -> dict[str, str]:
    """The files with an offer's edits made, as an editor makes them."""
    after = dict(files)
    for name in {edit.file for edit in offer.fix.edits}:
        edits = [edit for edit in offer.fix.edits if edit.file == name]
        after[name] = splice(files.get(name, "").encode(), edits).decode()
    return after


def _tree(files: Mapping[str, str]) -> Tree:
    return Tree(key="module", files={name: text.encode() for name, text in files.items()})


def _about(findings: tuple[Finding, ...], word: str) -> int:
    return sum(word in f"{one.summary} {one.detail}" for one in findings)


def _grave(findings: tuple[Finding, ...]) -> Counter[str]:
    return Counter(one.code or one.summary for one in findings if one.severity is not Severity.INFORMATION)
