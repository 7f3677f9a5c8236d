"""The memories of a workspace: Markdown pages in `.aws-orchestrator/memories/`, read with care, and the shipped ones."""

from pathlib import Path

from aws_orchestrator.shipped import shipped_folder

POLICY_FILE = "hitl-policies.md"
_SIZE_LIMIT = 256 * 1024


def memory_file(workspace: Path, name: str) -> Path:
    """Where a workspace keeps a memory of its own."""
    return workspace / ".aws-orchestrator" / "memories" / name


def read_policies(workspace: Path) -> tuple[str, tuple[str, ...]]:
    """The policies' text, and a sentence for each reason why the workspace's copy was ignored.

    Nothing in the text can remove a mandatory gate: those are code and read no file.
    """
    own = memory_file(workspace, POLICY_FILE)
    shipped = (shipped_folder("memories") / POLICY_FILE).read_text(encoding="utf-8")
    if not own.is_symlink() and not own.exists():
        return shipped, ()
    text, ignored = read_memory(workspace, POLICY_FILE)
    if text is not None:
        return text, ()
    return shipped, tuple(f"{reason}; the shipped policies hold." for reason in ignored)


def read_memory(workspace: Path, name: str) -> tuple[str | None, tuple[str, ...]]:
    """The text of a workspace's memory, or None and a sentence why it was ignored."""
    own = memory_file(workspace, name)
    try:
        if not own.resolve().is_relative_to(workspace.resolve()):
            raise ValueError("it is a link that leaves the workspace")
        if not own.is_file():
            raise ValueError("it is no file")
        if own.stat().st_size > _SIZE_LIMIT:
            raise ValueError(f"it is larger than {_SIZE_LIMIT >> 10} KB")
        # Not read_text: it would change the line endings, and a page is given back byte for byte.
        text = own.read_bytes().decode("utf-8")
        if "\x00" in text:
            raise ValueError("it is not text")
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    except OSError as error:
        reason = error.strerror or "it cannot be read"
    except (ValueError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        reason = str(error)
    else:
        return text, ()
    return None, (f".aws-orchestrator/memories/{name} was ignored: {reason}",)
