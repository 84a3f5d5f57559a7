"""Roles given and ended by a person, after the rules of `granting`. Every one leaves an audit row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from styrkedja.core.writing import action
from styrkedja.organisation import actions as organisation
from styrkedja.organisation.models import Assignment, Node, Person

from . import granting


@action
def give_role(
    *,
    person: Person,
    role: str,
    node: Node,
    valid_from: dt.date,
    by: Person,
    valid_to: dt.date | None = None,
    school_forms: Sequence[str] = (),
    reason: str = "",
) -> Assignment:
    """Give a person a role at a node. Raises Refused (see `granting`)."""
    granting.check_grant(
        role=role,
        person=person,
        node=node,
        first_day=valid_from,
        last_day=valid_to,
        school_forms=school_forms,
        by=by,
    )
    return organisation.assign_role(
        person=person,
        role=role,
        node=node,
        valid_from=valid_from,
        valid_to=valid_to,
        school_forms=school_forms,
        reason=reason,
        by=by,
    )


@action
def end_role(*, assignment: Assignment, last_day: dt.date, expected: int, by: Person) -> None:
    """End a role. Raises Refused (see `granting`), Conflict if it was changed since version `expected`."""
    granting.check_end(assignment=assignment, last_day=last_day, today=timezone.localdate())
    organisation.end_assignment(assignment=assignment, last_day=last_day, expected=expected, by=by)


@action
def change_person(*, person: Person, expected: int, name: str, email: str, is_active: bool, by: Person) -> Person:
    """Correct a person, or close or reopen the account. Raises Refused and Conflict."""
    if person.is_active and not is_active:
        granting.check_closing(person=person, today=timezone.localdate())
    return organisation.change_person(
        person=person, expected=expected, name=name, email=email, is_active=is_active, by=by
    )
