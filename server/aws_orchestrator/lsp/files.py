"""The files as the editor knows them: its open buffers, its workspace folders, and the URIs that it uses for both."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from lsprotocol import types as lsp

from aws_orchestrator.lsp.positions import Positions
from aws_orchestrator.lsp.uris import path_of, uri_of


class Document(NamedTuple):
    """One open document of the disk."""

    uri: str
    """As the client spells it."""
    path: Path
    """Resolved."""
    version: int
    content: bytes


class EditorFiles:
    """Keeps the open documents and the workspace folders of one client.

    Documents are kept here and not by pygls: version 2.1.1 ends lines at characters that the protocol does not count
    as line ends (U+2028, form feed, …), so that one of these in a file spoils every later incremental change.
    """

    def __init__(self) -> None:
        """Nothing is open."""
        self.encoding = "utf-16"
        self._documents: dict[str, Document] = {}
        self._folders: dict[Path, str] = {}

    @property
    def folders(self) -> tuple[Path, ...]:
        """The workspace folders, resolved, in the client's order."""
        return tuple(self._folders)

    def add_folder(self, uri: str) -> None:
        """A workspace folder was opened; one that is not of this machine's disk is none for us."""
        path = path_of(uri)
        if path is not None:
            self._folders[path] = uri.rstrip("/")

    def remove_folder(self, uri: str) -> Path | None:
        """A workspace folder was closed; its path when it was one."""
        path = path_of(uri)
        return path if path is not None and self._folders.pop(path, None) is not None else None

    def folder_around(self, path: Path) -> Path | None:
        """The innermost workspace folder that holds a path."""
        around = [folder for folder in self._folders if path.is_relative_to(folder)]
        return max(around, key=lambda folder: len(folder.parts), default=None)

    def open(self, item: lsp.TextDocumentItem) -> Path | None:
        """A document was opened; its path when it is of the disk."""
        path = path_of(item.uri)
        if path is not None:
            self._documents[item.uri] = Document(item.uri, path, item.version, _encoded(item.text))
        return path

    def change(self, params: lsp.DidChangeTextDocumentParams) -> Path | None:
        """A document was changed; its path when we know it."""
        document = self._documents.get(params.text_document.uri)
        if document is None:
            return None
        content = document.content
        for change in params.content_changes:
            new = _encoded(change.text)
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                positions = Positions(content, self.encoding)
                start, end = positions.offset(change.range.start), positions.offset(change.range.end)
                new = content[:start] + new + content[max(start, end) :]
            content = new
        self._documents[document.uri] = document._replace(
            version=params.text_document.version, content=content
        )
        return document.path

    def close(self, uri: str) -> Path | None:
        """A document was closed; its path when we know it."""
        document = self._documents.pop(uri, None)
        return document.path if document else None

    def path(self, uri: str) -> Path | None:
        """The path of an open document, or None when we do not know it."""
        document = self._documents.get(uri)
        return document.path if document else None

    def documents(self) -> tuple[Document, ...]:
        """The open documents of the disk."""
        return tuple(self._documents.values())

    def document(self, path: Path) -> Document | None:
        """The open document of a path, or None; the latest when the editor has it under several URIs."""
        return next((one for one in reversed(self._documents.values()) if one.path == path), None)

    def buffers(self) -> dict[Path, bytes]:
        """The contents of the open documents, by path."""
        return {document.path: document.content for document in self._documents.values()}

    def uri(self, path: Path) -> str:
        """The URI that the editor uses for a path, or would use: a workspace may be opened through a link."""
        document = self.document(path)
        if document is not None:
            return document.uri
        folder = self.folder_around(path)
        if folder is None:
            return uri_of(path)
        return "/".join([self._folders[folder], *_quoted(path.relative_to(folder).parts)])

    def versioned(self, path: Path) -> lsp.OptionalVersionedTextDocumentIdentifier:
        """A document as edits name it: with its version while it is open, so that a later one is not overwritten."""
        document = self.document(path)
        version = document.version if document else None
        return lsp.OptionalVersionedTextDocumentIdentifier(uri=self.uri(path), version=version)

    def uris(self, path: Path) -> tuple[str, ...]:
        """Every URI under which the editor has a path open, else the one that it would use."""
        return tuple(one.uri for one in self._documents.values() if one.path == path) or (self.uri(path),)


def _encoded(text: str) -> bytes:
    # JSON can carry half a surrogate pair, which no UTF-8 can.
    return text.encode("utf-8", errors="replace")


def _quoted(parts: Iterable[str]) -> Iterable[str]:
    return (quote(part.encode("utf-8", errors="surrogateescape"), safe="") for part in parts)
