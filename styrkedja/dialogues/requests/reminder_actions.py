"""Reminders: one press, and those who answer for each place get a mail with a link. At most one a day of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.writing import action
from styrkedja.dialogues.leaders import leaders_of
from styrkedja.dialogues.models import Obligation
from styrkedja.dialogues.owing import page_of_debtor
from styrkedja.organisation import mailing
from styrkedja.organisation.models import Mail, Person

APART = dt.timedelta(hours=20)  # a second press the same day reminds nobody twice


@dataclass(frozen=True)
class Reminded:
    """Names of places: reminded, reminded already today, and without anyone to remind (what is owed stands)."""

    sent: list[str]
    already: list[str]
    nobody: list[str]


@action
def remind(*, obligations: Iterable[UUID], by: Person | None) -> Reminded:
    """Remind of what is still owed among these; what is met meanwhile is passed over."""
    now = timezone.now()
    rows = Obligation.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(obligations))
    owed = list(rows.filter(met_at=None, lifted_at=None).select_related("owes", "to").order_by("pk"))
    leaders = leaders_of([o.owes_id for o in owed])
    fresh = [o for o in owed if o.reminded_at is None or now - o.reminded_at > APART]
    told = [o for o in fresh if o.owes_id in leaders]
    Obligation.objects.filter(pk__in=[o.pk for o in told]).update(reminded_at=now)
    for obligation in told:
        for person in leaders[obligation.owes_id]:
            _mail(person, obligation)
    for obligation in told:
        audit.record(Event.REMINDED, by=by, node=obligation.owes, about=obligation)
    return Reminded(
        sent=[o.owes.name for o in told],
        already=[o.owes.name for o in owed if o not in fresh],
        nobody=[o.owes.name for o in fresh if o not in told],
    )


def _mail(person: Person, obligation: Obligation) -> None:
    mailing.send(
        to=person,
        kind=Mail.REMINDER,
        template="dialogues/email/reminder",
        words={"node": obligation.to, "due": date_format(obligation.due, "Y-m-d")},
        path=reverse(page_of_debtor(obligation), args=[obligation.receiver_id]),
    )
