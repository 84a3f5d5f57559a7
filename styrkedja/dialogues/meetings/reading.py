"""What the page of a meeting shows: agenda with notes and conclusions, who comes, material, and what is agreed.

Queries do not grow with points, people or notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from styrkedja.access.gate import Access
from styrkedja.analyses.models import EarlierText
from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues.models import (
    AgendaPoint,
    AgreedPoint,
    Material,
    Meeting,
    MeetingPerson,
    MeetingQuestion,
    MeetingState,
    Minutes,
    PointNote,
)
from styrkedja.organisation.models import Node, NodeKind

from . import material, queries
from .catalogue import kind_name, kinds
from .forms import AgreeForm, AskForm, NoteForm, conclusion_form, note_form
from .gate import Standing
from .transitions import PREPARING, WRITTEN_IN


@dataclass
class Part:
    """A point of the agenda. own: the reader's note; others: what the rest have noted. kept: earlier conclusions."""

    point: AgendaPoint
    own: PointNote | None = None
    others: list[PointNote] = field(default_factory=list)
    kept: list[EarlierText] = field(default_factory=list)
    agreed: list[AgreedPoint] = field(default_factory=list)
    note_form: NoteForm | None = None
    conclusion_form: NoteForm | None = None


def people(meeting: Meeting) -> list[MeetingPerson]:
    """Those called, by name."""
    rows = MeetingPerson.objects.filter(meeting=meeting).select_related("person", "node")
    return sorted(rows, key=lambda r: swedish_key(r.person.name))


def page(access: Access, meeting: Meeting, standing: Standing, **forms: Any) -> dict[str, Any]:
    """The context of a meeting's page."""
    points = list(AgendaPoint.objects.filter(meeting=meeting).select_related("changed_by").order_by("number"))
    called, nodes = people(meeting), queries.concerned(meeting)
    writes = meeting.state in WRITTEN_IN
    agreed = list(queries.agreed_points().filter(meeting=meeting).order_by("due", "created_at"))
    kind, alone = kinds().get(meeting.kind), queries.alone_first(meeting)
    return {
        "meeting": meeting,
        "kind": kind,
        "kind_name": kind_name(meeting.kind),
        "standing": standing,
        "people": called,
        "nodes": nodes,
        "parts": _parts(access, points, standing, agreed, writes=writes, alone=alone),
        "alone_first": alone,
        "whole_time": sum(p.minutes or 0 for p in points),
        "prepares": standing.leads and meeting.state in PREPARING,
        "writes": writes and standing.takes_part,
        "keeps": writes and standing.keeps,
        "since_last": queries.since_last(meeting),
        "material": _material(meeting),
        "agreed": agreed,
        "questions": _questions(meeting),
        "minutes": list(Minutes.objects.filter(meeting=meeting).order_by("-number").defer("body")),
        "to_come": meeting.state in PREPARING and meeting.day > access.today,
        "gathered_elsewhere": writes and standing.leads and gathered_elsewhere(meeting, nodes),
        **_forms(access, meeting, called, nodes, points, standing, keeps=writes and standing.keeps),
        **forms,
    }


def _parts(
    access: Access,
    points: list[AgendaPoint],
    standing: Standing,
    agreed: list[AgreedPoint],
    *,
    writes: bool,
    alone: bool,
) -> list[Part]:
    parts = {p.pk: Part(p) for p in points}
    if standing.takes_part:
        notes = PointNote.objects.filter(point__in=points).select_related("person").order_by("changed_at", "pk")
        for note in notes:
            if note.person_id == access.person.pk:
                parts[note.point_id].own = note
            elif note.text.strip():
                parts[note.point_id].others.append(note)
        kept: dict[UUID, AgendaPoint] = {p.pk: p for p in points}
        for text in EarlierText.objects.filter(row_id__in=list(kept)).select_related("by"):
            parts[text.row_id].kept.append(text)
    for one in agreed:
        if one.point_id in parts:
            parts[one.point_id].agreed.append(one)
    for part in parts.values():
        if writes and standing.takes_part and not alone:
            part.note_form = note_form(part.point, part.own)
        if writes and standing.keeps:
            part.conclusion_form = conclusion_form(part.point)
    return list(parts.values())


def _material(meeting: Meeting) -> list[dict[str, Any]]:
    """The names of the latest edition's material."""
    rows = list(Material.objects.filter(meeting=meeting).defer("body").order_by("-edition", "number"))
    return [{"row": row, "name": material.name(row.gatherer)} for row in rows if row.edition == rows[0].edition]


def gathered_elsewhere(meeting: Meeting, nodes: Sequence[Node]) -> bool:
    """Whether the latest material is about other places than the meeting concerns now."""
    last = Material.objects.filter(meeting=meeting).order_by("-edition", "number").values_list("about", flat=True)[:1]
    return any({str(n.pk) for n in nodes} != set(about) for about in last)


def _questions(meeting: Meeting) -> list[MeetingQuestion]:
    rows = MeetingQuestion.objects.filter(meeting=meeting).select_related("request", "point")
    return list(rows.prefetch_related("request__receivers__node").order_by("request__asked_at"))


def asked(access: Access, meeting: Meeting, nodes: Sequence[Node]) -> list[Node]:
    """The nodes a question can go back to: those the meeting concerns below its own node."""
    tree = access.tree
    below = tree.subtree([meeting.node_id]) - {meeting.node_id}
    return (
        [n for n in nodes if n.pk in below] or [n for n in tree.descendants(meeting.node_id) if n.kind == NodeKind.TEAM]
        if meeting.node_id in tree.nodes
        else []
    )


def _forms(
    access: Access,
    meeting: Meeting,
    called: Sequence[MeetingPerson],
    nodes: Sequence[Node],
    points: Sequence[AgendaPoint],
    standing: Standing,
    *,
    keeps: bool,
) -> dict[str, Any]:
    if not keeps:
        return {}
    may_hold = {n.pk: n for n in (meeting.node, *nodes)}
    to = asked(access, meeting, nodes) if standing.asks else []
    return {
        "agree_form": AgreeForm(meeting=meeting, people=called, nodes=list(may_hold.values()), points=points),
        "ask_form": AskForm(nodes=to, points=points) if to else None,
    }


def agree_form(access: Access, meeting: Meeting, data: Any) -> AgreeForm:  # noqa: ARG001 - the same as `ask_form`
    nodes = {n.pk: n for n in (meeting.node, *queries.concerned(meeting))}
    points = list(AgendaPoint.objects.filter(meeting=meeting))
    return AgreeForm(data, meeting=meeting, people=people(meeting), nodes=list(nodes.values()), points=points)


def ask_form(access: Access, meeting: Meeting, data: Any) -> AskForm:
    to = asked(access, meeting, queries.concerned(meeting))
    return AskForm(data, nodes=to, points=list(AgendaPoint.objects.filter(meeting=meeting)))


def editions(meeting: Meeting) -> list[Material]:
    """The first row of each edition, latest first: when, by whom and why it was gathered."""
    rows = Material.objects.filter(meeting=meeting, number=1).defer("body").select_related("gathered_by")
    return list(rows.order_by("-edition"))


def ended(meeting: Meeting) -> bool:
    return meeting.state in (MeetingState.MINUTED, MeetingState.CANCELLED)
