"""The environment of every Terraform that we start: built here, never inherited."""

import os
from collections.abc import Sequence
from pathlib import Path

_NO_NETWORK = """disable_checkpoint = true
provider_installation {{
{mirrors}}}
"""
_MIRROR = """  filesystem_mirror {{
    path = {path}
  }}
"""

# Without these a process cannot find its loader, its temporary folder or its encoding. Nothing here can hold a
# secret or steer Terraform (TF_*), AWS (AWS_*) or a proxy.
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "LD_LIBRARY_PATH")


def terraform_environment(home: Path, mirrors: Sequence[Path] = ()) -> dict[str, str]:
    """The environment for Terraform with `home` as its home; without a mirror it can install no provider.

    Creates the folder and the CLI configuration in it (Terraform warns about a configuration that is missing).
    """
    empty = home / "no-providers"
    empty.mkdir(parents=True, exist_ok=True)
    config = home / "terraform.rc"
    written = "".join(_MIRROR.format(path=_quoted(path)) for path in mirrors or (empty,))
    config.write_text(_NO_NETWORK.format(mirrors=written), encoding="utf-8")
    temporary = home / "tmp"
    temporary.mkdir(exist_ok=True)
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return environment | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home),
        "TMPDIR": str(temporary),
        "TEMP": str(temporary),
        "TMP": str(temporary),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "TF_CLI_CONFIG_FILE": str(config),
        # A closed port: what tries to leave the machine fails at once, and says so.
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def worker_environment(home: Path) -> dict[str, str]:
    """The environment of a worker: that of Terraform, and what our own Python needs to start the same way."""
    return terraform_environment(home) | {
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        # Terraform keeps little and throws much away with every command: collecting four times as rarely takes a third off
        # the processor time of a large module. The limit is soft, and keeps the worker as small as before.
        "GOGC": "400",
        "GOMEMLIMIT": "160MiB",
        # gRPC's own chatter about forks and polling engines would fill the worker's stderr.
        "GRPC_VERBOSITY": "NONE",
    }


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    return f'"{escaped}"'
