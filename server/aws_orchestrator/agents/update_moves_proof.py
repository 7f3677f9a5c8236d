"""The proof of `moved` blocks: Terraform itself leads stand-ins from the former addresses to the present ones.

Every resource of the module is stood in for by a `terraform_data` of the same repetition: moves are about addresses, and a
stand-in needs no provider, no value and no account. Terraform applies the former module, then plans the present one on
that state; a resource that keeps its id was neither destroyed nor made anew.
"""

import re
from collections.abc import Iterator, Mapping

from aws_orchestrator.findings import Tree
from aws_orchestrator.hcl.find import BlockView, ModuleView
from aws_orchestrator.hcl.references import traversals

TESTS = "tests/moves.tftest.hcl"
_INDEX = re.compile(r"\[\s*(?P<key>\d+|\"[^\"]*\")\s*\]\s*$")


def stand_ins(key: str, before: ModuleView, after: ModuleView, moved: Mapping[str, str]) -> Tree:
    """The tree whose tests pass when every resource of `before` is still there in `after`, moved or not."""
    keys = _keys(after)
    kept = [moved.get(address, address) for address in _blocks(before)]
    files = {
        "main.tf": 'terraform {\n  required_version = ">= 1.11"\n}\n',
        "before/main.tf": "".join(_module(before, keys)) + _ids(before, keys),
        "after/main.tf": "".join(_module(after, keys)) + "".join(_moves(after)),
        TESTS: _tests(
            [one for one in zip(_blocks(before), kept, strict=True) if one[1] in _blocks(after)], after, keys
        ),
    }
    return Tree(key=key, files={name: text.encode() for name, text in files.items()})


def _blocks(module: ModuleView) -> dict[str, BlockView]:
    kinds = ("resource", "module")
    return {module.address(block): block for block in module.blocks() if block.type in kinds and block.labels}


def _name(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", lambda match: f"_{ord(match[0]):x}_", address)


def _keys(module: ModuleView) -> dict[str, set[str]]:
    """The instances that `moved` blocks name, by address."""
    found: dict[str, set[str]] = {}
    for block in module.blocks("moved"):
        for end in ("from", "to"):
            attribute = block.attributes.get(end)
            match = _INDEX.search(attribute.value) if attribute else None
            if attribute is not None and match is not None:
                found.setdefault(_address(attribute.value), set()).add(match["key"])
    return found


def _address(written: str) -> str:
    found = traversals(written)
    return found[0].address if found else written


def _instances(address: str, block: BlockView, keys: Mapping[str, set[str]]) -> list[str]:
    """The index of each stand-in: nothing for a single one."""
    named = keys.get(address, set())
    if "count" in block.attributes:
        most = max((int(key) for key in named if key.isdigit()), default=0)
        return [f"[{number}]" for number in range(most + 1)]
    if "for_each" in block.attributes:
        return [f"[{key}]" for key in sorted(key for key in named if not key.isdigit()) or ['"a"']]
    return [""]


def _module(module: ModuleView, keys: Mapping[str, set[str]]) -> Iterator[str]:
    for address, block in _blocks(module).items():
        instances = _instances(address, block, keys)
        repetition = ""
        if "count" in block.attributes:
            repetition = f"  count = {len(instances)}\n"
        elif "for_each" in block.attributes:
            repetition = f"  for_each = toset([{', '.join(one.strip('[]') for one in instances)}])\n"
        yield f'resource "terraform_data" "{_name(address)}" {{\n{repetition}}}\n'


def _moves(module: ModuleView) -> Iterator[str]:
    for block in module.blocks("moved"):
        ends = [block.attributes[end].value if end in block.attributes else "" for end in ("from", "to")]
        if all(ends):
            start, end = (_stand_in(written) for written in ends)
            yield f"moved {{\n  from = {start}\n  to   = {end}\n}}\n"


def _stand_in(written: str) -> str:
    match = _INDEX.search(written)
    return f"terraform_data.{_name(_address(written))}{match[0].strip() if match else ''}"


def _ids(module: ModuleView, keys: Mapping[str, set[str]]) -> str:
    lines = [
        f'    "{_name(address)}" = terraform_data.{_name(address)}{_instances(address, block, keys)[0]}.id\n'
        for address, block in _blocks(module).items()
    ]
    return f'output "ids" {{\n  value = {{\n{"".join(lines)}  }}\n}}\n'


def _tests(pairs: list[tuple[str, str]], after: ModuleView, keys: Mapping[str, set[str]]) -> str:
    new = _blocks(after)
    asserts = [
        f"  assert {{\n    condition     = terraform_data.{_name(end)}{_instances(end, new[end], keys)[0]}.id"
        f' == run.before.ids["{_name(start)}"]\n'
        f'    error_message = "{start} is not led to {end}."\n  }}\n'
        for start, end in pairs
    ]
    return (
        'run "before" {\n  state_key = "moves"\n  module {\n    source = "./before"\n  }\n}\n\n'
        'run "after" {\n  command   = plan\n  state_key = "moves"\n  module {\n    source = "./after"\n  }\n'
        f"{''.join(asserts)}}}\n"
    )
