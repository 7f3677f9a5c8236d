"""The provider's functions as the bindings wrap them: names and parameters; objects stay unknown."""

import re

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.model import Function, Parameter
from tools.bindings.packages import BindingsError

_WRAPPER = re.compile(
    r"  /\*\*\n(?P<comment>(?:  \*[^\n]*\n)+?)  \*/\n"
    r"  public \w+\((?P<signature>[^\n]*)\): [\w.\[\]<>, ]+ \{\n"
    r"    return [^\n]*TerraformProviderFunction\.invoke\(this\.providerLocalName, \"(?P<name>\w+)\", "
)
_PARAMETER = re.compile(r"@param \{([^}]*)\} (\w+)")
_RETURNS = re.compile(r"@returns \{([^}]*)\}")
_TYPES: dict[str, CtyType] = {
    "string": "string",
    "number": "number",
    "boolean": "bool",
    "string[]": ["list", "string"],
}


def read_functions(text: str, place: str) -> dict[str, Function]:
    """The functions that a source file wraps; a value that is an object has the type `dynamic`."""
    functions: dict[str, Function] = {}
    for match in _WRAPPER.finditer(text):
        if "..." in match["signature"]:
            raise BindingsError(
                f"{place}: {match['name']} takes any number of values, which is not read yet."
            )
        returns = _RETURNS.search(match["comment"])
        functions[match["name"]] = Function(
            match["name"],
            _TYPES.get(returns[1] if returns else "", "dynamic"),
            tuple(
                Parameter(_terraform_name(name), _TYPES.get(kind, "dynamic"))
                for kind, name in _PARAMETER.findall(match["comment"])
            ),
        )
    expected = text.count("TerraformProviderFunction.invoke(")
    if len(functions) != expected:
        raise BindingsError(f"{place}: {len(functions)} of {expected} functions could be read.")
    return functions


def _terraform_name(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
