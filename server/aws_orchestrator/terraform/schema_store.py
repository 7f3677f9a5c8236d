"""Serialised schemas on disk: made once for a catalog, then read by every worker."""

import hashlib
import os
import tempfile
from pathlib import Path

import platformdirs

from aws_orchestrator.catalog.catalog import Catalog
from aws_orchestrator.catalog.plugin.messages import bytes_of, fields, write_bytes, write_number
from aws_orchestrator.terraform.wire import ENCODER_VERSION, schema_bytes

# A field that the protocol does not have, so Terraform passes over it: the file of the catalog, for the provider that
# serves the schema and checks values by what is known beyond it.
_CATALOG_FIELD = 20_001
# The same, present when the provider is to pretend a cloud.
_PRETENDS_FIELD = 20_002
# Another one: the names of the types that a light schema does not describe.
_LARGE_FIELD = 20_003
_DIGEST_SIZE = hashlib.sha256().digest_size


class SchemaStore:
    """The folder that keeps serialised schemas between starts; a file that is damaged is made again."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or platformdirs.user_cache_path("aws-orchestrator") / "schemas"
        self._verified: dict[Path, tuple[int, int]] = {}
        self._large: dict[str, frozenset[str]] = {}

    def path_of(self, catalog: Catalog, spare: Path, pretends: bool = False, *, light: bool = False) -> Path:
        """A file that holds the catalog's GetProviderSchema response, written when it is not there.

        A light one describes all but the few enormous types (`large_types`): Terraform keeps a schema as objects, and
        these few are most of its memory and of the time that its garbage collector takes.

        A home that cannot be written must not stop the engine: `spare` is the folder to use then. A provider that
        serves a file of those that pretend creates and reads resources that exist nowhere.
        """
        place = os.fsencode(os.path.abspath(catalog.place))
        kind = ".pretends" * pretends + ".light" * light
        path = (
            self._folder
            / f"{catalog.digest}.{hashlib.sha256(place).hexdigest()[:16]}.{ENCODER_VERSION}{kind}.schema"
        )
        if _stamp(path) is not None and self._verified.get(path) == _stamp(path):
            return path
        if load_schema(path) is None:
            try:
                origin = write_bytes(_CATALOG_FIELD, place) if os.path.exists(place) else b""
                how = write_number(_PRETENDS_FIELD, int(pretends))
                self._write(path, (_light(catalog) if light else schema_bytes(catalog)) + origin + how)
            except OSError:
                if self._folder == spare:
                    raise
                self._folder = spare
                return self.path_of(catalog, spare, pretends, light=light)
        stamp = _stamp(path)
        if stamp is not None:
            self._verified[path] = stamp
        return path

    def large_types(self, catalog: Catalog, spare: Path) -> frozenset[str]:
        """The names of the types that the catalog's light schema does not describe."""
        known = self._large.get(catalog.digest)
        if known is None:
            schema = load_schema(self.path_of(catalog, spare, light=True)) or b""
            names = [bytes_of(value).decode() for number, value in fields(schema) if number == _LARGE_FIELD]
            known = self._large[catalog.digest] = frozenset(names)
        return known

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Several servers may start at once: each writes a file of its own, and the last rename wins.
        handle, temporary = tempfile.mkstemp(prefix=".schema-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(content).digest() + content)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _light(catalog: Catalog) -> bytes:
    large: set[str] = set()
    content = schema_bytes(catalog, large)
    return content + b"".join([write_bytes(_LARGE_FIELD, name.encode()) for name in sorted(large)])


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def load_schema(path: Path) -> bytes | None:
    """The response kept in the file, or None when it is missing or damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    content = data[_DIGEST_SIZE:]
    return content if hashlib.sha256(content).digest() == data[:_DIGEST_SIZE] else None


def catalog_of(schema: bytes) -> Path | None:
    """The file of the catalog that a kept response was made of; None when the response does not say."""
    for number, value in fields(schema):
        if number == _CATALOG_FIELD:
            return Path(os.fsdecode(bytes_of(value)))
    return None


def pretends(schema: bytes) -> bool:
    """Whether the provider that serves this kept response is to pretend a cloud."""
    return any(number == _PRETENDS_FIELD for number, _ in fields(schema))
