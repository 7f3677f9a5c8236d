"""What a resource is called: the argument that names it, or an input for its Name tag."""

from collections.abc import Sequence

from aws_orchestrator.minds.builtin.planner.shape import Field


def naming_field(resource_type: str, fields: Sequence[Field]) -> Field | None:
    """The text argument by which people know the resource, or None when the provider makes up an id."""
    texts = {field.name: field for field in fields if field.type == "string" and not field.holds_secret}
    words = resource_type.removeprefix("aws_").split("_")
    own = [
        f"{'_'.join(words[start:])}_{ending}"
        for start in range(len(words))
        for ending in ("name", "identifier")
    ]
    own += ["identifier", "cluster_identifier", "replication_group_id", "cluster_id", words[-1]]
    for name in ("name", *own):
        if name in texts and (texts[name].required or name == "name" or name in own[:-1]):
            return texts[name]
    required = [field for field in texts.values() if field.required]
    return next((field for field in required if field.name.endswith(("_name", "_identifier"))), None)
