"""Did-you-mean: the names most like a misspelled one."""

import difflib
from collections.abc import Iterable

_SHORT = 4
_LIKE_ENOUGH = 0.72
_LIKE_ENOUGH_WHEN_SHORT = 0.6


def nearest(name: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The candidates most like the name, best first; empty when nothing is like it."""
    wanted = name.lower()
    known = sorted(set(candidates))
    cutoff = _LIKE_ENOUGH if len(wanted) > _SHORT else _LIKE_ENOUGH_WHEN_SHORT
    close = difflib.get_close_matches(wanted, known, n=4 * limit, cutoff=cutoff)
    # difflib gives equals from the end of the alphabet.
    close.sort(key=lambda found: (-difflib.SequenceMatcher(a=found, b=wanted).ratio(), found))
    words = set(wanted.split("_"))
    # Words in another order, or one left out, look unlike letter by letter: `bucket_s3`, `s3_versioning`.
    if len(words) > 1:
        sharing = (candidate for candidate in known if words <= set(candidate.split("_")))
        close += [
            found for found in sorted(sharing, key=lambda found: (len(found), found)) if found not in close
        ]
    return tuple(close[:limit])


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """` Did you mean "a" or "b"?` with its leading space, or nothing when nothing is near."""
    quoted = [f'"{found}"' for found in nearest(name, candidates)]
    if not quoted:
        return ""
    listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
    return f" Did you mean {listed}?"
