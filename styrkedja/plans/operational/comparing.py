"""A plan beside last year's: sections word by word, goals kept, new and closed, and what the initiatives led to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from styrkedja.analyses.quoted import said
from styrkedja.documents.comparing import Line
from styrkedja.plans.models import Evaluation

Body = dict[str, Any]


def lines(body: Body) -> list[Line]:
    """What people have written in a plan, in reading order: its sections, measures and needs."""
    return [*_sections(body), *_needs(body), *_measures(body)]


def gathered(body: Body) -> list[Line]:
    """What stands in a plan by itself: told line by line between versions of one plan, where ids are the same."""
    goals = [Line(f"mal:{g['id']}", _("Goals"), _("Goal"), f"{g['title']}\n{g['text']}".strip()) for g in body["goals"]]
    initiatives = [
        Line(f"insats:{i['id']}", _("Initiatives"), _("Initiative"), f"{i['title']}\n{i['aim']}")
        for i in body["initiatives"]
    ]
    consulted = [
        Line(f"samrad:{c['id']}", _("Consultations"), c["forum"], f"{c['held_on'] or ''}\n{c['views']}".strip())
        for c in body["consultations"]
    ]
    return [*goals, *initiatives, *consulted]


def _sections(body: Body) -> Iterator[Line]:
    for one in body["sections"]:
        if one["text"].strip():
            yield Line(f"avsnitt:{one['key']}", said(one), _("Text"), one["text"])


def _needs(body: Body) -> Iterator[Line]:
    for need in body["needs"]:
        label = _("Need %(number)s") % {"number": need["priority"]}
        yield Line(f"behov:{need['priority']}", _("Needs"), label, need["text"])


def _measures(body: Body) -> Iterator[Line]:
    for place, measure in enumerate(body["measures"], start=1):
        text = "\n".join(word for word in (measure["what"], measure["who"]) if word)
        label = _("Measure %(number)s") % {"number": place}
        yield Line(f"atgard:{measure['id']}", pgettext("plan", "Measures"), label, text)


def goals(before: Body, after: Body) -> list[dict[str, Any]]:
    """Goals of either year: [{"title", "was", "change": "kept" | "new" | "ended", "outcome"}]; kept ones first.

    A goal is kept when this year's continues last year's, or is said in the same words.
    """
    earlier = {goal["id"]: goal for goal in before["goals"]}
    by_words = {_plain(goal["title"]): goal for goal in before["goals"]}
    kept, new = [], []
    for goal in after["goals"]:
        was = earlier.get(goal["continues"] or "") or by_words.get(_plain(goal["title"]))
        if was is None:
            new.append({"title": goal["title"], "was": "", "change": "new", "outcome": ""})
            continue
        earlier.pop(was["id"], None)
        kept.append({"title": goal["title"], "was": was["title"], "change": "kept", "outcome": was["outcome"]})
    ended = [
        {"title": g["title"], "was": g["title"], "change": "ended", "outcome": g["outcome"]} for g in earlier.values()
    ]
    return [*kept, *new, *ended]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def initiatives(before: Body, after: Body, verdicts: dict[str, Evaluation]) -> list[dict[str, Any]]:
    """Last year's initiatives with their verdicts, then those that are new this year.

    [{"id", "title", "evaluation": Evaluation | None, "carried_on": bool, "new": bool}]
    """
    carried = {one["continues"] for one in after["initiatives"]} | {one["id"] for one in after["initiatives"]}
    earlier = {one["id"] for one in before["initiatives"]}
    last = [
        {
            "id": one["id"],
            "title": one["title"],
            "evaluation": verdicts.get(one["id"]),
            "carried_on": one["id"] in carried,
            "new": False,
        }
        for one in before["initiatives"]
    ]
    begun = [one for one in after["initiatives"] if one["id"] not in earlier and one["continues"] not in earlier]
    return [
        *last,
        *({"id": o["id"], "title": o["title"], "evaluation": None, "carried_on": False, "new": True} for o in begun),
    ]
