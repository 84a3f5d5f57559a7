"""For whom and about what material is gathered: the meeting, its nodes, and what everybody called may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from styrkedja.access.gate import Access
from styrkedja.analyses import quoted
from styrkedja.core import periods
from styrkedja.dialogues.meetings.queries import concerned
from styrkedja.dialogues.models import Meeting, MeetingPerson
from styrkedja.documents.models import DocumentKind, DocumentState, DocumentVersion
from styrkedja.indicators.disclosure import Audience
from styrkedja.organisation.models import Assignment, Node, Organiser
from styrkedja.organisation.tree import Tree, valid_on


@dataclass(frozen=True)
class Scope:
    """nodes: what the meeting concerns, by name. audience: the units whose small figures everybody called may see."""

    meeting: Meeting
    tree: Tree
    organiser: Organiser | None
    nodes: list[Node]
    audience: Audience

    @property
    def period(self) -> str:
        return self.meeting.period

    @cached_property
    def units(self) -> list[Node]:
        """The units the nodes are, lie in or have below them, by name; each once."""
        found: dict[UUID, Node] = {}
        for node in self.nodes:
            within = self.tree.unit_of(node.pk) if node.pk in self.tree.nodes else None
            for unit in [within] if within else self.tree.units(node.pk):
                found[unit.pk] = unit
        return sorted(found.values(), key=lambda n: n.name.casefold())

    @cached_property
    def analyses(self) -> dict[UUID, DocumentVersion]:
        """By node, the established analysis for the period, or the latest before it. Two queries."""
        wanted = {n.pk for n in (*self.nodes, *self.units)}
        found = (
            DocumentVersion.objects.filter(
                document__kind=DocumentKind.ANALYSIS, document__node__in=wanted, state=DocumentState.ESTABLISHED
            )
            .select_related("document__node")
            .order_by("document_id", "-number")
            .distinct("document_id")
        )
        last, latest = periods.end_year(self.period), {}
        for version in sorted(found, key=lambda v: periods.end_year(v.document.period)):
            if periods.end_year(version.document.period) <= last and _there(version):
                latest[version.document.node_id] = version
        return latest


def _there(version: DocumentVersion) -> bool:
    """False of one that has been disposed of: a stone stands in its place, and no words."""
    return version.document.state != DocumentState.DISPOSED


def scope_of(meeting: Meeting, access: Access) -> Scope:
    """Five queries, however many are called."""
    return Scope(meeting, access.tree, Organiser.objects.first(), concerned(meeting), _shared(meeting, access))


def _shared(meeting: Meeting, access: Access) -> Audience:
    """The units of which the caller and everybody called may see small figures."""
    roles: dict[UUID, list[Assignment]] = defaultdict(list)
    people = MeetingPerson.objects.filter(meeting=meeting).select_related("person")
    called = [p.person for p in people]
    held = Assignment.objects.filter(valid_on(access.today), person__in=called).select_related("node")
    for assignment in held:
        if assignment.node_id in access.tree.nodes:
            roles[assignment.person_id].append(assignment)
    whole = quoted.audience_for(access).full
    for person in called:
        if not whole:
            break
        theirs = Access(person)
        theirs.tree, theirs.assignments = access.tree, roles[person.pk]  # read for all of them at once
        whole &= quoted.audience_for(theirs).full
    return Audience("full" if whole else "masked", whole)
