"""What a new principal takes over: goals, what has been tried and how it went, what is owed, and the dates ahead.

Everything stands somewhere else too; here it stands together, for whoever answers for the node (product.md: people
leave, and what they knew goes with them).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.queries import role_name
from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues import owing
from styrkedja.dialogues.owing import Owed
from styrkedja.dialogues.requests.handed_in import addresses_of
from styrkedja.documents.models import Document
from styrkedja.documents.queries import latest_versions
from styrkedja.organisation.models import Assignment, Node
from styrkedja.organisation.tree import valid_on
from styrkedja.plans.initiatives import listing
from styrkedja.plans.initiatives.listing import Line
from styrkedja.plans.models import Decision, Goal, GoalState, InitiativeState


@dataclass(frozen=True)
class Date:
    """Something that comes on a day."""

    day: dt.date
    what: str
    about: str
    url: str


def handover(access: Access, node: Node) -> dict[str, Any]:
    """Context of the page. As many queries whatever there is to take over."""
    lines = listing.at_node(access, node)
    owes, owed = owing.owed_by([node.pk]), owing.owed_to([node.pk])
    goals = Goal.objects.filter(node=node, state=GoalState.DECIDED).prefetch_related("targets")
    return {
        "people": _people(access, node),
        "assignments": _given(access, node),
        "goals": list(goals.order_by("-period", "created_at")),
        "running": [one for one in lines if one.initiative.state in listing.RUNNING],
        "unjudged": [one for one in lines if one.initiative.state in listing.ENDED],
        "judged": [one for one in lines if one.initiative.state == InitiativeState.EVALUATED],
        "owes": owes,
        "owed": owed,
        "documents": _documents(access, node),
        "dates": sorted(_dates(access, lines, owes), key=lambda d: (d.day, d.what)),
    }


def _people(access: Access, node: Node) -> list[tuple[str, str]]:
    """Who has which role at the node today: (name, role)."""
    held = Assignment.objects.filter(valid_on(access.today), node=node, person__is_active=True).select_related("person")
    return sorted(((a.person.name, role_name(a.role)) for a in held), key=lambda one: swedish_key(one[0]))


def _given(access: Access, node: Node) -> list[Decision]:
    """Assignments to the node that hold today."""
    return list(Decision.objects.filter(valid_on(access.today), Q(replaced_by=None), addressed_to=node))


def _documents(access: Access, node: Node) -> list[dict[str, Any]]:
    """The latest of what the node has written, with where it is read by those who may."""
    found = list(Document.objects.filter(node=node).order_by("-period", "kind")[:20])
    versions = latest_versions(d.pk for d in found)
    addresses = addresses_of(versions.values(), access)
    return [{"document": d, "url": addresses.get(versions[d.pk].pk, "") if d.pk in versions else ""} for d in found]


def _dates(access: Access, lines: list[Line], owes: list[Owed]) -> list[Date]:
    found = [
        Date(one.due, one.kind_word, f"{one.title}, {one.to}", reverse(one.url_name, args=one.url_args)) for one in owes
    ]
    for line in lines:
        initiative, url = line.initiative, reverse("plans:initiative", args=[line.initiative.pk])
        open_still = initiative.state in (*listing.RUNNING, *listing.ENDED)
        if open_still and initiative.evaluation_date:
            found.append(Date(initiative.evaluation_date, _("Evaluation"), initiative.title, url))
        if follow_up := line.due or line.coming:
            found.append(Date(follow_up.last_day, _("Follow-up"), initiative.title, url))
    return [date for date in found if date.day >= access.today]
