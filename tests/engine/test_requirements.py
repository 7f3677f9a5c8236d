"""What a module demands, read without Terraform."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.findings import Severity, Tree
from aws_orchestrator.terraform.preflight import preflight
from aws_orchestrator.terraform.requirements import requirements_of

AWS = "registry.terraform.io/hashicorp/aws"


def test_local_modules_are_followed_and_their_constraints_count() -> None:
    files = {
        "main.tf": b'module "a" {\n  source = "./a"\n}\n',
        "a/main.tf": b'module "b" {\n  source = "../b"\n}\n',
        "b/main.tf": b'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "~> 5.0" }\n  }\n}\n',
        "c/main.tf": b'resource "random_id" "not_called" {}\n',
    }
    found = requirements_of(files, ".")
    assert found.local == ["", "a", "b"]
    assert [demand.constraint for demand in found.demands[AWS]] == ["~> 5.0"]
    assert list(found.demands) == [AWS]


def test_modules_that_call_each_other_end() -> None:
    files = {
        "main.tf": b'module "a" {\n  source = "./a"\n}\n',
        "a/x.tf": b'module "up" {\n  source = "../"\n}\n',
    }
    assert requirements_of(files, ".").local == ["", "a"]


def test_the_json_syntax_says_the_same() -> None:
    json = b"""{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5"}}},
      "resource": {"aws_s3_bucket": {"b": {"provisioner": [{"local-exec": {"command": "true"}}]}}},
      "module": {"far": {"source": "a/b/c"}, "near": [{"source": "./n"}]}}"""
    found = requirements_of({"main.tf.json": json}, ".")
    assert [demand.constraint for demand in found.demands[AWS]] == [">= 5"]
    assert [call.source for call in found.remote] == ["a/b/c"]
    assert found.local == ["", "n"]
    assert [hazard.what for hazard in found.hazards] == ["runs a provisioner"]


@pytest.mark.parametrize(
    ("constraint", "severity"),
    [
        (">= 99.0.0", "error"),
        ("~> 98.0", "error"),
        ("= 98.0.1", "error"),
        ("~> 4.0", "information"),
        ("< 5", "information"),
    ],
)
def test_newer_than_known_is_an_error_and_older_is_not(
    library: CatalogLibrary, constraint: str, severity: str
) -> None:
    entry = f'aws = {{ source = "hashicorp/aws", version = "{constraint}" }}'
    text = f"terraform {{\n  required_providers {{\n    {entry}\n  }}\n}}\n"
    found = preflight(Tree(key="k", files={"v.tf": text.encode()}), library)
    assert [finding.severity for finding in found.findings] == [Severity(severity)]


def test_constraints_that_only_together_admit_nothing_are_an_error(library: CatalogLibrary) -> None:
    def demand(constraint: str) -> bytes:
        return f'terraform {{\n  required_providers {{\n    aws = "{constraint}"\n  }}\n}}\n'.encode()

    files = {
        "v.tf": demand(">= 5.0"),
        "m.tf": b'module "a" {\n  source = "./a"\n}\n',
        "a/v.tf": demand(">= 7.0"),
    }
    (finding,) = preflight(Tree(key="k", files=files), library).findings
    assert finding.severity is Severity.ERROR
    assert finding.place is not None
    assert finding.place.file == "a/v.tf"


pieces = st.sampled_from(
    [b'module "a" {', b"source =", b'"./a"', b"}", b"\n", b"terraform {", b"\xff", b'"', b"{", b"provider"]
)


@given(st.lists(pieces, max_size=12))
def test_any_bytes_are_read_without_an_error(parts: list[bytes]) -> None:
    requirements_of(
        {"main.tf": b" ".join(parts), "x.tf.json": b"".join(parts), "t.tftest.hcl": b" ".join(parts)}, "."
    )


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["terraform", "resource", "data", "module", "run", "source", "required_providers"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_without_an_error(value: object) -> None:
    requirements_of(
        {"x.tf.json": json.dumps(value).encode(), "t.tftest.json": json.dumps(value).encode()}, "."
    )
