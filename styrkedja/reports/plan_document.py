"""An operational plan as a report document: *Hur gör vi?* on paper, by the same renderers as every report.

What a plan says is frozen in its version; its figures leave as everybody may see them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from styrkedja.analyses import quoted
from styrkedja.documents.models import DocumentVersion
from styrkedja.indicators.disclosure import PUBLIC
from styrkedja.organisation.models import Organiser
from styrkedja.plans.initiatives import effects
from styrkedja.plans.models import InitiativeState, MeasureOutcome
from styrkedja.plans.operational import plan_types

from . import passages
from .blocks import Block, Heading, Table, Text, told
from .document import Language, ReportDocument

Body = dict[str, Any]


def plan_document(version: DocumentVersion, language: Language) -> ReportDocument:
    """A frozen version of a plan, word for word."""
    body, document = version.body, version.document
    organiser = Organiser.objects.first()
    with translation.override(language):
        name = organiser.name if organiser else ""
        parts = [body["node"]["name"]] if body["node"]["name"] != name else []
        fictional = [_("fictional organiser")] if organiser and organiser.fictional else []
        return ReportDocument(
            title=f"{document.get_kind_display()} {body['period']}",
            subtitle=capfirst(" · ".join([*parts, *fictional])),
            organiser=name,
            node=body["node"]["name"],
            period=body["period"],
            language=language,
            made_at=version.made_at,
            status=_status(version),
            blocks=tuple(_blocks(body)),
        )


def _status(version: DocumentVersion) -> str:
    number = _("Version %(number)s") % {"number": version.number}
    if version.is_established:
        return f"{number}. {version.established_line}"
    day = date_format(localtime(version.made_at), "j F Y")
    return f"{number}. " + _("Draft – handed in on %(day)s, not established") % {"day": day}


def _blocks(body: Body) -> Iterator[Block]:
    for section in body["sections"]:
        known = plan_types.section(body["kind"], section["key"])
        gathered = list(GATHERED[known.gathers](body)) if known and known.gathers else []
        own = [Text(section["text"], words=True)] if section["text"].strip() else []
        # No section is a heading alone: silence would be read as an oversight.
        said = [*gathered, *own] or [Text(_("Nothing is written here."))]
        yield Heading(quoted.said(section), 1)
        yield from said
    yield Heading(_("Consultations"), 1)
    yield from _consultations(body)


def _needs(body: Body) -> Iterator[Block]:
    if not body["needs"]:
        return
    words = {"period": body["needs_from"]["period"], "number": body["needs_from"]["number"]}
    yield Text(
        _("The needs of the established analysis of %(period)s (version %(number)s), in order of priority.") % words
    )
    yield passages.own_list([need["text"] for need in body["needs"]])


def _goals(body: Body) -> Iterator[Block]:
    today = quoted.today_of(effects.kept_figures(t for g in body["goals"] for t in g["targets"]))
    for goal in body["goals"]:
        yield Heading(passages.one_line(goal["title"]), 2)
        if goal["text"].strip():
            yield Text(goal["text"], words=True)
        if goal["national"]:
            lead = _("It serves the national goals:")
            yield Text(lead + "\n\n" + "\n".join(f"- {quoted.said(one)}" for one in goal["national"]))
        targets = [effects.shown(target, PUBLIC, today)["text"] for target in goal["targets"]]
        if targets:
            yield Text(_("It aims at:") + "\n\n" + "\n".join(f"- {text}" for text in targets))
        if goal["outcome"].strip():
            yield Text(goal["outcome"], words=True, lead=_("Outcome:"))


def _initiatives(body: Body) -> Iterator[Block]:
    today = quoted.today_of(effects.kept_figures(i["expected"] for i in body["initiatives"]))
    states = dict(InitiativeState.choices)
    for one in body["initiatives"]:
        yield Heading(passages.one_line(one["title"]), 2)
        yield Text(one["aim"], words=True)
        expected = effects.shown(one["expected"], PUBLIC, today) if one["expected"] else None
        if expected:
            yield Text(expected["text"], words=expected["kind"] == "sign", lead=_("Expected effect:"))
        words = {
            "state": str(states[one["state"]]).lower(),
            "holder": one["holder"] or "–",
            "places": ", ".join(one["participants"]) or "–",
        }
        yield Text(_("Responsible: %(holder)s. Carried out in: %(places)s. State: %(state)s.") % words)
        if one["activities"]:
            yield _activities(one)


def _activities(one: Body) -> Table:
    rows = tuple((passages.one_line(a["what"]), passages.one_line(a["who"]), a["due"] or "") for a in one["activities"])
    caption = _("Activities of “%(title)s”") % {"title": passages.one_line(one["title"])}
    words = tuple((row, column) for row in range(len(rows)) for column in (0, 1))
    return told(Table(caption, (_("What"), _("Who"), _("By")), rows, words=words))


def _follow_up(body: Body) -> Iterator[Block]:
    rows = tuple(
        (
            passages.one_line(one["title"]),
            f"{one['starts_on']} – {one['ends_on']}",
            one["evaluation_date"] or "",
            passages.one_line(one["evaluation_form"]),
            one["holder"],
        )
        for one in body["initiatives"]
    )
    if rows:
        header = (_("Initiative"), _("Runs"), _("Evaluated by"), _("How"), _("Responsible"))
        words = tuple((row, column) for row in range(len(rows)) for column in (0, 3))
        yield told(Table(_("When initiatives are evaluated"), header, rows, words=words))


def _last_year(body: Body) -> Iterator[Block]:
    last = body["last_year"]
    if not last or not last["measures"]:
        return
    carried_out = dict(MeasureOutcome.CarriedOut.choices)
    rows = tuple(
        (passages.one_line(m["what"]), str(carried_out[m["carried_out"]]), passages.one_line(m["outcome"]))
        for m in last["measures"]
    )
    caption = _("The measures of the plan for %(period)s") % {"period": last["period"]}
    words = tuple((row, column) for row in range(len(rows)) for column in (0, 2))
    yield Table(caption, (pgettext("plan", "Measure"), _("Carried out"), _("What it led to")), rows, words=words)


def _measures(body: Body) -> Iterator[Block]:
    rows = tuple((passages.one_line(m["what"]), passages.one_line(m["who"]), m["due"] or "") for m in body["measures"])
    if rows:
        words = tuple((row, column) for row in range(len(rows)) for column in (0, 1))
        yield told(
            Table(
                _("This year's measures"), (pgettext("plan", "Measure"), _("Responsible"), _("By")), rows, words=words
            )
        )


def _consultations(body: Body) -> Iterator[Block]:
    for one in body["consultations"]:
        day = date_format(dt.date.fromisoformat(one["held_on"]), "j F Y") if one["held_on"] else ""
        yield Heading(", ".join(word for word in (passages.one_line(one["forum"]), day) if word) or "–", 2)
        yield Text(one["views"], words=True)
    if not body["consultations"]:
        yield Text(_("No consultation is recorded."))


GATHERED: dict[str, Callable[[Body], Iterator[Block]]] = {
    "needs": _needs,
    "goals": _goals,
    "initiatives": _initiatives,
    "follow_up": _follow_up,
    "last_year": _last_year,
    "measures": _measures,
}
"""What stands in a section by itself, by the word of the plan type."""
