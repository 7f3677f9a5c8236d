"""The wrappers of provider functions: names and parameters."""

import pytest

from aws_orchestrator.catalog.model import Function, Parameter
from tools.bindings.functions import read_functions
from tools.bindings.packages import BindingsError

WRAPPER = """export class Functions {
  /**
  * Something about it
  * @param {string} accountId - An account
  * @param {number} count - How many
  * @returns {string}
  */
  public arnBuild(accountId: string, count: number): string {
    return cdktn.Token.asString(cdktn.TerraformProviderFunction.invoke(this.providerLocalName, "arn_build", [accountId, count]));
  }
}
"""


def test_parameters_get_their_names_in_terraform_back() -> None:
    parameters = (Parameter("account_id", "string"), Parameter("count", "number"))
    assert read_functions(WRAPPER, "f.ts") == {"arn_build": Function("arn_build", "string", parameters)}


def test_an_object_that_comes_back_is_of_unknown_type() -> None:
    text = WRAPPER.replace("@returns {string}", "@returns {object}")
    assert read_functions(text, "f.ts")["arn_build"].return_type == "dynamic"


@pytest.mark.parametrize(
    ("old", "new"), [("count: number)", "...count: number[])"), ("  public arnBuild", "  async arnBuild")]
)
def test_a_wrapper_of_another_kind_is_refused(old: str, new: str) -> None:
    with pytest.raises(BindingsError):
        read_functions(WRAPPER.replace(old, new), "f.ts")
