"""Who may give which role to whom: the rules behind "give a role" and "end a role" (trust.md §3, domain.md §5).

- Only who holds PEOPLE_EDIT at the node, and only roles that make sense at that kind of node.
- Nobody gives a role to themselves. A system administrator reads no content; with this rule, getting any takes a second
  person, and the audit trail names both.
- A reviewer's role has a last day.
- What somebody has already is not given once more.
- An end is moved earlier, never later: longer is a role given again, after all these rules.
- The last system administrator stays, so that somebody can always add people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from styrkedja.core.errors import Refused
from styrkedja.organisation.models import Assignment, Node, Organiser, Person
from styrkedja.organisation.tree import valid_on

from .permissions import Permission
from .roles import ROLES, Role


def roles_for(node: Node) -> list[Role]:
    """Roles that can be held at this kind of node, in the order of roles.py."""
    return [role for role in ROLES.values() if node.kind in role.levels]


def check_grant(
    *,
    role: str,
    person: Person,
    node: Node,
    first_day: dt.date,
    last_day: dt.date | None,
    school_forms: Sequence[str],
    by: Person,
) -> None:
    """Raises Refused with the reason."""
    if role not in ROLES or node.kind not in ROLES[role].levels:
        raise Refused(_("This role is not held at %(node)s.") % {"node": node.name})
    if person.pk == by.pk:
        raise Refused(_("You cannot give yourself a role. Ask another system administrator."))
    if ROLES[role].time_limited and last_day is None:
        raise Refused(_("This role needs a last day: it is held for a review, not for good."))
    if _held_already(role, person, node, first_day, last_day, frozenset(school_forms)):
        told = {"name": person.name, "node": node.name}
        raise Refused(_("%(name)s has this role at %(node)s already, all that time.") % told)


def _held_already(
    role: str, person: Person, node: Node, first_day: dt.date, last_day: dt.date | None, forms: frozenset[str]
) -> bool:
    """Does an earlier assignment give all of it? Given twice, it would still be held when one of the two is ended."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # two who give it at once: one after the other
    held = Assignment.objects.filter(valid_on(first_day), person=person, role=role, node=node)
    return any(
        (a.valid_to is None or (last_day is not None and last_day <= a.valid_to))
        and (not a.school_forms or (bool(forms) and forms <= set(a.school_forms)))
        for a in held
    )


def check_end(*, assignment: Assignment, last_day: dt.date, today: dt.date) -> None:
    """Raises Refused with the reason."""
    if last_day < today - dt.timedelta(days=1):
        raise Refused(_("What has been cannot be changed: yesterday is the earliest last day."))
    if assignment.valid_to and last_day > assignment.valid_to:
        raise Refused(_("The role already ends before that day. To prolong it, give it again."))
    if assignment.role in _administrators() and not _somebody_else(assignment, last_day):
        raise Refused(_("This is the last system administrator. Give somebody else the role first."))


def check_closing(*, person: Person, today: dt.date) -> None:
    """Raises Refused when closing the account leaves nobody who can add people."""
    held = person.assignments.filter(valid_on(today))
    if any(a.role in _administrators() and not _somebody_else(a, today) for a in held):
        raise Refused(_("This is the last system administrator. Give somebody else the role first."))


def _administrators() -> list[str]:
    """Roles that give roles. A role of an older version of the program, which gives nothing, is none of them."""
    return [role.id for role in ROLES.values() if Permission.PEOPLE_EDIT in role.grants]


def _somebody_else(assignment: Assignment, last_day: dt.date) -> bool:
    """Does another active person hold such a role, without end, the day after? Others who ask wait for our answer."""
    Organiser.objects.select_for_update(no_key=True).first()
    others = Assignment.objects.filter(
        valid_on(last_day + dt.timedelta(days=1)), role__in=_administrators(), valid_to=None, person__is_active=True
    )
    return others.exclude(person_id=assignment.person_id).exists()
