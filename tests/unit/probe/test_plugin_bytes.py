"""Messages and values on the wire: what is written is read back, by us and by the generated stubs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tf.gen import tfplugin_pb2

from aws_orchestrator.catalog.plugin.messages import (
    Diagnostic,
    Key,
    attribute_path,
    diagnostics_in,
    fields,
    write_diagnostic,
    write_path,
)
from aws_orchestrator.catalog.plugin.values import (
    UNKNOWN,
    decode_dynamic,
    decode_value,
    encode_value,
    holds_unknown,
    write_dynamic,
)

STEPS = st.one_of(st.text(min_size=1), st.integers(0, 2**40), st.text(min_size=1).map(Key))
PATHS = st.lists(STEPS, max_size=5).map(tuple)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.text(), st.just(UNKNOWN)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=20,
)


@given(PATHS, st.text(min_size=1), st.text(), st.sampled_from(["error", "warning"]))
def test_diagnostics_survive_the_wire(path: Any, summary: str, detail: str, severity: Any) -> None:
    written = Diagnostic(severity, summary, detail, path)
    (read,) = diagnostics_in(write_diagnostic(1, written), 1)
    assert read == written
    assert [type(step) for step in read.path] == [type(step) for step in path]


def test_the_generated_stubs_read_our_diagnostics() -> None:
    content = write_diagnostic(1, Diagnostic("error", "s", "d", ("rule", 0, Key("k"))))
    (read,) = tfplugin_pb2.ValidateResourceConfig.Response.FromString(content).diagnostics
    assert (read.severity, read.summary, read.detail) == (tfplugin_pb2.Diagnostic.ERROR, "s", "d")
    first, second, third = read.attribute.steps
    assert first.attribute_name == "rule"
    assert second.WhichOneof("selector") == "element_key_int", (
        "a step to element 0 must not look like no step"
    )
    assert third.element_key_string == "k"


@given(VALUES)
def test_values_survive_the_wire(value: Any) -> None:
    assert decode_value(encode_value(value)) == value
    assert decode_dynamic(dict(fields(write_dynamic(4, value)))[4]) == value  # type: ignore[arg-type]


def test_refined_unknown_values_are_unknown() -> None:
    assert decode_value(b"\xc7\x03\x0c\x81\x01\xc2") is UNKNOWN
    assert holds_unknown({"a": [{"b": UNKNOWN}]})
    assert not holds_unknown({"a": [{"b": None}]})


def test_numbers_of_more_than_64_bits_are_written_as_digits() -> None:
    assert decode_value(encode_value(2**70)) == str(2**70)


@pytest.mark.parametrize("content", [b"\x0a\x05ab", b"\x80", b"\x0f"])
def test_bytes_that_are_no_message_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"longer|cut off|wire type"):
        list(fields(content))


@given(PATHS)
def test_paths_survive_the_wire(path: Any) -> None:
    assert attribute_path(write_path(path)) == path
