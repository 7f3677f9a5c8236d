"""A real Neovim with the set-up of docs/editors.md and real keys: errors, fixes, gates, an update with its diff."""

from pathlib import Path

import pytest

from support.editor_setup import ORDERS, Start, binary, set_up_of
from support.screen import Screen

pytestmark = pytest.mark.editors


@pytest.fixture
def nvim(start: Start, tmp_path: Path) -> Screen:
    """Neovim with main.tf of the module open."""
    configuration = tmp_path / "init.lua"
    configuration.write_text(set_up_of("Neovim", "lua"), encoding="utf-8")
    screen = start(binary("EDITORS_NVIM"), "-n", "-u", str(configuration), "orders/main.tf")
    # The module's own finding: the server is there.
    screen.until(r"terraform is in main\.tf")
    return screen


def command(screen: Screen, line: str) -> None:
    screen.type(f":{line}")
    screen.press("Enter")


def pick(screen: Screen, label: str) -> None:
    """Answer the numbered list that is open."""
    shown = screen.until(r"(?m)^\d+: " + label)
    number = next(line.split(":")[0] for line in shown.splitlines() if line.endswith(f": {label}"))
    screen.type(number)
    screen.press("Enter")


def test_an_error_is_shown_while_typing_and_mended_by_a_code_action(nvim: Screen, workspace: Path) -> None:
    command(nvim, "/name = var.name/")
    nvim.type("odelay_secconds = 5")
    nvim.press("Escape")
    # A key that follows at once would be one with Alt.
    nvim.until_gone("-- INSERT --")
    nvim.until(r"(?m)^E .*delay_secconds.*delay_seconds")

    nvim.type("gra")
    pick(nvim, 'Change "delay_secconds" to "delay_seconds"')
    nvim.until_gone("delay_secconds")
    command(nvim, "w")
    nvim.until(r"written")
    main = (workspace / "orders" / "main.tf").read_text(encoding="utf-8")
    assert main == ORDERS["main.tf"].replace("var.name\n", "var.name\n  delay_seconds = 5\n")


def test_a_module_is_generated_with_its_gates_answered(nvim: Screen, workspace: Path) -> None:
    command(nvim, "TerraformGenerate an encrypted bucket")
    asked = nvim.until(r"Commit Gate: .*valid")
    assert "variables.tf" in asked, "what the gate is about is on the screen while it asks"
    pick(nvim, "Keep local")
    nvim.until(r"Next Steps Gate")
    pick(nvim, "Done")
    command(nvim, "messages")
    nvim.until(r"s3 is ready")
    assert 'resource "aws_s3_bucket"' in (workspace / "terraform_modules/s3/main.tf").read_text("utf-8")


def test_a_gate_that_is_dismissed_keeps_the_module_local(nvim: Screen, workspace: Path) -> None:
    command(nvim, "TerraformGenerate an encrypted bucket")
    nvim.until(r"Commit Gate: .*valid")
    nvim.press("Enter")
    nvim.until(r"Next Steps Gate")
    nvim.press("Enter")
    nvim.until_gone(r"Next Steps Gate")
    assert (workspace / "terraform_modules/s3/main.tf").is_file()


def test_an_update_shows_its_diff_before_it_asks(nvim: Screen, workspace: Path) -> None:
    command(nvim, "TerraformUpdate add an output queue_url = aws_sqs_queue.orders.url")
    asked = nvim.until(r"Commit Gate")
    assert "+ value = aws_sqs_queue.orders.url" in " ".join(asked.split())
    pick(nvim, "Keep local")
    pick(nvim, "Done")
    outputs = (workspace / "orders/outputs.tf").read_text(encoding="utf-8")
    assert outputs.startswith(ORDERS["outputs.tf"])
    assert "aws_sqs_queue.orders.url" in outputs
