"""`python benchmarks/sentences`: how many of the sentences are understood; ends with 1 when too few are."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts
from benchmarks.sentences.score import LEAST_RIGHT, SENTENCES, misunderstood


def main() -> int:
    """Print what was misunderstood, and the score."""
    catalog = shipped_library().choose("hashicorp/aws")
    assert catalog is not None
    facts = known_facts(catalog)
    wrong = [text for item in SENTENCES if (text := misunderstood(item, catalog, facts))]
    for text in wrong:
        print(f"wrong: {text}")
    right = len(SENTENCES) - len(wrong)
    print(f"{right} of {len(SENTENCES)} sentences understood ({100 * right / len(SENTENCES):.0f}%)")
    return 0 if right >= LEAST_RIGHT * len(SENTENCES) else 1


if __name__ == "__main__":
    sys.exit(main())
