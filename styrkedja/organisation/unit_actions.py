"""A list of units taken in: kept after reading, written to the chain after a person has looked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence, Set
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.values import UnitKind
from styrkedja.core.writing import action

from . import actions
from .models import Node, NodeKind, Organiser, Person, UnitList
from .tree import tree_on
from .unit_lists import ADD, CHANGE, Change, compare, first_day_of, last_day_of
from .unit_rows import UnitRow


@action
def keep_unit_list(
    *, file_name: str, form: str, rows: Sequence[UnitRow], errors: Sequence[dict[str, Any]], by: Person | None
) -> UnitList:
    """What was read, until it is confirmed. Units the file says belong to others are not kept."""
    own = Organiser.objects.values_list("organisation_number", flat=True).first()
    kept = [row.as_json() for row in rows if row.organiser in ("", own)]
    found = UnitList.objects.create(
        file_name=file_name[:255], form=form, rows=kept, errors=list(errors), received_by=by
    )
    audit.record(Event.FILE_RECEIVED, by=by, about=found, details={"rows": len(kept)})
    return found


@action
def load_units(
    *,
    units: UnitList,
    take: Set[str],
    under: Node | None,
    first_day: dt.date,
    fingerprint: str,
    reach: Set[UUID],
    by: Person | None,
) -> dict[str, int]:
    """Write the changes named in `take` (their keys): {"add": n, "change": n, "close": n}. All of them or nothing.

    under: where new units go that the file gives no place; first_day: theirs when the file gives none.
    Raises Refused when the list was taken in already or the chain has changed since `fingerprint` was shown.
    """
    locked = UnitList.objects.select_for_update(no_key=True).get(pk=units.pk)
    organiser = Organiser.objects.select_for_update(no_key=True).get()  # one load at a time
    if locked.confirmed_at is not None:
        raise Refused(_("This list has been loaded already."))
    today = timezone.localdate()
    rows = [UnitRow.from_json(row) for row in locked.rows]
    comparison = compare(rows, organiser=organiser, tree=tree_on(today), reach=reach)
    if comparison.fingerprint != fingerprint:
        raise Refused(_("The chain has changed since the list was shown. Nothing is written; look through it again."))
    counts: dict[str, int] = {}
    for change in comparison.changes:
        if change.key in take:
            _carry_out(change, under=under, first_day=first_day, today=today, by=by)
            counts[change.what] = counts.get(change.what, 0) + 1
    locked.confirmed_at = timezone.now()
    locked.save(update_fields=["confirmed_at"])
    return counts


def _carry_out(change: Change, *, under: Node | None, first_day: dt.date, today: dt.date, by: Person | None) -> None:
    row, node = change.row, change.node
    if change.what == ADD:
        above = change.under or under
        if above is None:
            raise Refused(_("Choose where the new units lie."))
        begins = max(first_day_of(row, first_day), above.valid_from)
        node = actions.add_node(
            parent=above,
            kind=NodeKind.UNIT,
            name=row.name,
            school_forms=row.forms or (),
            statistical_kind=UnitKind.SCHOOL_UNIT if row.code else "",
            statistical_code=row.code,
            valid_from=begins,
            by=by,
        )
        if row.last_day:
            actions.close_node(node=node, last_day=last_day_of(row, today), by=by)
        return
    assert node is not None
    if change.what == CHANGE:
        _change(node, row, today=today, by=by)
        return
    last_day = max(last_day_of(row, today), node.valid_from)
    actions.close_node(node=node, last_day=last_day, by=by, expected=node.version, with_below=True)


def _change(node: Node, row: UnitRow, *, today: dt.date, by: Person | None) -> None:
    """What the list brings is new from today; a name of which only the case differs is a correction, in all years."""

    def write(field: str, forms: Sequence[str], *, new: bool) -> None:
        holds_from = today if new and actions.first_day_of_change(node, field) <= today else None
        actions.change_node(
            node=node, expected=node.version, name=row.name, school_forms=forms, holds_from=holds_from, by=by
        )

    forms = node.school_forms if row.forms is None else row.forms
    if row.name != node.name:
        write("name", node.school_forms, new=row.name.casefold() != node.name.casefold())
    if set(forms) != set(node.school_forms):
        write("school_forms", forms, new=True)
