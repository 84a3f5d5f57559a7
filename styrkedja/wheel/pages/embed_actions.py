"""Whether the public activities of a year may be shown on the organiser's other pages."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Person
from styrkedja.wheel.models import AnnualCycle, CycleState
from styrkedja.wheel.years.actions import locked


@action
def show_publicly(*, cycle: AnnualCycle, expected: int, shown: bool, by: Person | None) -> AnnualCycle:
    """Switch a year's public page on or off. Raises Refused for a draft, Conflict for an old version."""
    found = locked(cycle)
    if found.state == CycleState.DRAFT:
        raise Refused(_("The year is not published yet. Publish it first."))
    since = timezone.now() if shown else None
    save_version(found, expected=expected, fields={"embedded_at": since})
    audit.record(Event.CYCLE_CHANGED, by=by, node=found.node, about=found, details={"public_page": shown})
    return found
