"""The one exception of the command line itself."""

from __future__ import annotations


class CommandError(Exception):
    """What was asked cannot be done; the message is one line that says why and what to do."""
