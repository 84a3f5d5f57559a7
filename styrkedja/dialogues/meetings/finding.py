"""Finding meetings: what they are called, what was concluded and agreed, what is minuted, and notes of a seminar.

Each as the gate lets it be read (`gate.standing_of`), said here of many meetings at once.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from django.urls import reverse

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core.searching import Hit, best, latest
from styrkedja.dialogues.models import Meeting, MeetingNode, MeetingPerson, MeetingState, MeetingWords, SeminarNote
from styrkedja.dialogues.seminar.queries import SHOWN

from .catalogue import MinutesTo, kind_name, kinds
from .gate import READERS, still_there

Kind = MeetingWords.Kind
FIELDS = ("pk", "kind", "text", "meeting")


def hits(access: Access, query: SearchQuery, *, limit: int) -> list[Hit]:
    """The best of what this person may read. Five queries."""
    found = best(MeetingWords.objects.filter(pk__in=list(_matching(access, query))), query, *FIELDS, limit=limit)
    about = Meeting.objects.select_related("node").in_bulk({row[4] for row in found})
    return [_hit(rank, pk, kind, text, about[meeting]) for rank, pk, kind, text, meeting in found]


def _matching(access: Access, query: SearchQuery) -> list[UUID]:
    called = _called(access)
    leads = access.nodes_ever_for(P.MEETING_CALL)
    works = access.nodes_ever_for(P.MEETING_CALL, P.DIALOGUE_READ)
    reads = access.nodes_ever_for(*READERS)
    if not called and not works and not reads:
        return []
    here = Q(meeting__in=called) | Q(meeting__node__any_of=works)
    there = Q(meeting__in=MeetingNode.objects.filter(node__any_of=reads).values("meeting"))
    for_called = [kind.id for kind in kinds().values() if kind.minutes == MinutesTo.CALLED]
    known = here | Q(meeting__node__any_of=reads) | there
    minuted = here | Q(meeting__node__any_of=reads) | there & ~Q(meeting__kind__in=for_called)
    planned = Q(meeting__state=MeetingState.PLANNED)
    callers = Q(meeting__node__any_of=leads) | Q(meeting__in=called, meeting__secretary=access.person)
    notes = SeminarNote.objects.filter(SHOWN | Q(person=access.person))
    part = Q(meeting__in=called) | Q(meeting__node__any_of=leads)
    readable = (
        Q(kind=Kind.MEETING) & (known & ~planned | callers)
        | Q(kind=Kind.CONCLUSION) & here & ~planned
        | Q(kind=Kind.AGREED) & (here | minuted & Q(meeting__state=MeetingState.MINUTED))
        | Q(kind=Kind.MINUTES) & minuted
        | Q(kind=Kind.NOTE) & part & Q(pk__in=notes.values("pk"))
    )
    return list(latest(MeetingWords.objects.filter(readable), query))


def _called(access: Access) -> list[UUID]:
    """The meetings the person is called to and still has a role for."""
    rows = MeetingPerson.objects.filter(person=access.person).select_related("node")
    return [row.meeting_id for row in rows if still_there(access, row)]


def _hit(rank: float, pk: UUID, kind: str, text: str, meeting: Meeting) -> Hit:
    page = reverse("dialogues:meeting", args=[meeting.pk])
    pages = {
        Kind.AGREED: lambda: reverse("dialogues:agreed", args=[pk]),
        Kind.MINUTES: lambda: reverse("dialogues:minutes_latest", args=[meeting.pk]),
        Kind.NOTE: lambda: reverse("dialogues:seminar", args=[meeting.pk]),
    }
    named = kind_name(meeting.kind) if kind == Kind.MEETING else str(Kind(kind).label)
    day: dt.date = meeting.day
    url = pages[Kind(kind)]() if Kind(kind) in pages else page
    return Hit(named, meeting.title, meeting.node.name, meeting.period, url, text, day, rank, named=True)
