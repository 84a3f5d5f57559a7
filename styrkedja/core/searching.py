"""What a search is, for every room that has words to find: the question as PostgreSQL takes it, and what is found.

Swedish stemming, and the beginning of a word is enough: "läs" finds "läsförståelse", which no stemmer takes apart. Each
room finds its own, behind its own gate; `desk` asks them all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Left

CONFIG = "swedish"
WORDS_AT_MOST = 8
LONGEST = 60  # characters of a word
DRAFT_SEARCHED = 60_000  # characters of each text somebody is writing
LATEST = 100  # of what matches, the latest so many are ranked: a common word does not make the search slow
WORD = re.compile(r"\d+(?:[/-]\d+)+|\w+")  # "2025/26" and "7-9" are one word each, as the database reads them


@dataclass(frozen=True)
class Hit:
    """One thing found. `kind`: what it is, in the reader's language; `place`: the node's name; rank: higher first."""

    kind: str
    title: str
    place: str
    period: str
    url: str
    text: str  # what was written, to cut a passage from
    at: dt.date
    rank: float
    named: bool = False  # the title is somebody's own words


def words_of(text: str) -> list[str]:
    """The words of a question, short ones too, at most eight."""
    return [word[:LONGEST] for word in WORD.findall(text.replace("_", " "))][:WORDS_AT_MOST]


def query_of(text: str) -> SearchQuery | None:
    """All the words, each as the beginning of one; None where there are none."""
    words = words_of(text)
    if not words:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config=CONFIG, search_type="raw")


def latest(matching: QuerySet[Any], query: SearchQuery) -> QuerySet[Any]:
    """Ids of the latest rows with `words` and `at` that match."""
    return matching.filter(words=query).order_by("-at").values_list("pk", flat=True)[:LATEST]


def best(found: QuerySet[Any], query: SearchQuery, *fields: str, limit: int) -> list[tuple[Any, ...]]:
    """Rows that match, ranked: (rank, *fields), the best first."""
    ranked = found.annotate(rank=SearchRank(F("words"), query)).order_by("-rank", "-at")
    return list(ranked.values_list("rank", *fields)[:limit])


def in_drafts(
    rows: Iterable[tuple[QuerySet[Any], tuple[str, ...]]], query: SearchQuery, document: str, *fields: str
) -> list[tuple[Any, ...]]:
    """What a person is writing: (rank, text, at, document, *fields) of rows that hold the words, one of each document.

    rows: (those that may be read, their fields with words). A person's drafts are few: nothing is kept for this. One
    query.
    """
    found = []
    for rows_of_a_kind, worded in rows:
        texts = [Left(Coalesce(name, Value("")), DRAFT_SEARCHED) for name in worded]
        told = rows_of_a_kind.order_by().annotate(
            draft_words=SearchVector(*texts, config=CONFIG),
            draft_text=Concat(*texts, Value("")),
            draft_rank=SearchRank(SearchVector(*texts, config=CONFIG), query),
        )
        matching = told.filter(draft_words=query)
        found.append(matching.values_list("draft_rank", "draft_text", "changed_at", document, *fields))
    best_of: dict[Any, tuple[Any, ...]] = {}
    for row in sorted(found[0].union(*found[1:], all=True), key=lambda row: -row[0]):
        best_of.setdefault(row[3], row)
    return list(best_of.values())


def as_written(text: str, word: str) -> str | None:
    """The longest beginning of a word that words of the text begin with, of at most six letters: "läsa" finds "läsning"
    by "läs". None where no three letters do.
    """
    lowered, wanted = text.lower(), word.lower()
    shortest = min(len(wanted), 3)
    beginnings = (wanted[:length] for length in range(min(len(wanted), 6), shortest - 1, -1))
    return next((one for one in beginnings if re.search(rf"\b{re.escape(one)}", lowered)), None)


def passage(text: str, question: str, *, around: int = 90) -> str:
    """What stands round the first word found, cut at words; the beginning where none stands as it was written."""
    lowered = text.lower()
    held = [one for word in words_of(question) if (one := as_written(text, word))]
    places = [found.start() for one in held if (found := re.search(rf"\b{re.escape(one)}", lowered))]
    begin = max(0, min(places, default=0) - around)
    if begin:
        begin = text.find(" ", begin) + 1 or begin
    end = begin + 2 * around
    if end < len(text):
        end = text.rfind(" ", begin, end) if " " in text[begin:end] else end
    cut = " · ".join(" ".join(line.split()) for line in text[begin:end].splitlines() if line.strip())
    return ("… " if begin else "") + cut + (" …" if end < len(text) else "")
