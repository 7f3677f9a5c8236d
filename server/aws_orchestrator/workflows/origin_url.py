"""Which GitHub repository a git remote is."""

import re

from aws_orchestrator.gates.commit_fields import REPOSITORY


def repository_of(url: str, host: str) -> str:
    """`owner/name` when the URL of a remote is on that host, else nothing."""
    found = re.fullmatch(
        r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?|[^@/:]+@)([^/:]+)(?::\d+)?[/:](.+?)(?:\.git)?/?", url.strip()
    )
    if found is None or found[1].lower() != host.partition(":")[0].lower():
        return ""
    return found[2] if re.fullmatch(REPOSITORY, found[2]) else ""
