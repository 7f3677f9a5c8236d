"""From a wheel to TypeScript: the source is in each file's source map, and nothing of the package is run."""

import base64
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.bindings.packages import CALIBRATION, SHIPPED, BindingPackage, BindingsError, wheel_of
from tools.bindings.sources import type_sources


def compiled(source: str, mark: str = "//# sourceMappingURL=data:application/json;base64,") -> bytes:
    encoded = base64.b64encode(json.dumps({"version": 3, "sourcesContent": [source]}).encode()).decode()
    return f'"use strict";\n{mark}{encoded}\n'.encode()


def wheel(path: Path, files: dict[str, bytes], inner: str = "x/_jsii/x@1.jsii.tgz") -> Path:
    package = io.BytesIO()
    with tarfile.open(fileobj=package, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    with zipfile.ZipFile(path, "w") as whole:
        whole.writestr(inner, package.getvalue())
    return path


def test_structs_are_joined_to_the_type_they_belong_to(tmp_path: Path) -> None:
    found = wheel(
        tmp_path / "x.whl",
        {
            "lib/bucket/index.js": compiled("export class Bucket {\n"),
            "lib/bucket/index-structs/structs0.js": compiled("export class Zero {\n"),
            "lib/bucket/index-structs/index.js": compiled("\nexport * from './structs0'"),
            "lib/s3/aws-object.js": compiled("export class Object {\n"),
            "lib/bucket/index.d.ts": b"export declare class Bucket {}",
        },
    )
    sources = dict(type_sources(found))
    assert sources.keys() == {"package/lib/bucket", "package/lib/s3/aws-object.js"}
    assert all(name in sources["package/lib/bucket"] for name in ("Bucket", "Zero"))


def test_a_file_without_its_source_is_told_by_name(tmp_path: Path) -> None:
    empty = compiled("").replace(base64.b64encode(b'{"version": 3')[:8], b"!!!!!!!!")
    with pytest.raises(BindingsError, match=r"lib/a\.js has a source map without its source"):
        list(type_sources(wheel(tmp_path / "x.whl", {"lib/a.js": empty})))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"<html>not found</html>"])
def test_what_is_no_wheel_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.whl"
    path.write_bytes(content)
    with pytest.raises(BindingsError, match="not a whole wheel"):
        list(type_sources(path))


def test_a_wheel_without_bindings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BindingsError, match=r"holds 0 \.jsii\.tgz files"):
        list(type_sources(wheel(tmp_path / "x.whl", {}, inner="x/__init__.py")))


def test_a_wheel_that_is_not_the_pinned_one_is_never_read(tmp_path: Path) -> None:
    package = BindingPackage("aws", "1.0.0", "some-bindings", "2.0.0", "0" * 64)
    (tmp_path / package.wheel).write_bytes(b"something else")
    with pytest.raises(BindingsError, match="is not the pinned wheel"):
        wheel_of(package, tmp_path)


def test_every_package_is_pinned_once() -> None:
    rows = [CALIBRATION, *SHIPPED]
    assert len({(row.provider, row.version) for row in rows}) == len(rows)
    assert all(len(row.sha256) == 64 for row in rows)
    assert CALIBRATION.wheel == "cdktf_cdktf_provider_aws-20.1.0-py3-none-any.whl"
