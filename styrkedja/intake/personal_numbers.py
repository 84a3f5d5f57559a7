"""Finds Swedish personal numbers in an upload, so that a file with pupil rows is refused whole (trust.md §8).

Two signs: a heading that names one ("PersonNr", "Elevens personnummer"), or values of their form. A single value counts
when its check digit is right too; without that, several are needed, since a date range may look the same. Found
numbers are never put into a message. Organisation numbers cannot be mistaken: their third digit is at least 2.
"""

from __future__ import annotations

import re

HEADING = re.compile(
    r"^\W*(?:(?:elev|barn|student|lärare|vårdnadshavare)\w*[\s_.-]+)?"
    r"(?:\w*person[\s_.-]*(?:nr|nummer|no|number)|personal[\s_]*identity[\s_]*number|personal[\s_]+number|pnr"
    r"|samordnings[\s_-]*(?:nr|nummer)|födelsenummer|social[\s_]security[\s_]number|civic[\s_]?(?:no|number))"
    r"[\s.:*]*(?:\([^)]*\))?\W*$",
    re.IGNORECASE,
)
# A heading may say whose number it is, and name another number beside it; with any other word it is about something
# else ("Antal elever med samordningsnummer", "Personal: Lärare"). A number of the staff (Personalnummer) is none.
WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"\w*(?:nr|nummer|nummret|numret|no|number)")
PEOPLE = (
    r"(?:elev|barn|student|lärar|vårdnadshavar|föräld|anställd|deltagar|sökand|medarbetar|syskon|ungdom"
    r"|målsmä?a?n|mamma|pappa|mor|far|vh|pupil|child|guardian|parent|teacher|employee)"
)
NAMES_ONE = re.compile(
    rf"\w*pers(?:on)?{NUMBER.pattern[3:]}|(?:{PEOPLE}\w*?|org)?pnr\d?|\w*samordn\w*?{NUMBER.pattern[3:]}"
)
BESIDE = re.compile(
    rf"{PEOPLE}\w*|pers(?:on)?s?|org(?:anisation)?s?|(?:org|organisations){NUMBER.pattern[3:]}|nr|nummer|id|namn|\d{{1,2}}"
    r"|och|eller|för|and|or|of|full\w*|tillfällig\w*|svensk\w*|siffror|[åaymdnxk]{4,12}"
)
STEP, AROUND = 40, 250  # bytes: how far on the next look begins, and how far round a stem one look reaches
STEMS = (b"pers", b"pnr", b"samordn", b"delsenummer", b"social", b"civic")  # looked for first: far cheaper
XML_TEXTS = re.compile(rb'(?:>|name="|caption=")\s*([^<>"]{2,60}?)\s*(?=[<"])')
JSON_KEYS = re.compile(rb'"([^"\\]{2,60})"\s*:')
LONG = re.compile(
    rb"(?<![\w-])(?<!\d\.)((?:19|20)?)(\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01]))"
    rb"([-+ ]?)(\d{4})(?![\w-])(?!\.\d)"
)
DIGITS_TO_ZERO = bytes.maketrans(b"123456789", b"000000000")
STRONG_RUNS = (b"000000000000", b"000000-0000", b"000000+0000", b"00000000 0000")
BARE_RUNS = (b"0000000000", b"000000 0000")
ENOUGH = 3  # a number with century or hyphen weighs 2, ten digits alone or with a space 1


def is_heading(text: str) -> bool:
    """True for a column heading or key that names a personal number; sentences about them are not headings."""
    return len(text) <= 60 and bool(HEADING.match(text) or _names_one(text))


def _names_one(text: str) -> bool:
    """Every word has its place in such a heading, and one names the number, or two: "Person-/organisationsnummer"."""
    lowered = text.lower()
    if not any(stem in lowered for stem in ("pers", "pnr", "samordn")):
        return False
    words = WORD.findall(re.sub(r"\([^)]*\)\W*$", "", lowered))
    naming = [word for word in words if NAMES_ONE.fullmatch(word)]
    if not naming and {"pers", "person"} & set(words):
        naming = [word for word in words if NUMBER.fullmatch(word)]
    return bool(naming) and all(word in naming or BESIDE.fullmatch(word) for word in words)


def heading_in_xml(part: bytes) -> bool:
    """True where a cell, a field of a pivot cache or a table column is headed by a personal number."""
    return _heading_in(XML_TEXTS, part)


def heading_in_json(text: bytes) -> bool:
    return _heading_in(JSON_KEYS, text)


def _heading_in(pattern: re.Pattern[bytes], text: bytes) -> bool:
    """Looks round each stem only: a national workbook speaks of "personal" and holds 100,000 other texts."""
    lowered = text.lower()
    for stem in STEMS:
        at = lowered.find(stem)
        while at >= 0:
            near = pattern.finditer(text, max(0, at - AROUND), at + STEP + AROUND)
            if any(is_heading(m[1].decode("utf-8", "replace")) for m in near):
                return True
            at = lowered.find(stem, at + STEP)  # a heading with the stem before that has been seen whole
    return False


class Tally:
    """Counts distinct texts with the form of a personal number over the pieces of a file (UTF-8 or ASCII bytes)."""

    def __init__(self) -> None:
        self.weights: dict[bytes, int] = {}
        self.certain = False

    def add(self, piece: bytes, *, bare: bool) -> None:
        """`bare`: count ten digits without century and hyphen too (not where organisation numbers are meant)."""
        zeros = piece.translate(DIGITS_TO_ZERO)
        for run in (*STRONG_RUNS, *BARE_RUNS) if bare else STRONG_RUNS:
            at = zeros.find(run)
            while at >= 0:
                match = LONG.search(piece, max(0, at - 2), at + 40)
                if match:
                    self._count(match, bare)
                at = zeros.find(run, at + 8)

    def _count(self, match: re.Match[bytes], bare: bool) -> None:
        century, day, sign, last = match.groups()
        strong = bool(century or sign.strip())
        if strong or bare:
            self.weights[day + last] = 2 if strong else 1
            self.certain = self.certain or passes_check_digit(day + last)

    @property
    def found(self) -> bool:
        return self.certain or sum(self.weights.values()) >= ENOUGH


def passes_check_digit(ten: bytes) -> bool:
    """The Luhn check of the ten digits YYMMDDNNNC."""
    total = 0
    for place, digit in enumerate(int(chr(d)) for d in ten):
        doubled = digit * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
