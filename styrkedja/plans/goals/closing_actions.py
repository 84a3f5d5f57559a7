"""A period of a node is closed, once and for ever. *Hur blev det?*"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action, unless_taken
from styrkedja.organisation.models import Node, Person
from styrkedja.plans.models import ClosedPeriod, Goal, Initiative

from . import closing


class StillOpen(Refused):
    """The period cannot be closed yet: `initiatives` wait to be judged, `goals` for an outcome."""

    def __init__(self, initiatives: list[Initiative], goals: list[Goal]) -> None:
        names = ", ".join([*(i.title for i in initiatives), *(g.title for g in goals)])
        super().__init__(_("The period cannot be closed before these are dealt with: %(names)s") % {"names": names})
        self.initiatives, self.goals = initiatives, goals


@action
def close_period(*, node: Node, period: str, by: Person | None) -> ClosedPeriod:
    """Close it. The node's row is locked, so no goal is decided meanwhile.

    Raises Refused for no period, one that still runs or is closed already; StillOpen with what is left to do.
    """
    if not periods.is_period(period):
        raise Refused(_("Period: write a school year such as 2026/27, or a calendar year."))
    if periods.bounds(period)[1] >= timezone.localdate():
        raise Refused(_("The period is still running. It can be closed the day after its last."))
    Node.objects.select_for_update(no_key=True).get(pk=node.pk)
    waiting, goals = list(closing.unjudged(node, period)), list(closing.open_goals(node, period))
    if waiting or goals:
        raise StillOpen(waiting, goals)
    with unless_taken(_("The period is closed already."), "period_closed_once"):
        made = ClosedPeriod.objects.create(node=node, period=period, closed_by=by)
    audit.record(Event.PERIOD_CLOSED, by=by, node=node, about=made, details={"period": period})
    return made
