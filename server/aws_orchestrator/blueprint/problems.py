"""What is wrong with a blueprint: a path into the document and a sentence."""

from collections.abc import Iterable
from typing import NamedTuple

from aws_orchestrator.catalog import nearest


class Problem(NamedTuple):
    """One problem: `resources[2].arguments.bukcet: aws_s3_bucket has no argument "bukcet"; did you mean "bucket"?`."""

    path: str
    message: str

    def __str__(self) -> str:
        """The path and the sentence."""
        return f"{self.path}: {self.message}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean "bucket"?` or nothing."""
    close = nearest(name, tuple(known))
    return f'; did you mean "{close[0]}"?' if close else ""
