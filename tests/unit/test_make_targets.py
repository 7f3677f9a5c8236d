"""Every target that the Makefile, CI and the documents name has one rule: make takes a phony name without a rule for done."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
RULES = Counter(
    name
    for line in MAKEFILE.splitlines()
    for target in [re.match(r"([a-z][a-z -]*):(?!=)", line)]
    if target
    for name in target[1].split()
)


def test_every_phony_target_has_exactly_one_rule() -> None:
    phony = [name for line in re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE) for name in line.split()]
    assert len(phony) > 20
    assert {name: RULES[name] for name in phony} == dict.fromkeys(phony, 1)
    assert all(
        line.startswith((".PHONY", "\t", "#")) or ".PHONY" not in line for line in MAKEFILE.splitlines()
    )


def test_the_targets_that_ci_and_the_documents_name_exist() -> None:
    texts = [ROOT / ".ci" / "run", ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    named = {
        (path.name, name)
        for path in texts
        for name in re.findall(
            r"(?:`|\btier \"[^\"]*\" |=\S+ )make ([a-z-]+)", path.read_text(encoding="utf-8")
        )
    }
    assert {name for _, name in named} >= {"test", "demo", "workbench"}
    assert sorted((path, name) for path, name in named if not RULES[name]) == []
