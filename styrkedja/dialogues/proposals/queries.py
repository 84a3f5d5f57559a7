"""Reading proposals: who may, those of a meeting, those that wait for a decision. *Vart ska vi?*"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core import periods
from styrkedja.dialogues.models import Meeting, MeetingState, Proposal
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.organisation.tree import Tree

ENDED = MeetingState.CANCELLED


def proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("meeting__node", "meeting__secretary", "node", "point", "decision__node")


def proposal(proposal_id: UUID) -> Proposal:
    """Raises Http404."""
    return get_object_or_404(proposals(), pk=proposal_id)


def of_meeting(meeting: Meeting) -> list[Proposal]:
    """In the meeting's order; withdrawn ones last. One query."""
    found = list(proposals().filter(meeting=meeting).order_by("position", "created_at"))
    return sorted(found, key=lambda one: one.withdrawn_at is not None)


def waiting(node: Node) -> list[Proposal]:
    """What a node is to decide: neither decided nor withdrawn, of meetings not cancelled; the oldest meeting first."""
    found = proposals().filter(node=node, decision=None, withdrawn_at=None).exclude(meeting__state=ENDED)
    return list(found.order_by("meeting__day", "meeting_id", "position"))


def who_may_decide(tree: Tree, node: Node) -> list[Node]:
    """The nodes at or above, from the top."""
    return [*tree.ancestors(node.pk), node]


def usual_decider(above: list[Node]) -> Node:
    """The nearest committee, or council, of the nodes at or above; where there is none, the topmost."""
    political = [node for node in above if node.kind in (NodeKind.COUNCIL, NodeKind.COMMITTEE)]
    return (political or above[:1])[-1]


def may_enter(access: Access, found: Proposal) -> bool:
    return access.reaches(found.node_id, P.DECISION_ENTER)


def period_choices(meeting: Meeting) -> list[str]:
    """The school years and calendar years a proposal of the meeting may be about: from the day's on."""
    ends = periods.end_year(periods.school_year_on(meeting.day))
    years = [periods.school_year(year) for year in (ends, ends + 1, ends + 2)]
    return [*years, str(meeting.day.year), str(meeting.day.year + 1)]


def usual_period(meeting: Meeting) -> str:
    """In spring one prepares the next school year, in autumn the one that runs."""
    ends = periods.end_year(periods.school_year_on(meeting.day))
    return periods.school_year(ends + 1 if meeting.day.month < periods.SCHOOL_YEAR_STARTS[0] else ends)
