"""A provider that does not exist but answers like one: a real process that speaks the plugin protocol."""

import sys
from pathlib import Path

import pytest

INVENTED = Path(__file__).parent / "invented_provider.py"


@pytest.fixture
def invented_binary(tmp_path: Path) -> Path:
    """An executable that is a Terraform provider with two types."""
    return script(tmp_path / "terraform-provider-cloud_v1.2.3_x5", INVENTED.read_text(encoding="utf-8"))


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!{sys.executable}\n{text}", encoding="utf-8")
    path.chmod(0o755)
    return path
