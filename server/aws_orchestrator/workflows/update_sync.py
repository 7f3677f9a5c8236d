"""The ledger as an update sees it: what the plan was made from may be replaced, everything else is a person's."""

from collections.abc import Mapping

from aws_orchestrator.runs.ledger import Ledger, Ours


class SnapshotLedger(Ledger):
    """Takes the snapshot of an update for ours while it is written, and keeps the module's ledger true.

    A file that was a person's stays one after an edit: a later generation must not overwrite it unasked.
    """

    def __init__(self, ledger: Ledger, before: Mapping[str, str], created: frozenset[str]) -> None:
        """`before` holds the digests of the files that change or go, as the plan saw them."""
        self._ledger = ledger
        self._before = before
        self._created = created

    def ours(self) -> Ours:
        """The digests that the update may replace."""
        return {path: frozenset({digest}) for path, digest in self._before.items()}

    def recorded(self) -> Ours:
        """What this program knows to have written: not all of the snapshot."""
        return self._ledger.recorded()

    def announce(self, contents: Mapping[str, str]) -> None:
        """Say which files will be ours with these digests."""
        self._ledger.announce(self._really_ours(contents))

    def settle(self, contents: Mapping[str, str]) -> None:
        """Say that the files of the update are written; what it did not touch stays what it was."""
        known = self._ledger.ours()
        settled = {
            path: sorted(digests)[0]
            for path, digests in known.items()
            if path not in contents and path not in self._before
        }
        self._ledger.settle({**settled, **self._really_ours(contents)})

    def _really_ours(self, contents: Mapping[str, str]) -> dict[str, str]:
        known = self._ledger.ours()
        return {
            path: digest
            for path, digest in contents.items()
            if path in self._created or {self._before.get(path, ""), digest} & known.get(path, frozenset())
        }
