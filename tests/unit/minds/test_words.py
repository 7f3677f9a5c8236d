"""What a sentence wants and what it does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_orchestrator.minds.builtin.words import mentions

KEYWORDS = {
    "encryption": ("encryption", "encrypted", "encrypt", "kms"),
    "versioning": ("versioning", "versioned"),
    "logging": ("access logging", "logging", "logs"),
    "lifecycle": ("lifecycle", "lifecycle rules"),
    "replication": ("replication", "cross-region replication"),
}

SENTENCES = [
    # what is named is wanted
    ("encrypted bucket with versioning and access logging to my-logs", "encryption versioning logging", ""),
    ("a bucket", "", ""),
    ("versioned bucket", "versioning", ""),
    ("bucket with cross region replication", "replication", ""),
    ("bucket with cross-region  replication", "replication", ""),
    ("bucket, versioning, lifecycle", "versioning lifecycle", ""),
    ("VERSIONING and Access Logging", "versioning logging", ""),
    ("please add lifecycle rules", "lifecycle", ""),
    # without
    ("bucket without versioning", "", "versioning"),
    ("bucket without versioning and access logging", "", "versioning logging"),
    ("bucket without versioning or access logging", "", "versioning logging"),
    ("bucket without versioning, lifecycle and access logging", "", "versioning lifecycle logging"),
    ("bucket without versioning but with access logging", "logging", "versioning"),
    ("bucket without versioning, with access logging", "logging", "versioning"),
    ("bucket without versioning. Access logging to x.", "logging", "versioning"),
    ("bucket with encryption, without versioning", "encryption", "versioning"),
    ("everything except versioning", "", "versioning"),
    ("all of it except for lifecycle, plus versioning", "versioning", "lifecycle"),
    ("neither versioning nor lifecycle", "", "versioning lifecycle"),
    ("leave out lifecycle rules", "", "lifecycle"),
    ("excluding versioning and lifecycle", "", "versioning lifecycle"),
    ("versioning instead of lifecycle", "versioning", "lifecycle"),
    ("lifecycle rather than versioning", "lifecycle", "versioning"),
    # no, not, do not
    ("bucket with no versioning", "", "versioning"),
    ("no versioning, access logging to x", "logging", "versioning"),
    ("no versioning and access logging to x", "logging", "versioning"),
    ("no versioning or lifecycle", "", "versioning lifecycle"),
    ("no versioning, no lifecycle", "", "versioning lifecycle"),
    ("no versioning and no lifecycle", "", "versioning lifecycle"),
    ("no need for versioning", "", "versioning"),
    ("I don't need versioning, but lifecycle", "lifecycle", "versioning"),
    ("do not enable versioning", "", "versioning"),
    ("do not add versioning or logging", "", "versioning logging"),
    ("never use versioning; use lifecycle", "lifecycle", "versioning"),
    ("not encrypted", "", "encryption"),
    # a refusal turns a denial round
    ("do not disable versioning", "versioning", ""),
    ("not without encryption", "encryption", ""),
    ("don't turn off encryption", "encryption", ""),
    ("not only versioning but also lifecycle", "versioning lifecycle", ""),
    # un-, off, disabled
    ("unencrypted bucket", "", "encryption"),
    ("un-encrypted bucket with versioning", "versioning", "encryption"),
    ("non-versioned bucket", "", "versioning"),
    ("versioning off", "", "versioning"),
    ("versioning: off, lifecycle: on", "lifecycle", "versioning"),
    ("versioning = false", "", "versioning"),
    ("versioning is disabled", "", "versioning"),
    ("versioning should be turned off", "", "versioning"),
    ("versioning is not needed", "", "versioning"),
    ("turn versioning off and keep lifecycle", "lifecycle", "versioning"),
    ("turn off versioning and lifecycle", "", "versioning lifecycle"),
    ("turn on versioning", "versioning", ""),
    ("disable versioning, access logging to x", "logging", "versioning"),
    ("skip lifecycle", "", "lifecycle"),
    ("versioning must not be disabled", "versioning", ""),
    # words that only look alike
    ("a bucket for conversioning blogs", "", ""),
    ("bucket named versioning-demo", "", ""),
    # other scripts and languages
    ("versioning付きのバケット", "versioning", ""),
    ("ein Bucket mit versioning", "versioning", ""),
]


@pytest.mark.parametrize(("sentence", "wanted", "denied"), SENTENCES)
def test_a_sentence_wants_and_denies_what_a_person_means_by_it(
    sentence: str, wanted: str, denied: str
) -> None:
    found = mentions(sentence, KEYWORDS)

    assert {mention.name for mention in found if mention.wanted} == set(wanted.split())
    assert {mention.name for mention in found if not mention.wanted} == set(denied.split())


def test_the_longest_keyword_wins_and_a_word_of_two_names_mentions_both() -> None:
    found = mentions(
        "access logging of a database",
        {"logs": ("logging",), "access": ("access logging",), "a": ("database",), "b": ("database",)},
    )

    assert [(mention.name, mention.start) for mention in found] == [("access", 0), ("a", 20), ("b", 20)]


def test_a_sentence_of_ten_thousand_words_is_read_in_one_pass() -> None:
    sentence = "without versioning, with logging and no lifecycle " * 1_700

    found = mentions(sentence, KEYWORDS)

    assert len(found) == 3 * 1_700
    assert all(mention.wanted == (mention.name == "logging") for mention in found)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_whatever_somebody_types_mentions_are_inside_the_text_in_order_and_apart(text: str) -> None:
    found = mentions(f"{text} versioning", KEYWORDS)

    ends = [0] + [mention.end for mention in found]
    assert all(mention.start >= end for mention, end in zip(found, ends, strict=False))
    assert all(mention.end <= len(f"{text} versioning".lower()) for mention in found)
