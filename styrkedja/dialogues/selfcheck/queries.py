"""Reading self-checks: rounds of a node, sheets that wait, who may answer and who may read. *Hur blev det?*"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.dialogues.leaders import led
from styrkedja.dialogues.models import SelfCheck, SelfCheckAnswer, SelfCheckSheet
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.organisation.tree import Tree

READERS = (P.DIALOGUE_READ, P.REQUEST_ANSWER)
SEES = (*READERS, P.MEETING_READ)  # at a place that was asked: a committee's members read what it said, and the levels
# The levels that are set side by side, and the kinds of nodes each is made of.
LEVELS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "committee": (_("Council and committee"), (NodeKind.COUNCIL, NodeKind.COMMITTEE)),
    "administration": (_("Administration"), (NodeKind.ADMINISTRATION,)),
    "unit": (_("Units"), (NodeKind.UNIT,)),
    "team": (_("Teams"), (NodeKind.TEAM,)),
}
LEVEL_OF = {kind: level for level, (_name, kinds) in LEVELS.items() for kind in kinds}
LOWEST = list(LEVELS)[-1]
WORDS: dict[int, str | Promise] = {
    1: _("Does not hold"),
    2: _("Holds in part"),
    3: _("Holds on the whole"),
    4: _("Holds entirely"),
}


def rounds() -> QuerySet[SelfCheck]:
    return SelfCheck.objects.select_related("node", "opened_by", "closed_by")


def round_of(check_id: UUID) -> SelfCheck:
    """Raises Http404."""
    return get_object_or_404(rounds(), pk=check_id)


def node_of_round(check_id: UUID, **_: Any) -> Node:
    """For `@requires`. Raises Http404."""
    return round_of(check_id).node


def sheets() -> QuerySet[SelfCheckSheet]:
    return SelfCheckSheet.objects.select_related("check_round__node", "node", "handed_in_by")


def sheet(sheet_id: UUID) -> SelfCheckSheet:
    """Raises Http404."""
    return get_object_or_404(sheets(), pk=sheet_id)


def answers_of(found: SelfCheckSheet) -> dict[str, SelfCheckAnswer]:
    """By statement. One query."""
    return {one.statement: one for one in SelfCheckAnswer.objects.filter(sheet=found).select_related("changed_by")}


def places(tree: Tree, node: Node, levels: Collection[str]) -> list[Node]:
    """The node and everything below it, of the levels chosen."""
    below = [node, *tree.descendants(node.pk)]
    return [one for one in below if LEVEL_OF.get(one.kind) in levels]


def level_of(node: Node) -> str:
    """The level a place with a sheet answers at; what has become another kind since stands with the lowest."""
    return LEVEL_OF.get(node.kind, LOWEST)


def levels_below(tree: Tree, node: Node) -> list[str]:
    """The levels there is somebody at, here or below, from the top."""
    found = {LEVEL_OF[one.kind] for one in [node, *tree.descendants(node.pk)] if one.kind in LEVEL_OF}
    return [level for level in LEVELS if level in found]


def of_node(node: Node) -> list[SelfCheck]:
    """Rounds in which the node has a sheet or which it opened, with how many are asked and have handed in; latest
    first."""
    counted = rounds().annotate(
        asked=Count("sheets"), handed_in=Count("sheets", filter=Q(sheets__handed_in_at__isnull=False))
    )
    here = SelfCheckSheet.objects.filter(node=node).values("check_round")
    return list(counted.filter(Q(node=node) | Q(pk__in=here)).order_by("-opened_at"))


def sheets_of_node(node: Node) -> dict[UUID, SelfCheckSheet]:
    """By round. One query."""
    return {one.check_round_id: one for one in sheets().filter(node=node)}


def waiting_for(nodes: Collection[UUID]) -> list[SelfCheckSheet]:
    """What these places have been asked to answer and have not handed in, the first due first. One query."""
    found = sheets().filter(node__any_of=nodes, handed_in_at=None, check_round__closed_at=None)
    return list(found.order_by("check_round__due", "node__name"))


def may_answer(access: Access, found: SelfCheckSheet) -> bool:
    """Whoever answers for the place. A council or committee speaks as one, when it meets: where nobody answers for it,
    whoever opened the round notes what was said there (docs/adr/0024)."""
    if access.reaches(found.node_id, P.REQUEST_ANSWER):
        return True
    opens = access.reaches(found.check_round.node_id, P.SELF_CHECK_OPEN)
    return opens and noted_by_opener(found.node) and not led([found.node_id])


def noted_by_opener(node: Node) -> bool:
    return LEVEL_OF.get(node.kind) == "committee"


def reads_all(access: Access, found: SelfCheck) -> bool:
    """Every place by name: those who read dialogues where the round was opened."""
    return access.reaches(found.node_id, *READERS, P.SELF_CHECK_OPEN)


def may_read(access: Access, found: SelfCheck) -> bool:
    """Those, and whoever reads dialogues or meetings at one of the places asked."""
    nodes = access.nodes_for(*SEES)
    return reads_all(access, found) or found.sheets.filter(node__any_of=nodes).exists()


def earlier(found: SelfCheck, most: int = 3) -> list[SelfCheck]:
    """Rounds of the same form at the same node before this one, the latest first."""
    before = rounds().filter(node=found.node_id, form=found.form, opened_at__lt=found.opened_at)
    return list(before.order_by("-opened_at")[:most])


def is_late(found: SelfCheck, today: dt.date) -> bool:
    return found.closed_at is None and found.due < today
