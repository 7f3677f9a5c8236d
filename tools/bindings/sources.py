"""The TypeScript inside a wheel of bindings.

A wheel holds one `.jsii.tgz`, an npm package of compiled JavaScript. The compiler drops private fields and with
them the comments that tell whether an argument is computed, but it leaves the whole source in each file's
inline source map: that is what is read. Nothing of the package is ever run.
"""

import base64
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tools.bindings.packages import BindingsError

_MARK = b"sourceMappingURL=data:application/json;base64,"
_STRUCTS = "index-structs"
"""Where types with hundreds of nested blocks keep them, in files of 400 each."""


def type_sources(wheel: Path) -> Iterator[tuple[str, str]]:
    """The TypeScript of each generated type with the path of its file; files that belong together are joined."""
    waiting: dict[str, list[str]] = {}
    for path, text in _sources(wheel):
        if path.name == "index.js" and text.count("\nexport * from") and "class " not in text:
            continue  # only names other files
        if path.parent.name == _STRUCTS:
            waiting.setdefault(str(path.parent.parent), []).append(text)
        elif path.name == "index.js":
            waiting.setdefault(str(path.parent), []).append(text)
        else:
            yield str(path), text
    for folder, texts in waiting.items():
        yield folder, "\n".join(texts)


def _sources(wheel: Path) -> Iterator[tuple[PurePosixPath, str]]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith(".jsii.tgz")]
            if len(names) != 1:
                raise BindingsError(f"{wheel} holds {len(names)} .jsii.tgz files; bindings have exactly one.")
            inner = archive.read(names[0])
        with tarfile.open(fileobj=io.BytesIO(inner), mode="r:gz") as package:
            for member in package:
                file = package.extractfile(member) if member.name.endswith(".js") else None
                content = file.read() if file else b""
                if (start := content.rfind(_MARK)) >= 0:
                    yield PurePosixPath(member.name), _source(content[start + len(_MARK) :], member.name)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise BindingsError(f"{wheel} is not a whole wheel of bindings ({error}): remove it.") from error


def _source(encoded: bytes, name: str) -> str:
    try:
        source = json.loads(base64.b64decode(encoded.split(b"\n", 1)[0]))["sourcesContent"][0]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise BindingsError(f"{name} has a source map without its source ({error!r}).") from error
    if not isinstance(source, str):
        raise BindingsError(f"{name} has a source map without its source.")
    return source
