"""Established minutes as a report document: what a meeting came to, on paper, by the same renderers as every report.

What the minutes say is frozen in their body (`dialogues.meetings.minutes`), word for word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from styrkedja.analyses import quoted
from styrkedja.dialogues.models import Minutes
from styrkedja.organisation.models import Organiser

from . import passages
from .blocks import Block, Callout, Heading, Table, Text
from .document import Language, ReportDocument

Body = dict[str, Any]


def minutes_document(minutes: Minutes, language: Language) -> ReportDocument:
    """A number of the minutes of a meeting."""
    body, organiser = minutes.body, Organiser.objects.first()
    with translation.override(language):
        name = organiser.name if organiser else ""
        parts = [body["node"]["name"]] if body["node"]["name"] != name else []
        fictional = [_("fictional organiser")] if organiser and organiser.fictional else []
        return ReportDocument(
            title=_("Minutes: %(title)s") % {"title": passages.one_line(body["title"])},
            subtitle=capfirst(" · ".join([*parts, passages.day(body["day"]), *fictional])),
            organiser=name,
            node=body["node"]["name"],
            period=body["period"],
            language=language,
            made_at=minutes.established_at,
            status=_status(minutes),
            blocks=tuple(_blocks(minutes)),
        )


def _status(minutes: Minutes) -> str:
    words = {"number": minutes.number, "day": date_format(localtime(minutes.established_at), "j F Y")}
    said = _("Number %(number)s, established %(day)s") % words
    return f"{said}, {minutes.established_by}" if minutes.established_by else said


def _blocks(minutes: Minutes) -> Iterator[Block]:
    body = minutes.body
    if minutes.reason:
        yield Callout("info", _("Why they were corrected"), minutes.reason, words=True)
    yield _facts(body)
    if body["purpose"].strip():
        yield Text(body["purpose"], words=True, lead=_("What for:"))
    for point in body["points"]:
        yield from _point(point)
    if body["agreed"]:
        yield Heading(_("Agreed"), 1)
        yield _agreed(body["agreed"])
    yield from _proposals(body["proposals"])
    yield from _questions(body["questions"])


def _facts(body: Body) -> Table:
    people = body["people"]
    hours = "–".join(time for time in (body["starts"], body["ends"]) if time)
    rows = [
        (_("Kind of meeting"), quoted.said(body["kind_name"])),
        (_("When and where"), ", ".join(p for p in (passages.day(body["day"]), hours, body["place"]) if p)),
        (_("Concerns"), ", ".join(one["name"] for one in body["nodes"])),
        (_("Present"), _names(p for p in people if p["attended"]) or _("Nobody is noted as present.")),
        (_("Did not come"), _names(p for p in people if p["attended"] is False)),
        (_("Called; not noted whether they came"), _names(p for p in people if p["attended"] is None)),
        (_("Secretary"), body["secretary"]),
    ]
    shown = tuple((label, passages.one_line(said)) for label, said in rows if said)
    return Table(_("The meeting"), (_("What"), _("Details")), shown)


def _names(people: Iterator[Body]) -> str:
    return ", ".join(f"{p['name']} ({p['node']})" if p["node"] else p["name"] for p in people)


def _point(point: Body) -> Iterator[Block]:
    yield Heading(f"{point['number']}. {passages.one_line(point['title'])}", 1)
    concluded = point["conclusion"].strip()
    if concluded:
        yield Text(point["conclusion"], words=True)
    elif not point["notes"]:
        yield Text(_("Nothing was concluded."))
    for note in point["notes"]:
        yield Text(note["text"], words=True, author=_("Noted by %(name)s") % {"name": note["by"]})


def _agreed(agreed: list[Body]) -> Table:
    rows = tuple(
        (passages.one_line(one["what"]), ", ".join(p for p in (one["who"], one["node"]) if p), passages.day(one["due"]))
        for one in agreed
    )
    words = tuple((row, 0) for row in range(len(rows)))
    return Table(_("What was agreed"), (_("What"), _("Who"), _("By when")), rows, words=words)


def _proposals(proposals: list[Body]) -> Iterator[Block]:
    if proposals:
        yield Heading(_("Proposed decisions"), 1)
    for one in proposals:
        yield Heading(passages.one_line(one["title"]), 2)
        if one["text"].strip():
            yield Text(one["text"], words=True)
        if one["ground"].strip():
            yield Text(one["ground"], words=True, lead=_("Ground:"))


def _questions(questions: list[Body]) -> Iterator[Block]:
    if questions:
        yield Heading(_("Questions back"), 1)
        rows = tuple((passages.one_line(q["text"]), q["to"], passages.day(q["due"])) for q in questions)
        words = tuple((row, 0) for row in range(len(rows)))
        yield Table(_("Questions back"), (_("Question"), _("To"), _("Answer by")), rows, words=words)
