"""`aws-orchestrator catalog`: what a person at a terminal and a script get."""

import argparse
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.catalog import load
from aws_orchestrator.cli import catalog
from aws_orchestrator.errors import CatalogError, UsageError

INVENTED = Path(__file__).parent / "invented.schema.json"


def command(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    catalog.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["catalog", *map(str, words)])
    return int(arguments.run(arguments))


def json_of(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / ".aws-orchestrator" / "catalogs"
    folder.mkdir(parents=True)
    command("build", INVENTED, "--provider-version", "1.2.3", "-o", folder)
    return tmp_path


def test_a_built_catalog_is_found_in_the_workspace(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("list", "--json", "--workspace", workspace) == 0
    assert {"provider": "acme/cloud", "version": "1.2.3", "origin": "exact"} in json_of(capsys)["catalogs"]
    command("list", "--workspace", workspace)
    assert "acme/cloud" in capsys.readouterr().out


def test_building_tells_what_the_catalog_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command("build", INVENTED, "--provider-version", "1.2.3", "-o", tmp_path)
    told = capsys.readouterr().out
    assert "acme/cloud 1.2.3: 2 resources, 1 data source, 1 ephemeral resource, 2 functions" in told
    assert str(tmp_path / "acme-cloud-1.2.3.catalog.xz") in told


def test_building_twice_gives_the_same_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    packed = tmp_path / "schema.json.xz"
    packed.write_bytes(lzma.compress(INVENTED.read_bytes()))
    output = tmp_path / "cloud.catalog.xz"
    command("build", INVENTED, "--provider-version", "1.2.3", "-o", output)
    first = output.read_bytes()
    command("build", packed, "--provider-version", "1.2.3", "--provider", "acme/cloud", "-o", output)
    assert output.read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cloud.catalog.xz", "schema.json.xz"]
    assert load(output).version == "1.2.3"


def test_a_file_that_is_no_catalog_is_not_overwritten(tmp_path: Path) -> None:
    precious = tmp_path / "main.tf"
    precious.write_text("# precious", encoding="utf-8")
    with pytest.raises(UsageError, match="exists and is not a catalog"):
        command("build", INVENTED, "--provider-version", "1.2.3", "-o", precious)
    assert precious.read_text(encoding="utf-8") == "# precious"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        command("build", INVENTED, "--provider-version", "1.2.3", "-o", tmp_path / "no" / "x.catalog.xz")


def test_a_name_that_no_folder_would_find_is_mentioned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command("build", INVENTED, "--provider-version", "1.2.3", "-o", tmp_path / "cloud.bin")
    assert "Only files named *.catalog.xz are found" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (b'{"format_version": "1.0"', CatalogError, "not complete JSON"),
        (lzma.compress(b"{}")[:-8], CatalogError, "is corrupt"),
        (None, UsageError, "cannot be read: No such file"),
    ],
)
def test_a_schema_that_cannot_be_read_leaves_no_file(
    tmp_path: Path, content: bytes | None, error: type[Exception], sentence: str
) -> None:
    source = tmp_path / "schema.json"
    if content is not None:
        source.write_bytes(content)
    output = tmp_path / "cloud.catalog.xz"
    with pytest.raises(error, match=sentence):
        command("build", source, "--provider-version", "1.2.3", "-o", output)
    assert not output.exists()


def test_show_prints_arguments_with_types_and_marks(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert command("show", "box", "--provider", "acme/cloud", "--workspace", workspace) == 0
    shown = capsys.readouterr().out
    for line in (
        "cloud_box  resource of acme/cloud 1.2.3",
        "name  string  required",
        "secret_wo  string  optional, sensitive, write-only",
        "shape  object({ corners = list(tuple([number, bool])), width = number })  computed",
        "doors  list of objects  optional",
        "colour  string  required",
        "rule { }  list of blocks  at least 1, at most 4, deprecated",
        "timeouts { }  block",
    ):
        assert line in shown


def test_show_says_where_it_stopped(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    command("show", "cloud_box", "--provider", "acme/cloud", "--workspace", workspace, "--depth", "0")
    shown = capsys.readouterr().out
    assert "action" not in shown
    assert "--depth shows more" in shown


def test_show_as_json_has_the_schema_as_terraform_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("show", "aws_s3_bucket_versioning", "--json", "--catalog-version", "5.100.0") == 0
    shown = json_of(capsys)
    assert (shown["formatVersion"], shown["kind"], shown["providerVersion"]) == (1, "resource", "5.100.0")
    assert shown["schema"]["block"]["attributes"]["bucket"] == {"type": "string", "required": True}
    assert shown["taggable"] is False


@pytest.mark.parametrize(
    ("words", "name", "kind"),
    [
        (["s3_bucket"], "aws_s3_bucket", "resource"),
        (["s3_bucket", "--data"], "aws_s3_bucket", "data"),
        (["caller_identity"], "aws_caller_identity", "data"),
        (["ssm_parameter", "--ephemeral"], "aws_ssm_parameter", "ephemeral"),
    ],
)
def test_the_prefix_and_the_only_kind_may_be_left_out(
    words: list[str], name: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command("show", *words, "--json")
    shown = json_of(capsys)
    assert (shown["name"], shown["kind"]) == (name, kind)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["aws_s3_buket"], 'no type "aws_s3_buket". Did you mean "aws_s3_bucket"'),
        (["dynamodb_tabel", "--data"], 'no data source "dynamodb_tabel". Did you mean "aws_dynamodb_table"'),
        (["s3_bucket", "--ephemeral"], "There is a resource of that name"),
        (["qqqqqq"], "Try `catalog search`"),
        (
            ["s3_bucket", "--catalog-version", ">= 99"],
            "no catalog of hashicorp/aws >= 99; at hand: hashicorp/",
        ),
        (["s3_bucket", "--catalog-version", "=> 5"], 'did you mean ">="'),
    ],
)
def test_what_is_not_there_is_a_usage_error_that_helps(words: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as refusal:
        command("show", *words)
    assert sentence in str(refusal.value)
    assert refusal.value.exit_code == 2


def test_search_lists_names_and_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("search", "lambda", "function", "--limit", "2") == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1:] == [["aws_lambda_function", "resource"], ["aws_lambda_function", "data", "source"]]
    command("search", "lambda", "function", "--json")
    assert json_of(capsys)["hits"][0]["name"] == "aws_lambda_function"


def test_a_search_without_hits_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("search", "qqqqqq") == 0
    assert 'is like "qqqqqq"' in capsys.readouterr().out
