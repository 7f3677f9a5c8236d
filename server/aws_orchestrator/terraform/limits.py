"""The bounds that the engine keeps."""

from aws_orchestrator.model import Frozen


class EngineLimits(Frozen):
    """How long a job may take (seconds) and how much one worker may do before it is replaced."""

    start: float = 30
    """Starting a worker: Python, Terraform's library and the schema providers."""
    version: float = 30
    """Asking a terraform or tofu for its version, with the `cli` engine."""
    init: float = 60
    fmt: float = 20
    validate_: float = 60
    test: float = 180
    plan: float = 300
    """A real plan, with the `cli` engine."""
    jobs: int = 2_000
    """Jobs after which a worker is replaced: Terraform, as a library, gives back nearly all that a command takes."""
    resident: int = 700 * 1024 * 1024
    """Bytes of memory after which a worker is replaced."""
    descriptors: int = 2_000
    """Open file descriptors after which a worker is replaced; where it may have fewer, four fifths of these."""

    def of(self, kind: str) -> float:
        """The time limit of a kind of job."""
        limit: float = getattr(self, "validate_" if kind == "validate" else kind)
        return limit
