"""Publishing as work of the background worker: asked for once, seen while it goes on, whole or not at all.

Killed in the middle it has done nothing: the transaction is gone with the worker, and another worker begins again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action
from styrkedja.organisation.models import Person
from styrkedja.wheel.models import AnnualCycle, CycleState, Publishing

from .actions import Tell, locked_draft, publish

PUBLISH = "wheel.publish"  # name of the task in `jobs`
SILENT = dt.timedelta(minutes=2)  # without a sign of life, after which it may be asked for again
NOTED = "UPDATE wheel_publishing SET progress = %s, told_at = clock_timestamp() WHERE cycle_id = %s"


@action
def ask_to_publish(*, cycle: AnnualCycle, expected: int, by: Person) -> Publishing:
    """Hand a draft to the worker. Asked for again while it goes on, nothing more happens.

    Raises Refused and Conflict as `publish`.
    """
    found = locked_draft(cycle, expected)
    if not found.activities.filter(cancelled_at=None).exists():
        raise Refused(_("There is no activity in the year."))
    under_way = Publishing.objects.select_for_update(no_key=True).filter(cycle=found).first()
    if under_way and goes_on(under_way) and under_way.expected == expected:
        return under_way
    now = timezone.now()
    said = {
        "expected": expected, "progress": 0, "refused": "", "asked_by": by, "asked_at": now, "told_at": now,
        "ended_at": None,
    }  # fmt: skip
    row, _new = Publishing.objects.update_or_create(cycle=found, defaults=said)
    app.configure_task(PUBLISH, lock=f"year-{found.pk}", queue="wheel").defer(cycle_id=str(found.pk), expected=expected)
    return row


def goes_on(row: Publishing) -> bool:
    """Has the worker taken it, or will it soon? Not when nothing has been heard for some minutes."""
    return row.ended_at is None and timezone.now() - row.told_at < SILENT


def work(cycle_id: UUID, expected: int) -> None:
    """What the worker does. Again and again if need be: what is published already is left alone."""
    row = Publishing.objects.select_related("cycle", "asked_by").get(cycle=cycle_id)
    if row.cycle.state != CycleState.DRAFT or row.expected != expected or row.ended_at is not None:
        return
    with override(row.asked_by.language if row.asked_by else "sv"):
        try:
            with own_line(cycle_id) as tell:
                _publish_and_end(cycle=row.cycle, expected=expected, tell=tell, by=row.asked_by)
        except Conflict:
            _refuse(row, _("The draft was changed after you looked at it. Look it through and publish it again."))
        except Refused as refused:
            _refuse(row, str(refused))


@action
def _publish_and_end(*, cycle: AnnualCycle, expected: int, tell: Tell, by: Person | None) -> None:
    publish(cycle=cycle, expected=expected, by=by, tell=tell)
    # Last of all: from here on this transaction holds the row that `tell` writes to.
    Publishing.objects.filter(cycle=cycle).update(progress=100, ended_at=timezone.now(), told_at=timezone.now())


def _refuse(row: Publishing, why: str) -> None:
    Publishing.objects.filter(pk=row.pk).update(refused=why, ended_at=timezone.now())


@contextmanager
def own_line(cycle_id: UUID) -> Iterator[Tell]:
    """Says how far it has come over a connection of its own: others see nothing of a transaction before it ends."""
    line: Any = connections.create_connection(DEFAULT_DB_ALIAS)

    def tell(progress: int) -> None:
        with line.cursor() as cursor:
            cursor.execute(NOTED, [progress, cycle_id])

    try:
        yield tell
    finally:
        line.close()
