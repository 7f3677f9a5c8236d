"""Secrets and control characters do not survive, and everything else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_orchestrator.runs.redaction import printable, redact


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "github_pat_11ABCDEFG0123456789_abcdefghijkl",
        "glpat-abcdefghij0123456789",
        "sk-ant-api03-abcdefghijklm",
        "xoxb-1234567890-abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY----- MIIEow -----END RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_key_is_replaced_wherever_it_stands(secret: str) -> None:
    assert redact(f"a bucket, {secret}, encrypted") == "a bucket, [redacted], encrypted"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password=hunter2 x", "password=[redacted] x"),
        ("DB_PASSWORD: hunter2", "DB_PASSWORD: [redacted]"),
        ('secret = "two words" x', "secret = [redacted] x"),
        ("https://me:hunter2@example.com/x", "https://[redacted]@example.com/x"),
    ],
)
def test_what_is_called_a_password_is_one(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "an encrypted bucket with access logging to my-logs",
        "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        "a secrets manager secret with rotation",
        "暗号化されたS3バケット",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_a_long_text_of_almost_secrets_is_read_quickly() -> None:
    text = "a-" * 50_000 + "A" * 50_000 + "://" * 20_000
    assert redact(text) == text


@settings(deadline=None)
@given(st.text())
def test_printable_text_is_one_line_that_any_terminal_and_file_can_hold(text: str) -> None:
    line = printable(text)
    line.encode("utf-8")
    assert not set(line) & set("\n\r\x1b\x07\x00\u202e\x9b")
    assert printable(line) == line
