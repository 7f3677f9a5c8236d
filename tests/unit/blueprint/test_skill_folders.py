"""Skills: folders that a workspace or we bring; broken ones are named, hostile ones are refused."""

from pathlib import Path

import pytest

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.skill import (
    SUFFIX,
    Skill,
    SkillLibrary,
    read_blueprint,
    render_skill,
    staleness,
)
from aws_orchestrator.blueprint.verify import require_verified
from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.errors import BlueprintError
from aws_orchestrator.shipped import shipped_folder

_SHIPPED = shipped_folder("skills")
_S3 = f"s3{SUFFIX}"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder of skills that holds a copy of the shipped S3 skill."""
    folder = tmp_path / "skills" / _S3
    for path in (_SHIPPED / _S3).rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(_SHIPPED / _S3)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder.parent


def _load(*folders: Path) -> Skill:
    skill = SkillLibrary(folders).load("s3")
    assert skill is not None
    return skill


@pytest.mark.parametrize("folder", sorted(_SHIPPED.glob(f"*{SUFFIX}")), ids=lambda folder: folder.name)
def test_every_shipped_skill_agrees_with_its_catalog_and_its_pages_with_it(folder: Path) -> None:
    blueprint = read_blueprint(folder)
    catalog = shipped_library().choose(blueprint.provider.source, blueprint.provider.version)
    assert catalog is not None
    require_verified(blueprint, catalog, folder.name)
    pages = render_skill(blueprint, catalog)
    assert {name: (folder / name).read_bytes() for name in pages} == dict(pages), (
        "run `python tools/render_skills.py`"
    )
    assert pages["SKILL.md"].count(b"\n") < 500
    skill = SkillLibrary([folder.parent]).load(blueprint.service)
    assert skill is not None
    assert staleness(skill, catalog) == ""


def test_a_workspaces_skill_wins_over_the_shipped_one(workspace: Path) -> None:
    library = SkillLibrary([workspace, _SHIPPED])
    assert library.folder_of("s3") == workspace / _S3
    assert library.services().count("s3") == 1
    assert next(item for item in library.summaries()[0] if item.service == "s3").folder == workspace / _S3


def test_folders_that_do_not_exist_hold_no_skills(tmp_path: Path) -> None:
    library = SkillLibrary([tmp_path / "none"])
    assert library.services() == ()
    assert library.load("s3") is None


@pytest.mark.parametrize("service", ["../../etc", "", "S3", "s3/", "a\nb"])
def test_a_service_that_is_no_name_has_no_skill(workspace: Path, service: str) -> None:
    assert SkillLibrary([workspace]).folder_of(service) is None


def test_a_summary_says_what_leads_to_the_skill_without_reading_its_blueprint(workspace: Path) -> None:
    (workspace / _S3 / "blueprint.yaml").write_text("broken: [", encoding="utf-8")
    (summary,), broken = SkillLibrary([workspace]).summaries()
    assert (summary.service, summary.title) == ("s3", "Amazon S3 bucket")
    assert "bucket" in summary.keywords
    assert broken == ()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"no front matter", "has no front matter; delete it to have it rendered again."),
        (b"---\nmetadata: [1]\n---\n", "has no readable front matter; delete it to have it rendered again."),
        (b"---\nname: x\n---\n", "names no keywords in its metadata; delete it to have it rendered again."),
        (b"---\na: &a [x]\nb: *a\n---\n", "aliases (`*name`) are not allowed; write the value again."),
        (b"\xff\xfe", "is not UTF-8 text; save it as UTF-8."),
        (b"x" * (1024 * 1024 + 1), "is larger than 1024 KB; a skill's file is not that large."),
    ],
)
def test_one_broken_skill_stops_no_other(workspace: Path, content: bytes, what: str) -> None:
    (workspace / _S3 / "SKILL.md").write_bytes(content)
    found, (sentence,) = SkillLibrary([workspace]).summaries()
    assert found == ()
    assert sentence.endswith(what)
    assert str(workspace / _S3 / "SKILL.md") in sentence


def test_windows_line_ends_are_read(workspace: Path) -> None:
    page = workspace / _S3 / "SKILL.md"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    assert _load(workspace).schema_hash == _load(_SHIPPED).schema_hash


def test_a_link_that_leaves_the_folder_is_refused_and_not_read(workspace: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2", encoding="utf-8")
    blueprint = workspace / _S3 / "blueprint.yaml"
    blueprint.unlink()
    blueprint.symlink_to(secret)
    with pytest.raises(BlueprintError) as caught:
        SkillLibrary([workspace]).load("s3")
    assert str(caught.value) == (
        f"{blueprint} is a link that leaves its skill's folder; put the file itself there."
    )


def test_a_folder_that_is_a_link_out_of_the_workspace_is_refused(workspace: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (workspace / _S3).rename(elsewhere)
    (workspace / _S3).symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(BlueprintError, match="leaves its skill's folder"):
        SkillLibrary([workspace]).load("s3")


def test_a_folder_with_another_name_than_its_service_is_refused(workspace: Path) -> None:
    (workspace / _S3).rename(workspace / f"s4{SUFFIX}")
    with pytest.raises(BlueprintError, match="describes the service `s3`, but its folder says `s4`; rename"):
        SkillLibrary([workspace]).load("s4")


@pytest.fixture
def newest() -> Catalog:
    """What the shipped pages were rendered with."""
    catalog = shipped_library().choose("hashicorp/aws")
    assert catalog is not None
    return catalog


def test_a_skill_is_current_while_its_schemas_are(workspace: Path, newest: Catalog) -> None:
    catalog, skill = newest, _load(workspace)
    assert staleness(skill, catalog) == ""
    older = skill._replace(schema_hash="0" * 64)
    assert (
        staleness(older, catalog)
        == f"the schemas it uses are not those of {catalog.provider} {catalog.version}"
    )


def test_a_skill_whose_pages_are_missing_is_not_current(workspace: Path, catalog: Catalog) -> None:
    (workspace / _S3 / "SKILL.md").unlink()
    assert staleness(_load(workspace), catalog) == "SKILL.md is missing"
    (workspace / _S3 / "references" / "outputs.md").unlink()
    assert staleness(_load(workspace), catalog) == "SKILL.md, references/outputs.md are missing"


def test_the_front_matter_survives_odd_titles(workspace: Path, s3: Blueprint, catalog: Catalog) -> None:
    odd = s3.model_copy(update={"title": 'A "bucket":\n---\n# {x} \\'})
    (workspace / _S3 / "SKILL.md").write_bytes(render_skill(odd, catalog)["SKILL.md"])
    (summary,), broken = SkillLibrary([workspace]).summaries()
    assert (summary.title, broken) == ('A "bucket": --- # {x} \\', ())
