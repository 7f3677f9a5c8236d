"""`catalog probe` from end to end against a real process, and against things that are no provider."""

import argparse
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from aws_orchestrator.catalog import library_of, shipped_library
from aws_orchestrator.catalog.knowledge import knowledge_of
from aws_orchestrator.catalog.knowledge_constraints import Constraints
from aws_orchestrator.catalog.knowledge_facts import Fact, Group
from aws_orchestrator.catalog.knowledge_replacement import Replacements
from aws_orchestrator.catalog.probe.client import ProviderClient, ProviderLost
from aws_orchestrator.catalog.probe.state import ProbeState
from aws_orchestrator.cli import catalog
from aws_orchestrator.errors import UsageError
from unit.probe.conftest import script


def probe(*words: object) -> None:
    """What `aws-orchestrator catalog probe …` does; errors for people are raised."""
    parser = argparse.ArgumentParser()
    catalog.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["catalog", "probe", *map(str, words)])
    arguments.run(arguments)


def test_everything_that_the_provider_checks_is_learned(invented_binary: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.constraints.xz"
    probe(invented_binary, "--provider", "acme/cloud", "-o", output)
    learned = Constraints(output)
    assert learned.subject == ("registry.terraform.io/acme/cloud", "1.2.3")
    known = learned.checks("resource", "cloud_box")
    assert known is not None
    assert not known.framework
    facts = known.checks.facts
    assert facts["size"] == Fact(values=("small", "large"))
    assert facts["name"] == Fact(shortest=1, longest=8)
    assert (facts["role"].format, facts["role"].empty) == ("arn", True)
    assert facts["days"] == Fact(low=1, high=30, integer=True)
    assert facts["id"] == Fact(unsettable=True)
    assert "label" not in facts
    assert known.checks.children["zone"].facts["kind"] == Fact(values=("hot", "very cold"), fold=True)
    assert set(known.checks.groups) == {
        Group("conflict", ("left", "right")),
        Group("exactly_one", ("one", "other")),
        Group("together", ("mode", "target")),
    }
    assert facts["mode"] == Fact(values=("fast", "slow"))
    assert facts["zone"].required
    data = learned.checks("data", "cloud_box")
    assert data is not None
    assert data.checks.facts["size"].values == ("small", "large")
    assert not list(tmp_path.glob("*.probing"))


def test_what_a_workspace_learned_wins_over_what_ships(invented_binary: Path, tmp_path: Path) -> None:
    folder = tmp_path / ".aws-orchestrator" / "catalogs"
    folder.mkdir(parents=True)
    ships = shipped_library().choose("hashicorp/random")
    assert ships is not None
    assert knowledge_of(ships) is None
    probe(invented_binary, "--provider", "random", "--provider-version", ships.version, "-o", folder)
    catalog = library_of(tmp_path).choose("hashicorp/random")
    assert catalog is not None
    known = knowledge_of(catalog)
    assert known is not None
    assert [path.parent for path in known.files] == [folder]
    assert known.checks("resource", "cloud_box") is not None


def test_a_version_without_a_catalog_is_told_how_to_get_one(
    invented_binary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ".aws-orchestrator" / "catalogs"
    folder.mkdir(parents=True)
    probe(invented_binary, "--provider", "acme/cloud", "-o", folder)
    assert "no catalog of acme/cloud 1.2.3 yet" in capsys.readouterr().out
    assert [path.name for path in folder.iterdir()] == ["acme-cloud-1.2.3.constraints.xz"]


def test_what_replaces_a_resource_is_learned_from_plans(invented_binary: Path, tmp_path: Path) -> None:
    probe(invented_binary, "--replace", "--provider", "acme/cloud", "-o", tmp_path)
    learned = Replacements(tmp_path / "acme-cloud-1.2.3.replacement.xz").of("cloud_box")
    assert learned is not None
    assert learned.when("label") == "always"
    assert learned.when("role") == "always"
    assert learned.when("name") == "never"
    assert learned.defaults == {"days": 7}
    # A plan that changes this one crashes the provider: only that stays unknown.
    assert learned.unlearned == {"crash"}


def test_a_probe_that_was_stopped_goes_on(invented_binary: Path, tmp_path: Path) -> None:
    output = tmp_path / "o.xz"
    subject = {
        "provider": "registry.terraform.io/acme/cloud",
        "version": "1.2.3",
        "learns": "constraints",
        "bytes": invented_binary.stat().st_size,
    }
    with ProbeState(tmp_path / "o.xz.probing", subject).held() as state:
        state.add("resource", "cloud_box", {"checks": {}, "framework": True, "calls": 0, "unread": 0})
    with (tmp_path / "o.xz.probing").open("a", encoding="utf-8") as file:
        file.write('{"kind":"data","na')  # the process was killed while it wrote
    probe(invented_binary, "--provider", "acme/cloud", "-o", output)
    known = Constraints(output).checks("resource", "cloud_box")
    assert known is not None
    assert known.framework, "the type was asked again although it was known"
    assert Constraints(output).names("data") == ("cloud_box",)


def test_two_probes_never_write_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "state"
    holding = f"""import sys
from pathlib import Path
from aws_orchestrator.catalog.probe.state import ProbeState
with ProbeState(Path({str(path)!r}), {{}}).held():
    print("held", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match="Another probe is writing"), ProbeState(path, {}).held():
            pass
        other.communicate()


def test_a_state_of_another_version_is_refused(tmp_path: Path) -> None:
    with ProbeState(tmp_path / "s", {"version": "1.0.0"}).held():
        pass
    with (
        pytest.raises(UsageError, match="another provider or version"),
        ProbeState(tmp_path / "s", {}).held(),
    ):
        pass


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("print('hello')", "is not a Terraform provider"),
        ("import sys; sys.exit(3)", "it ended without a word"),
        ("import time; time.sleep(60)", "said nothing for 1 seconds"),
        ("print('1|9|unix|/x|grpc')", "is not a Terraform provider"),
    ],
)
def test_what_is_no_provider_is_told_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ProviderClient(script(tmp_path / "program", text), start_seconds=1 if "sleep" in text else 30)


def test_a_file_that_cannot_run_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "terraform-provider-x_v1.0.0"
    path.write_bytes(b"\x7fELF no")
    path.chmod(0o755)
    with pytest.raises(UsageError, match="cannot be started"):
        probe(path, "-o", tmp_path)
    with pytest.raises(UsageError, match="is no file"):
        probe(tmp_path / "gone", "-o", tmp_path)


def test_a_provider_that_crashes_is_lost_and_its_process_gone(invented_binary: Path) -> None:
    client = ProviderClient(invented_binary)
    try:
        with pytest.raises(ProviderLost, match="crashed or hangs"):
            client.validate("resource", "cloud_box", {"crash": "now"})
    finally:
        client.close()
    assert client._process.poll() is not None


def test_a_provider_ends_with_a_probe_that_is_killed(invented_binary: Path) -> None:
    """SIGKILL leaves no time to tidy up; the provider's process must not stay for that."""
    asking = f"""import sys, time
from pathlib import Path
from aws_orchestrator.catalog.probe.client import ProviderClient
client = ProviderClient(Path({str(invented_binary)!r}))
client.schema()
print("asked", flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", asking], stdout=subprocess.PIPE, text=True) as probing:
        assert probing.stdout is not None
        assert probing.stdout.readline() == "asked\n"
        started = psutil.Process(probing.pid).children(recursive=True)
        assert any(str(invented_binary) in one.cmdline() for one in started)
        probing.kill()
        probing.communicate()
    _, left = psutil.wait_procs(started, timeout=10)
    assert left == []


def test_a_provider_that_never_answers_is_lost(tmp_path: Path) -> None:
    silent = """import socket, sys, time
listening = socket.create_server(("127.0.0.1", 0))
print(f"1|6|tcp|127.0.0.1:{listening.getsockname()[1]}|grpc", flush=True)
time.sleep(600)
"""
    client = ProviderClient(script(tmp_path / "silent", silent), call_seconds=0.5)
    try:
        with pytest.raises(ProviderLost, match="it crashed or hangs"):
            client.validate("resource", "cloud_box", {})
    finally:
        client.close()


def test_a_probe_of_a_provider_that_crashes_while_telling_its_schema_ends_with_a_sentence(
    tmp_path: Path,
) -> None:
    dying = """import os, socket
listening = socket.create_server(("127.0.0.1", 0))
print(f"1|6|tcp|127.0.0.1:{listening.getsockname()[1]}|grpc", flush=True)
listening.accept()
os._exit(2)
"""
    binary = script(tmp_path / "terraform-provider-cloud_v1.0.0", dying)
    with pytest.raises(ProviderLost, match="did not answer schema"):
        probe(binary, "--provider", "acme/cloud", "-o", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [binary.name]
