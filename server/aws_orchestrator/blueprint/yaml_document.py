"""YAML as data: a document of a size and depth that people write, without the parts of YAML that are traps."""

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import ScalarNode

from aws_orchestrator.errors import BlueprintError

SIZE_LIMIT = 1024 * 1024
DEPTH_LIMIT = 40


class _PlainComposer(Composer):
    """Refuses aliases, which make a kilobyte of text into gigabytes, and text that no file can hold."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            event = self.parser.get_event()
            raise ComposerError(
                None, None, "aliases (`*name`) are not allowed; write the value again", event.start_mark
            )
        node = super().compose_node(parent, index)
        if isinstance(node, ScalarNode) and any("\ud800" <= letter <= "\udfff" for letter in node.value):
            raise ComposerError(None, None, "half a character (a lone surrogate)", node.start_mark)
        return node


def load_yaml(text: str, origin: str) -> Any:
    """The data of a YAML 1.2 document; BlueprintError, naming `origin` and the line, when it is none."""
    if len(text) > SIZE_LIMIT:
        raise BlueprintError(
            f"{origin} is larger than {SIZE_LIMIT // 1024} KB, which no blueprint needs; split the module."
        )
    # YAML 1.2: `on` and `no` are words, and a duplicate key is an error. Pure Python: the C loader is YAML 1.1.
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _PlainComposer
    yaml.max_depth = DEPTH_LIMIT
    try:
        return yaml.load(text)
    except MarkedYAMLError as error:
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        problem = (error.problem or "it cannot be read").partition(", if necessary")[0]
        raise BlueprintError(f"{origin} is not valid YAML{line}: {problem}.") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise BlueprintError(f"{origin} is not valid YAML: {str(error).splitlines()[0]}.") from error
