"""The command line's own words in Swedish: what `argparse` says of a call it cannot use, and its page of help."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

OF_ARGPARSE = (
    (r"the following arguments are required: (.*)", r"det saknas: \1"),
    (r"one of the arguments (.*) is required", r"ange ett av \1"),
    (r"argument (.*): not allowed with argument (.*)", r"\1 och \2 kan inte anges samtidigt"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1: \2 finns inte att välja; välj bland \3"),
    (r"argument (.*): expected .*", r"\1: det saknas ett värde"),
    (r"argument (.*): invalid \w+ value: (.*)", r"\1: \2 går inte att använda"),
    (r"argument (.*): ignored explicit argument (.*)", r"\1 tar inget värde: \2"),
    (r"unrecognized arguments: (.*)", r"okänt: \1"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 kan betyda flera: \2"),
)


class Parser(argparse.ArgumentParser):
    """An `argparse` parser, and by inheritance those of its commands, that speaks Swedish and in one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, **options)
        self._positionals.title, self._optionals.title = "anges", "val"
        self.add_argument("-h", "--help", action="help", help="visa den här hjälpen")

    def error(self, message: str) -> NoReturn:
        print(f"styrkedja: {in_swedish(message)} ({self.prog} --help visar hur)", file=sys.stderr)
        sys.exit(2)

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", "användning: ", 1)

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "användning: ", 1)


def in_swedish(message: str) -> str:
    """What `argparse` says, in one line of Swedish; words of ours as they are."""
    line = " ".join(message.split())
    for pattern, swedish in OF_ARGPARSE:
        if re.fullmatch(pattern, line):
            return re.sub(pattern, swedish, line)
    return line
