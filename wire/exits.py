"""What a program's exit code means, the same for all of ours, and which version they are."""

import importlib.metadata

OK = 0
FAILED = 1
"""It ran and did not do what was asked: a scenario's fact does not hold."""

MISCONFIGURED = 2
"""A mistake in the command line or the configuration; starting again does not help."""

CANNOT_START = 3
"""A port in use, a device or a database that is not there; starting again may help."""


def version() -> str:
    """Return the version of the installed zone24."""
    return importlib.metadata.version("zone24")
