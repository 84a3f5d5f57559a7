"""What a person is told, in one line, when the call cannot be carried out."""

from __future__ import annotations


class Unusable(Exception):
    """The call cannot be carried out as it stands; the message is one line for the person. Exit code 2."""
