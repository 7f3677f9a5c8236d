"""The module index after a commit: one row a module, and people's words around it untouched."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aws_orchestrator.memories import memory_file
from aws_orchestrator.workflows.module_index import INDEX_FILE, with_row
from support.house import MODULE, generate, make_house
from unit.update.test_update_workflow import update


def index(workspace: Path) -> str:
    return memory_file(workspace, INDEX_FILE).read_text(encoding="utf-8")


async def test_the_index_follows_a_module_from_its_first_commit_to_its_deletion(workspace: Path) -> None:
    house = make_house(workspace)
    await generate(house)
    assert f"| `{MODULE}` | queue | none | hashicorp/aws \\>= 5.40.0 | here |\n" in index(workspace)
    await update(house, MODULE, "add dead letters")
    assert f"| `{MODULE}` | queue | `dead_letters` | hashicorp/aws \\>= 5.40.0 | here |\n" in index(workspace)
    assert index(workspace).count(MODULE) == 1

    await update(house, MODULE, "delete the module", approve=(MODULE,))
    assert MODULE not in index(workspace)


async def test_an_index_that_cannot_be_read_is_named_and_left_alone(workspace: Path) -> None:
    path = memory_file(workspace, INDEX_FILE)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff")
    outcome = await generate(make_house(workspace))

    assert outcome.exit_code == 0
    assert any("module-index.md was ignored" in note for note in outcome.report.notes)
    assert path.read_bytes() == b"\xff"


PROSE = st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"]), max_size=60)


@settings(deadline=None, max_examples=100)
@given(before=PROSE, after=PROSE, names=st.lists(st.sampled_from("abcdef"), max_size=12))
def test_rows_come_and_go_and_the_rest_stays(before: str, after: str, names: list[str]) -> None:
    begun = with_row(f"{before}\n", "m", "| `m` | 1 |") + f"\n{after}\n"
    text = begun
    for name in names:
        text = with_row(text, name, f"| `{name}` | {name} |")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows == sorted({*(f"| `{name}` | {name} |" for name in names), "| `m` | 1 |"})
    for name in names:
        text = with_row(text, name, None)
    assert text == begun
