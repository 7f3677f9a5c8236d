"""docs/rules.md says what the code says."""

from pathlib import Path

from aws_orchestrator.rules.page import rules_page

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"


def test_the_page_is_the_code() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == rules_page(), "write it again: python -m aws_orchestrator.rules.page > docs/rules.md"
