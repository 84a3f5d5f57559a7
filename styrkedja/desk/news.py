"""What has come back since last time: what others have done where the person works, told from the trail.

The trail's rows are read by number, so only what is new is looked at. What the events are about is behind its own gate:
here stands that something happened, where and by whom, to those who may read what is asked and answered there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby, islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core.audit import Event
from styrkedja.core.models import AuditEvent
from styrkedja.dialogues.requests.handed_in import addresses_of
from styrkedja.documents.models import DocumentVersion
from styrkedja.documents.queries import latest_versions
from styrkedja.organisation.models import Node, Person

from .models import Visit

NEWS = (
    Event.DOCUMENT_SUBMITTED, Event.DOCUMENT_RETURNED, Event.DOCUMENT_ESTABLISHED, Event.DOCUMENT_PUBLISHED,
    Event.GOAL_DECIDED, Event.GOAL_CLOSED, Event.INITIATIVE_MOVED, Event.EVALUATED,
    Event.ANSWER_SUBMITTED, Event.ANSWER_RETURNED, Event.ANSWER_ACCEPTED,
    Event.FEEDBACK_GIVEN, Event.FEEDBACK_ACKNOWLEDGED, Event.QUESTION_ANSWERED,
    Event.MEETING_CALLED, Event.MEETING_CANCELLED, Event.MINUTES_ESTABLISHED,
)  # fmt: skip
MEETINGS = "dialogues:meetings"
LISTED = {  # where several of a kind stand; the others among what is asked and answered
    Event.GOAL_DECIDED: "plans:whereto", Event.GOAL_CLOSED: "plans:whereto",
    Event.INITIATIVE_MOVED: "plans:how", Event.EVALUATED: "plans:outcome",
    Event.MEETING_CALLED: MEETINGS, Event.MEETING_CANCELLED: MEETINGS, Event.MINUTES_ESTABLISHED: MEETINGS,
}  # fmt: skip
DOCUMENT = "documents.document"
MEETING = "dialogues.meeting"
SHOWN = 12
READ = 200  # of the new rows, the latest so many are looked at
LOOKING_BACK = 5_000  # rows of the trail that count as new at a first visit
SAME_VISIT = dt.timedelta(minutes=30)
WRITTEN = dt.timedelta(minutes=1)  # a page that is loaded again at once writes nothing


class Row(NamedTuple):
    """What is read of the trail: plain columns, of which most are only counted."""

    at: dt.datetime
    event: str
    node_id: UUID | None
    actor_id: UUID | None
    about: str


@dataclass(frozen=True)
class Item:
    """Something that happened: once, or `count` times of the same kind in the same place on the same day."""

    at: dt.datetime
    what: str
    where: str
    who: str
    count: int
    url: str | None


def since_last_time(access: Access, called: Collection[UUID]) -> list[Item]:
    """Latest first. called: the meetings the person was called to. Seven queries at most, whatever has happened; marks
    the visit.
    """
    visit = _visit(access.person)
    nodes = access.nodes_for(P.DIALOGUE_READ)
    meetings = [f"{MEETING}:{pk}" for pk in called]
    if not nodes and not meetings:
        return []
    here = Q(node_id__any_of=nodes) | Q(about__in=meetings)
    rows = AuditEvent.objects.filter(here, seq__gt=visit.before, event__in=[e.value for e in NEWS])
    found = rows.exclude(actor_id=access.person.pk).order_by("-seq")[:READ]
    return _items(access, list(map(Row._make, found.values_list(*Row._fields))))


def _visit(person: Person) -> Visit:
    """The visit that is going on, begun anew after half an hour."""
    now, last = timezone.now(), AuditEvent.objects.order_by("-seq").values("seq")[:1]
    known = Visit.objects.filter(person=person).annotate(latest=Subquery(last)).first()
    visit: Visit | None = known
    latest: int = (known.latest if known else AuditEvent.objects.aggregate(last=Max("seq"))["last"]) or 0
    if visit is None:
        visit = Visit(person=person, before=max(0, latest - LOOKING_BACK), seen=latest, at=now)
        Visit.objects.bulk_create([visit], ignore_conflicts=True)  # two windows opened at once: one first visit
    elif now - visit.at > SAME_VISIT:
        visit.before, visit.seen, visit.at = visit.seen, latest, now
        visit.save()
    elif latest != visit.seen or now - visit.at > WRITTEN:
        Visit.objects.filter(pk=person.pk).update(seen=latest, at=now)
    return visit


def _items(access: Access, rows: list[Row]) -> list[Item]:
    spells = groupby(rows, key=lambda r: (r.event, r.node_id, timezone.localdate(r.at), _id_of(r, DOCUMENT)))
    told = [list(held) for _same, held in islice(spells, SHOWN)]
    latest = [held[0] for held in told]
    names = dict(Person.objects.filter(pk__any_of={r.actor_id for r in latest if r.actor_id}).values_list("pk", "name"))
    places = _places(access, {r.node_id for r in latest if r.node_id})
    pages = _Pages(access, latest)
    return [
        Item(
            at=row.at,
            what=pages.words(row),
            where=places.get(row.node_id, "") if row.node_id else "",
            who=names.get(row.actor_id, "") if row.actor_id else "",
            count=len(held),
            url=pages.of(row) if len(held) == 1 else pages.of_many(row),
        )
        for row, held in zip(latest, told, strict=True)
    ]


def _places(access: Access, nodes: set[UUID]) -> dict[UUID, str]:
    """Their names; those that no longer stand in the chain are looked up."""
    here = {pk: access.tree.nodes[pk].name for pk in nodes if pk in access.tree.nodes}
    gone = nodes - here.keys()
    return {**here, **dict(Node.objects.filter(pk__any_of=gone).values_list("pk", "name"))} if gone else here


class _Pages:
    """Where one reads what a row is about; None where no page of this person's does. Three queries."""

    def __init__(self, access: Access, rows: Iterable[Row]) -> None:
        self.answers_at = access.nodes_for(P.REQUEST_ANSWER)
        self.asks_at = access.nodes_for(P.REQUEST_MAKE)
        self.plans_at = access.nodes_for(P.PLAN_READ)
        self.meetings_at = access.nodes_for(P.MEETING_READ, P.MEETING_CALL)
        self.documents = latest_versions(id for r in rows if (id := _id_of(r, DOCUMENT)))
        self.addresses = addresses_of(self.documents.values(), access)

    def words(self, row: Row) -> str:
        """What happened; to a document, which it was."""
        said, version = str(Event(row.event).label), self._version(row)
        if version is None:
            return said
        document = version.document
        return f"{said}: {document.get_kind_display()} {document.period}"

    def of(self, row: Row) -> str | None:
        if version := self._version(row):
            return self.addresses.get(version.pk)
        if goal := _id_of(row, "plans.goal"):
            return reverse("plans:goal", args=[goal])
        if initiative := _id_of(row, "plans.initiative"):
            return reverse("plans:initiative", args=[initiative])
        if meeting := _id_of(row, MEETING):
            return reverse("dialogues:meeting", args=[meeting])
        if receiver := _id_of(row, "dialogues.requestreceiver"):
            asked = row.node_id not in self.answers_at and row.node_id in self.asks_at
            return reverse("dialogues:answer" if asked else "dialogues:receiver", args=[receiver])
        return None

    def of_many(self, row: Row) -> str | None:
        """The page where several things of a kind stand together."""
        if _id_of(row, DOCUMENT):
            return self.of(row)  # the same document several times
        page = LISTED.get(Event(row.event), "dialogues:node")
        if page == MEETINGS:
            return reverse(page, args=[row.node_id]) if row.node_id in self.meetings_at else None
        open_here = row.node_id is not None and (page == "dialogues:node" or row.node_id in self.plans_at)
        return reverse(page, args=[row.node_id]) if open_here else None

    def _version(self, row: Row) -> DocumentVersion | None:
        id = _id_of(row, DOCUMENT)
        return self.documents.get(id) if id else None


def _id_of(row: Row, label: str) -> UUID | None:
    kind, _colon, id = row.about.partition(":")
    return UUID(id) if kind == label else None
