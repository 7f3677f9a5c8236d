"""The module's own tests and example: planned and applied against a mocked provider, no cloud, no account."""

from aws_orchestrator.blueprint.model import Blueprint, Mock, Scenario, Value
from aws_orchestrator.blueprint.render import assignment, quote, render_block, render_value
from aws_orchestrator.blueprint.versions import TESTS_WITH_MOCKS

TESTS_FILE = "tests/module.tftest.hcl"
EXAMPLE_FILE = "examples/basic/main.tf"
EXAMPLE_VERSIONS_FILE = "examples/basic/versions.tf"


def render_tests(module: Blueprint) -> str:
    """The text of `tests/module.tftest.hcl`."""
    floor = ".".join(str(number) for number in TESTS_WITH_MOCKS[:2])
    head = [
        f"# Plans and applies the module against a mocked provider: no account, no network (Terraform {floor} or newer).",
        "",
        render_block(
            f'mock_provider "{module.provider.local_name}"', *([_render_mock(mock)] for mock in module.mocks)
        ),
    ]
    if inputs := example_inputs(module):
        head += ["", render_block("variables", [assignment(name, value) for name, value in inputs.items()])]
    runs = [_render_run(scenario) for scenario in module.scenarios]
    example = render_block(
        'run "basic_example"',
        ["command = plan"],
        [render_block("module", [f"source = {quote('./examples/basic')}"])],
    )
    return "\n".join(head) + "\n\n" + "\n\n".join([*runs, example]) + "\n"


def _render_mock(mock: Mock) -> str:
    return render_block(f'mock_{mock.kind} "{mock.type}"', [assignment("defaults", mock.values)])


def _render_run(scenario: Scenario) -> str:
    variables = [assignment(name, value) for name, value in scenario.variables.items()]
    asserts = [
        [
            render_block(
                "assert", [f"condition = {item.condition}", f"error_message = {quote(item.error_message)}"]
            )
        ]
        for item in scenario.assertions
    ]
    failures = (
        [f"expect_failures = [{', '.join(scenario.expect_failures)}]"] if scenario.expect_failures else []
    )
    return render_block(
        f'run "{scenario.name}"',
        [f"command = {scenario.command}"],
        [render_block("variables", variables)] if variables else [],
        *asserts,
        failures,
    )


def example_inputs(module: Blueprint) -> dict[str, Value]:
    """The inputs that a call of this module must or should give."""
    inputs: dict[str, Value] = {}
    for variable in module.variables:
        if variable.name in module.example:
            inputs[variable.name] = module.example[variable.name]
        elif variable.default is None and variable.example:
            inputs[variable.name] = variable.example
    return inputs


def render_example(module: Blueprint) -> str:
    """The text of `examples/basic/main.tf`: the smallest call of the module."""
    return render_call(module, "../../") + "\n"


def render_example_versions(module: Blueprint) -> str:
    """The text of `examples/basic/versions.tf`: without a requirement of its own the example takes no mocked provider."""
    provider = render_value(
        {"source": quote(module.provider.source), "version": quote(module.provider.version)}
    )
    required = render_block("required_providers", [f"{module.provider.local_name} = {provider}"])
    return render_block("terraform", [required]) + "\n"


def render_call(module: Blueprint, source: str) -> str:
    """A call of the module with the inputs that it needs."""
    name = module.service.replace("-", "_")
    inputs = [assignment(key, value) for key, value in example_inputs(module).items()]
    return render_block(f'module "{name}"', [f"source = {quote(source)}"], inputs)
