"""A file cut behind its top-level blocks, so that after an edit only the edited piece must be looked at again."""

import itertools
import re

# A closing brace at the start of a line with a blank line behind it: nothing aligns or continues across that.
_CUT = re.compile(rb"^\}[ \t]*\r?\n(?:[ \t]*\r?\n)+", re.MULTILINE)


def pieces(content: bytes) -> tuple[bytes, ...]:
    """The pieces of a file, in order; joined they are the file again.

    Whether the cuts are right only a parser can say: where every piece is HCL by itself, no cut went through a heredoc,
    a comment or a block, because each of these would be left open. Where one is not, the file must be taken whole.
    """
    cuts = [0, *(found.end() for found in _CUT.finditer(content))]
    if cuts[-1] != len(content) or len(cuts) == 1:
        cuts.append(len(content))
    return tuple(content[start:end] for start, end in itertools.pairwise(cuts))
