"""What goes wrong with a person's terraform, told in a sentence, with nothing left running: a stand-in that only fails."""

import sys
from pathlib import Path

import psutil
import pytest

from aws_orchestrator.errors import EngineError
from aws_orchestrator.terraform.cli import CliEngine
from aws_orchestrator.terraform.engines import create_cli_engine, create_engine, installed_providers
from aws_orchestrator.terraform.limits import EngineLimits
from engine.conftest import tree

_VERSION = '{"terraform_version": "1.11.4"}'
_STAND_IN = """#!{python}
import os, signal, subprocess, sys, time
if sys.argv[1] == "version":
    print({version!r})
    sys.exit(0)
{fault}
"""


def engine(
    folder: Path, fault: str, version: str = _VERSION, limits: EngineLimits | None = None
) -> CliEngine:
    binary = folder / "terraform"
    binary.write_text(_STAND_IN.format(python=sys.executable, version=version, fault=fault), encoding="utf-8")
    binary.chmod(0o755)
    return CliEngine(binary, (), folder / "scratch", limits)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal 11 during init"),
        ("print('no json')", "validate"),
        ("print('{\"diagnostics\": 5'); sys.exit(1)", "validate"),
        ("sys.exit(0)", "validate"),
    ],
)
async def test_a_crash_and_garbage_are_told(tmp_path: Path, fault: str, said: str) -> None:
    running = engine(tmp_path, fault)
    with pytest.raises(EngineError, match=said):
        await running.validate(tree())
    await running.close()


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ('{"terraform_version": "1.5.7"}', "is version 1.5.7; tests against mocks .* need 1.7 or newer"),
        ("GNU bash, version 5", "is neither terraform nor tofu: .* 'GNU bash, version 5'"),
        ("", "it said nothing"),
        ('{"terraform_version": 7}', "is neither terraform nor tofu"),
        ("[]", "is neither terraform nor tofu"),
    ],
)
async def test_another_program_and_an_old_version_are_told(tmp_path: Path, version: str, said: str) -> None:
    running = engine(tmp_path, "", version)
    with pytest.raises(EngineError, match=said):
        await running.validate(tree())
    await running.close()


async def test_a_command_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    fault = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\ntime.sleep(600)"
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    running = engine(tmp_path, fault, limits=EngineLimits(init=1))
    with pytest.raises(EngineError, match="did not finish init within 1 seconds and was stopped"):
        await running.validate(tree())
    await running.close()
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


async def test_a_binary_that_cannot_start_is_told(tmp_path: Path) -> None:
    running = CliEngine(tmp_path / "nothing", (), tmp_path / "scratch")
    with pytest.raises(EngineError, match="could not be started"):
        await running.validate(tree())
    await running.close()


async def test_nothing_of_the_persons_environment_reaches_terraform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    monkeypatch.setenv("TF_CLI_ARGS", "-destroy")
    running = engine(tmp_path, f"open({str(tmp_path / 'seen')!r}, 'w').write(repr(dict(os.environ)))")
    with pytest.raises(EngineError):
        await running.validate(tree())
    await running.close()
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "a secret" not in seen
    assert "TF_CLI_ARGS" not in seen
    assert "127.0.0.1:9" in seen


def test_without_a_binary_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="needs terraform or tofu on PATH"):
        create_engine("cli")
    tofu = tmp_path / "tofu"
    tofu.write_text("#!/bin/sh\n", encoding="utf-8")
    tofu.chmod(0o755)
    assert create_cli_engine().name == "cli"
    assert create_engine("cli", binary=Path("/usr/bin/true")).name == "cli"


def test_providers_are_looked_for_where_a_person_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mirror", "cache", "module/.terraform/providers", "home/.terraform.d/plugins"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("TF_PROVIDER_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("TF_PLUGIN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    found = installed_providers([tmp_path / "module/.terraform/providers", tmp_path / "gone"])
    inside = [
        path.relative_to(tmp_path.resolve()).as_posix() for path in found if path.is_relative_to(tmp_path)
    ]
    assert inside == ["mirror", "cache", "module/.terraform/providers", "home/.terraform.d/plugins"]
