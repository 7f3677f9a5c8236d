"""Hover, completion and symbols of a document, as the protocol has them."""

import re
from collections.abc import Callable
from pathlib import Path

from lsprotocol import types as lsp

from aws_orchestrator.language.completion import Kind, Suggestion, suggestions_at
from aws_orchestrator.language.hover import hover_at
from aws_orchestrator.language.symbols import Symbol, symbols_of
from aws_orchestrator.lsp.client import ClientFeatures
from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.module_texts import ModuleTexts
from aws_orchestrator.lsp.positions import Positions
from aws_orchestrator.lsp.uris import path_of
from aws_orchestrator.settings import Settings

_PLACEHOLDER = re.compile(r"\$\{\d+:([^}]*)\}|\$\d+")
_ITEMS: dict[Kind, lsp.CompletionItemKind] = {
    "keyword": lsp.CompletionItemKind.Keyword,
    "type": lsp.CompletionItemKind.Class,
    "argument": lsp.CompletionItemKind.Property,
    "block": lsp.CompletionItemKind.Module,
    "value": lsp.CompletionItemKind.EnumMember,
    "reference": lsp.CompletionItemKind.Reference,
}
_SYMBOLS = {
    "resource": lsp.SymbolKind.Class,
    "data": lsp.SymbolKind.Interface,
    "ephemeral": lsp.SymbolKind.Interface,
    "variable": lsp.SymbolKind.Variable,
    "output": lsp.SymbolKind.Event,
    "module": lsp.SymbolKind.Module,
    "locals": lsp.SymbolKind.Namespace,
    "provider": lsp.SymbolKind.Package,
    "terraform": lsp.SymbolKind.Package,
    "argument": lsp.SymbolKind.Property,
    "run": lsp.SymbolKind.Method,
}


class Language:
    """Answers what one client asks of a place in a text."""

    def __init__(
        self,
        files: EditorFiles,
        client: ClientFeatures,
        texts: ModuleTexts,
        settings: Callable[[Path | None], Settings],
    ) -> None:
        """`settings` gives those of a workspace folder, from memory."""
        self._files = files
        self._client = client
        self._texts = texts
        self._settings = settings

    async def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        """What is known of the word at a position."""
        path = path_of(params.text_document.uri)
        settings = self._settings_of(path)
        if path is None or not settings.wants(settings.hover):
            return None
        text = await self._texts.around(path)
        positions = Positions(text.files[text.file], self._files.encoding)
        found = hover_at(text.files, text.file, positions.offset(params.position), text.schemas)
        if found is None:
            return None
        page = lsp.MarkupContent(kind=lsp.MarkupKind.Markdown, value=found.text)
        return lsp.Hover(contents=page, range=positions.range(found.start, found.end))

    async def completion(self, params: lsp.CompletionParams) -> lsp.CompletionList | None:
        """What can be written at a position."""
        path = path_of(params.text_document.uri)
        settings = self._settings_of(path)
        if path is None or not settings.wants(settings.completion):
            return None
        text = await self._texts.around(path)
        positions = Positions(text.files[text.file], self._files.encoding)
        offset = positions.offset(params.position)
        found = suggestions_at(text.files, text.file, offset, text.schemas)
        replaced = positions.range(found.start, offset)
        items = [self._item(one, number, replaced) for number, one in enumerate(found.items)]
        return lsp.CompletionList(is_incomplete=not found.complete, items=items)

    async def symbols(self, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        """The outline of a document."""
        path = path_of(params.text_document.uri)
        settings = self._settings_of(path)
        document = self._files.document(path) if path is not None else None
        if document is None or not settings.wants(settings.symbols):
            return []
        positions = Positions(document.content, self._files.encoding)
        return [_symbol(symbol, positions) for symbol in symbols_of(document.content)]

    def _settings_of(self, path: Path | None) -> Settings:
        return self._settings(self._files.folder_around(path) if path is not None else None)

    def _item(self, one: Suggestion, number: int, replaced: lsp.Range) -> lsp.CompletionItem:
        snippet = one.snippet and self._client.snippets
        text = one.text if snippet or not one.snippet else _PLACEHOLDER.sub(r"\1", one.text)
        page = lsp.MarkupContent(kind=lsp.MarkupKind.Markdown, value=one.documentation)
        # An argument's value is what comes next: the editor asks for it at once.
        following = one.kind == "argument" and one.text.endswith("= ")
        return lsp.CompletionItem(
            label=one.label,
            kind=_ITEMS[one.kind],
            detail=one.detail or None,
            documentation=page if one.documentation else None,
            sort_text=f"{one.rank}{number:05}",
            filter_text=one.text if one.kind == "value" and one.text.startswith('"') else one.label,
            text_edit=lsp.TextEdit(range=replaced, new_text=text),
            insert_text_format=lsp.InsertTextFormat.Snippet if snippet else lsp.InsertTextFormat.PlainText,
            tags=[lsp.CompletionItemTag.Deprecated] if one.deprecated else None,
            command=lsp.Command(title="Suggest", command="editor.action.triggerSuggest")
            if following and self._client.run_events
            else None,
        )


def _symbol(symbol: Symbol, positions: Positions) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        name=symbol.name or symbol.kind,
        kind=_SYMBOLS.get(symbol.kind, lsp.SymbolKind.Struct),
        detail=symbol.kind,
        range=positions.range(symbol.start, symbol.end),
        selection_range=positions.range(symbol.name_start, symbol.name_end),
        children=[_symbol(child, positions) for child in symbol.children] or None,
    )
