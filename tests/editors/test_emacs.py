"""A real Emacs with eglot, the set-up of docs/editors.md and real keys: errors, fixes, gates, an update with its diff."""

from pathlib import Path

import pytest

from support.editor_setup import ORDERS, Start, binary, set_up_of
from support.screen import Screen

pytestmark = pytest.mark.editors

# Not the page's affair: no welcome, no backup files, no warnings of libraries that Debian compiles at first use.
_QUIET = """\
(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil
      native-comp-async-report-warnings-errors nil)
"""


@pytest.fixture
def emacs(start: Start, tmp_path: Path) -> Screen:
    """Emacs with main.tf of the module open, and its server running."""
    configuration = tmp_path / "home" / ".emacs.d" / "init.el"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(_QUIET + set_up_of("Emacs", "elisp"), encoding="utf-8")
    screen = start(binary("EDITORS_EMACS"), "-nw", "orders/main.tf")
    screen.until(r"Connected! Server `aws-orchestrator'")
    return screen


def command(screen: Screen, name: str) -> None:
    screen.press("M-x")
    screen.until(r"(?m)^M-x")
    screen.type(name)
    screen.press("Enter")


def answer(screen: Screen, question: str, text: str = "") -> None:
    """Answer the question in the minibuffer, without a text by what it suggests."""
    screen.until(question)
    screen.type(text)
    screen.press("Enter")


def test_an_error_is_shown_while_typing_and_mended_by_a_code_action(emacs: Screen, workspace: Path) -> None:
    emacs.press("C-s")
    emacs.type("name = var.name")
    emacs.press("Enter", "C-e", "C-o", "C-n")
    emacs.type("  delay_secconds = 5")
    emacs.until(r"Flymake\[[1-9]")
    command(emacs, "flymake-show-buffer-diagnostics")
    emacs.until(r"13 .*error .*\[validate\]: Unsupported argument")

    # On the name, where the error is.
    emacs.press("C-a", "M-m")
    command(emacs, "eglot-code-actions")
    # A fix that was not tried yet comes with the next question.
    while "No code actions" in emacs.until(r"Pick an action|No code actions here"):
        emacs.press("C-a", "M-m")
        emacs.until_gone("No code actions")
        command(emacs, "eglot-code-actions")
    answer(emacs, r'Pick an action.*"delay_seconds"')
    emacs.until(r"Edit successful")
    emacs.press("C-x", "C-s")
    emacs.until(r"Wrote .*main\.tf")
    main = (workspace / "orders" / "main.tf").read_text(encoding="utf-8")
    assert main == ORDERS["main.tf"].replace("var.name\n", "var.name\n  delay_seconds = 5\n")


def test_a_module_is_generated_with_its_gates_answered(emacs: Screen, workspace: Path) -> None:
    command(emacs, "terraform-generate")
    answer(emacs, r"What should the module be", "an encrypted bucket")
    asked = emacs.until(r"Commit Gate: .*valid")
    assert "variables.tf" in asked, "what the gate is about is on the screen while it asks"
    answer(emacs, r"Choose an option: Keep local")
    answer(emacs, r"Choose an option: Done")
    emacs.until(r"s3 is ready")
    assert 'resource "aws_s3_bucket"' in (workspace / "terraform_modules/s3/main.tf").read_text("utf-8")


def test_a_gate_that_is_dismissed_keeps_the_module_local(emacs: Screen, workspace: Path) -> None:
    command(emacs, "terraform-generate")
    answer(emacs, r"What should the module be", "an encrypted bucket")
    emacs.until(r"Commit Gate: .*valid")
    emacs.until(r"Choose an option: Keep local")
    emacs.press("C-g")
    emacs.until(r"Choose an option: Done")
    emacs.press("C-g")
    emacs.until(r"s3 is ready")
    assert (workspace / "terraform_modules/s3/main.tf").is_file()


def test_an_update_shows_its_diff_before_it_asks(emacs: Screen, workspace: Path) -> None:
    command(emacs, "terraform-update")
    answer(emacs, r"What should change", "add an output queue_url = aws_sqs_queue.orders.url")
    # The window with the diff is drawn a moment after the question.
    emacs.until(r"\+\s+value\s+= aws_sqs_queue\.orders\.url")
    answer(emacs, r"Choose an option: Keep local")
    answer(emacs, r"Choose an option: Done")
    emacs.until(r"(?i)is updated|updated")
    outputs = (workspace / "orders/outputs.tf").read_text(encoding="utf-8")
    assert outputs.startswith(ORDERS["outputs.tf"])
    assert "aws_sqs_queue.orders.url" in outputs
