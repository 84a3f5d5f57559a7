"""Search over everything a person may see: every room finds its own behind its own gate, and the best come first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses import search as analyses
from styrkedja.core.searching import Hit, as_written, passage, query_of, words_of
from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues import search as dialogues
from styrkedja.indicators.catalogue import catalogue
from styrkedja.organisation.shell import page_of
from styrkedja.plans import search as plans

Rooms = tuple[Callable[..., list[Hit]], ...]
ROOMS: Rooms = (analyses.hits, plans.hits, dialogues.hits)
OF_EACH = 50
SHOWN = 60
SHORTCUTS = 8


@dataclass(frozen=True)
class Result:
    hit: Hit
    question: str

    @cached_property
    def parts(self) -> list[tuple[str, bool]]:
        """The passage in pieces; True: one of the words that were asked for."""
        text = passage(self.hit.text, self.question)
        held = [one for word in words_of(self.question) if (one := as_written(text, word))]
        if not held:
            return [(text, False)] if text else []
        found = re.split(rf"(\b(?:{'|'.join(map(re.escape, held))})\w*)", text, flags=re.IGNORECASE)
        return [(piece, number % 2 == 1) for number, piece in enumerate(found) if piece]


def results(access: Access, question: str) -> list[Result]:
    """What people have written, best first. As many queries as there are rooms, however much there is to find."""
    query: SearchQuery | None = query_of(question)
    if query is None:
        return []
    found = [hit for room in ROOMS for hit in room(access, query, limit=OF_EACH)]
    found.sort(key=lambda hit: (-hit.rank, -hit.at.toordinal()))
    return [Result(hit, question) for hit in found[:SHOWN]]


def shortcuts(access: Access, question: str) -> list[dict[str, Any]]:
    """Places in the chain and indicators whose names hold every word: [{"label", "url", "kind"}]."""
    words = [word.lower() for word in words_of(question)]
    if not words:
        return []
    return [*_places(access, words)[:SHORTCUTS], *_indicators(access, words)[:SHORTCUTS]]


def _places(access: Access, words: list[str]) -> list[dict[str, Any]]:
    named = [n for n in access.tree.nodes.values() if _holds(n.name, words)]
    places = sorted(named, key=lambda n: swedish_key(n.name))[: SHORTCUTS * 2]
    return [{"label": n.name, "url": url, "kind": n.get_kind_display()} for n in places if (url := page_of(access, n))]


def _indicators(access: Access, words: list[str]) -> list[dict[str, Any]]:
    """Each at the first of the person's own places, where its figures are one click away."""
    own = next((a.node_id for a in access.assignments), None)
    if own is None or own not in access.nodes_for(P.FIGURES_FULL, P.FIGURES_MASKED):
        return []
    named = [(str(d.name), d.id) for d in catalogue().values()]
    return [
        {"label": name, "url": reverse("indicators:indicator", args=[own, id]), "kind": _("Indicator")}
        for name, id in sorted(named, key=lambda one: swedish_key(one[0]))
        if _holds(name, words)
    ]


def _holds(name: str, words: list[str]) -> bool:
    lowered = name.lower()
    return all(word in lowered for word in words)
