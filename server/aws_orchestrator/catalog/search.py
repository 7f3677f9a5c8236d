"""Finding types by words: names first, the names of their arguments as weaker evidence."""

import difflib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from aws_orchestrator.catalog.catalog import Catalog
from aws_orchestrator.catalog.model import TypeKind

SEARCHED: tuple[TypeKind, ...] = ("resource", "data", "ephemeral")
_STOP_WORDS = frozenset({"a", "an", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with"})
_EXACT, _PREFIX, _MISSPELLED = 1.0, 0.9, 0.6
# A word among a type's arguments is weak evidence; a whole name such as `message_retention_seconds` is good.
_ARGUMENT_WORD, _ARGUMENT = 0.25, 1.0
_SHORTEST_PREFIX = 3
_LIKE_ENOUGH = 0.75


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A type that a search found; a higher score is a better match."""

    name: str
    kind: TypeKind
    score: float


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: TypeKind
    words: tuple[str, ...]
    arguments: frozenset[str]
    argument_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a word of the query may mean: words of names and of arguments, each with how surely."""

    in_names: Mapping[str, float]
    in_arguments: Mapping[str, float]
    weight: float
    """How much the word tells: `s3` more than `configuration`."""


class SearchIndex:
    """The words of one catalog's names, ready to be searched."""

    def __init__(self, catalog: Catalog) -> None:
        self._prefix = catalog.provider_schema.name
        self._entries = [
            self._entry(name, kind, catalog.argument_names(kind, name))
            for kind in SEARCHED
            for name in catalog.names(kind)
        ]
        self._in_names = Counter(word for entry in self._entries for word in set(entry.words))
        self._in_arguments = Counter(word for entry in self._entries for word in entry.argument_words)
        self._arguments = Counter(argument for entry in self._entries for argument in entry.arguments)

    def search(self, words: Iterable[str], limit: int) -> tuple[SearchHit, ...]:
        """The best matches, best first; among equals resources, then the type with most arguments."""
        text = " ".join(words).lower()
        wanted = [self._wanted(word) for word in self._query_words(text)]
        arguments = {word: self._weight(self._arguments[word]) for word in text.split() if "_" in word}
        scored = [(self._score(entry, wanted, arguments), entry) for entry in self._entries]
        found = sorted(
            ((score, entry) for score, entry in scored if score > 0),
            key=lambda hit: (
                -hit[0],
                SEARCHED.index(hit[1].kind),
                -len(hit[1].arguments),
                hit[1].name,
            ),
        )
        return tuple(SearchHit(entry.name, entry.kind, round(score, 4)) for score, entry in found[:limit])

    def _entry(self, name: str, kind: TypeKind, arguments: tuple[str, ...]) -> _Entry:
        words = tuple(word for word in name.split("_") if word != self._prefix)
        argument_words = frozenset(word for argument in arguments for word in argument.split("_"))
        return _Entry(name, kind, words, frozenset(arguments), argument_words)

    def _query_words(self, text: str) -> list[str]:
        every = "".join(letter if letter.isalnum() else " " for letter in text).split()
        telling = [word for word in every if word not in _STOP_WORDS and word != self._prefix]
        return list(dict.fromkeys(telling))

    def _wanted(self, word: str) -> _Wanted:
        in_names = _like(word, self._in_names)
        in_arguments = _like(word, self._in_arguments)
        if not in_names and not in_arguments:
            close = difflib.get_close_matches(word, sorted(self._in_names), n=3, cutoff=_LIKE_ENOUGH)
            in_names = dict.fromkeys(close, _MISSPELLED)
        known = sum(self._in_names[name] for name in in_names) or sum(
            self._in_arguments[name] for name in in_arguments
        )
        return _Wanted(in_names, in_arguments, self._weight(known))

    def _score(self, entry: _Entry, wanted: list[_Wanted], arguments: Mapping[str, float]) -> float:
        total = 0.0
        met: set[str] = set()
        for word in wanted:
            by_name = max(((word.in_names.get(name, 0.0), name) for name in entry.words), default=(0.0, ""))
            if by_name[0]:
                total += by_name[0] * word.weight
                met.add(by_name[1])
            else:
                by_argument = (
                    sure for name, sure in word.in_arguments.items() if name in entry.argument_words
                )
                total += max(by_argument, default=0.0) * _ARGUMENT_WORD * word.weight
        total += sum(_ARGUMENT * weight for name, weight in arguments.items() if name in entry.arguments)
        # Of two names with the words, the one that says little else is meant.
        return total * (1 + len(met) / (len(entry.words) or 1)) / 2

    def _weight(self, entries: int) -> float:
        return math.log(1 + len(self._entries) / (1 + entries))


def search(catalog: Catalog, words: str | Iterable[str], limit: int = 20) -> tuple[SearchHit, ...]:
    """The types that the words describe, best first; a misspelled word counts as the words most like it."""
    return _index_of(catalog).search([words] if isinstance(words, str) else words, limit)


@lru_cache(maxsize=4)
def _index_of(catalog: Catalog) -> SearchIndex:
    return SearchIndex(catalog)


def _like(word: str, vocabulary: Iterable[str]) -> dict[str, float]:
    return {known: likeness for known in vocabulary if (likeness := _likeness(word, known))}


def _likeness(word: str, known: str) -> float:
    if word == known:
        return _EXACT
    shorter = min(len(word), len(known))
    # `buckets` and `dynamo` mean `bucket` and `dynamodb`; `s3` does not mean `s3control` as surely.
    if shorter >= _SHORTEST_PREFIX and (word.startswith(known) or known.startswith(word)):
        return _PREFIX * shorter / max(len(word), len(known))
    return 0.0
