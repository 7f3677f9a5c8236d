"""Who sits at this machine, for the audit of gates."""

import getpass


def login_name() -> str:
    """The name of the user whose process this is; empty when the system does not know."""
    try:
        return getpass.getuser()
    except (
        OSError,
        KeyError,
        ImportError,
    ):  # Python before 3.13 raises the latter two where no name is known
        return ""
