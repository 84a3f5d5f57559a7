"""The one place for what intake says of a file or a row, Swedish and English, without Django.

The parsing child has no translations loaded, and the command line prints the same lines; so the texts are
data here: code -> (sv, en), filled with `str.format`.
"""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: dict[str, tuple[str, str]] = {}


def text_of(code: str, params: Mapping[str, str], language: str = "sv") -> str:
    """The line for a code; one line, whatever the parameters hold."""
    swedish, english = TEXTS[code]
    line = (english if language.startswith("en") else swedish).format_map(dict(params))
    return " ".join(line.split())


class UnusableFile(Exception):
    """The file cannot be read at all, or must not be; nothing of it was stored.

    code and params name the reason; `message_sv` and `message_en` are one line each; `detail` is for the log.
    """

    def __init__(self, code: str, *, detail: str = "", **params: str) -> None:
        super().__init__(text_of(code, params))
        self.code = code
        self.params = params
        self.detail = detail

    @property
    def message_sv(self) -> str:
        return text_of(self.code, self.params, "sv")

    @property
    def message_en(self) -> str:
        return text_of(self.code, self.params, "en")
