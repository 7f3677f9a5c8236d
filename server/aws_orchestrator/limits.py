"""How much a run may do: the bounds that a person can set, with the specification's values."""

from pydantic import Field

from aws_orchestrator.model import Frozen


class Limits(Frozen):
    """The limits of a run. The defaults are the specification's; a workspace's file may lower them."""

    failed_writes: int = Field(default=3, ge=1)
    """Failed `write_file` calls before the generator stops."""
    wrong_paths: int = Field(default=3, ge=1)
    """Executions in a folder that does not exist before the validator stops."""
    writes: int = Field(default=20, ge=1)
    """Writes of a mind in a run; a compiler's batch is one. Healing has a reserve of as many."""
    tool_calls: int = Field(default=60, ge=1)
    """Tool calls of all agents in a run."""
    model_calls: int = Field(default=40, ge=1)
    """Requests to a model in a run, those that failed and were sent again included."""
    heal_rounds: int = Field(default=1, ge=0)
    """Rounds of healing before the errors are reported."""
    model_tokens: int = Field(default=2_000_000, ge=1)
    """Tokens that a model reads and writes in a run, those from its cache included."""
