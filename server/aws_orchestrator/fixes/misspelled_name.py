"""Did you mean: a name that the module, the schema or Terraform has almost like that."""

import re
from collections.abc import Iterable, Iterator

from aws_orchestrator.catalog import nearest
from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Site

_SUGGESTED = re.compile(r'Did you mean "(?P<name>[^"]+)"\?')
_QUOTED = re.compile(r'"(?P<name>[^"]+)"')
_UNKNOWN = ("Unsupported argument", "Unsupported block type", "Unsupported attribute")
_UNDECLARED = "Reference to undeclared"


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    if finding.check != "validate":
        return
    suggested = _SUGGESTED.search(finding.detail)
    wrong = _QUOTED.findall(finding.detail.partition("Did you mean")[0])
    if suggested is not None:
        name = next((name for name in reversed(wrong) if name in site.text), "")
        if not name and not wrong and site.text.isidentifier():
            name = site.text
        yield from _renamed(site, name, (suggested["name"],))
    elif finding.summary.startswith(_UNDECLARED):
        yield from _reference(site)
    elif finding.summary in _UNKNOWN[:2] and wrong and "Did you mean" not in finding.detail:
        # Terraform suggests what differs by a letter or two; words in another order it does not know.
        yield from _renamed(site, wrong[-1], nearest(wrong[-1], _expected(site)))


def _renamed(site: Site, wrong: str, names: Iterable[str]) -> Iterator[Fix]:
    start = site.text.rfind(wrong) if wrong else -1
    if start < 0:
        return
    offset = site.place.start + len(site.text[:start].encode())
    options = tuple(names)
    for name in options:
        edit = Edit(file=site.place.file, start=offset, end=offset + len(wrong.encode()), text=name)
        yield Fix(title=f'Change "{wrong}" to "{name}"', edits=(edit,), preferred=len(options) == 1)


def _expected(site: Site) -> tuple[str, ...]:
    """What the block around the place takes and does not have yet."""
    # The place of a wrong block is inside of that block itself.
    blocks = site.blocks
    if blocks and blocks[-1].header_start == site.place.start and len(blocks) > 1:
        blocks = blocks[:-1]
    body = site.body_of(blocks)
    if body is None:
        return ()
    arguments = [name for name, one in body.content.attributes.items() if one.settable]
    present = {*body.block.attributes, *(block.name or block.type for block in body.block.blocks)}
    return tuple(name for name in (*arguments, *body.content.blocks) if name not in present)


def _reference(site: Site) -> Iterator[Fix]:
    """A local value, resource or module of almost that name, which Terraform does not suggest."""
    view = site.module.view
    known = [view.address(block) for block in view.blocks() if block.type in ("resource", "data", "module")]
    known += [f"local.{name}" for name in view.locals()] + [f"var.{name}" for name in view.variables()]
    kind = site.text.rpartition(".")[0]
    alike = [address for address in known if address.rpartition(".")[0] == kind]
    names = nearest(site.text.rpartition(".")[2], [address.rpartition(".")[2] for address in alike])
    if not names and kind.count(".") == 0 and len(alike) == 1 and kind not in ("var", "local"):
        names = (alike[0].rpartition(".")[2],)
    for name in names:
        edit = Edit(file=site.place.file, start=site.place.start, end=site.place.end, text=f"{kind}.{name}")
        yield Fix(title=f"Refer to {kind}.{name}", edits=(edit,), preferred=len(names) == 1)


REMEDY = Remedy(
    id="misspelled-name",
    title="a misspelled argument, block, type, function or reference gets the name that is meant",
    propose=_propose,
)
