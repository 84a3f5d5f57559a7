"""Delegation rules entered and ended by a registrar: who may establish what on delegation, from when to when."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission
from styrkedja.access.roles import ROLES
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Node, Person

from .authority import Minutes, check_minutes, table
from .models import DelegationRule, DocumentVersion


@dataclass(frozen=True)
class Delegated:
    """What is delegated to whom: a kind of document at a level of nodes, to the holders of a role at `node`."""

    kind: str
    level: str
    role: str
    valid_from: dt.date
    valid_to: dt.date | None


@action
def enter(*, node: Node, delegated: Delegated, minutes: Minutes, by: Person) -> DelegationRule:
    """Enter a decision on delegation. It reaches the node's holders of the role, for documents at or below the node.

    Raises Refused for what cannot be delegated, a role that is not held there, days in the wrong order, and whoever may
    not enter decisions at the node.
    """
    if not Access(by).can(Permission.DECISION_ENTER, node):
        raise Refused(_("You do not have the right to do this. Nothing was changed."))
    rule = table().get((delegated.kind, delegated.level))
    if rule is None or not rule.delegable:
        raise Refused(_("Establishing this cannot be delegated."))
    if delegated.role not in ROLES or node.kind not in ROLES[delegated.role].levels:
        raise Refused(_("The role cannot be held at %(node)s.") % {"node": node.name})
    check_minutes(minutes)
    if minutes.decided_on > delegated.valid_from:
        raise Refused(_("A delegation holds at the earliest from the day it is decided."))
    if delegated.valid_to and delegated.valid_to < delegated.valid_from:
        raise Refused(_("The last day is before the first."))
    entered = DelegationRule.objects.create(node=node, entered_by=by, **asdict(delegated), **asdict(minutes))
    details = {**asdict(delegated), **asdict(minutes)}
    audit.record(Event.DELEGATION_ENTERED, by=by, node=node, about=entered, details=details)
    return entered


@action
def end(*, rule: DelegationRule, last_day: dt.date, expected: int, by: Person) -> DelegationRule:
    """Let a rule end earlier. What was established on it stays so, and is never after its end.

    Raises Refused for a day that lies back, before it begins or after its end; Conflict if it was changed since.
    """
    if not Access(by).reaches(rule.node_id, Permission.DECISION_ENTER):
        raise Refused(_("You do not have the right to do this. Nothing was changed."))
    held = DelegationRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    if last_day < max(held.valid_from, timezone.localdate()):
        raise Refused(_("It can end today at the earliest, and not before it begins."))
    if held.valid_to and last_day > held.valid_to:
        raise Refused(_("It ends before that already. Longer takes a new decision."))
    ended = save_version(held, expected=expected, fields={"valid_to": last_day})
    details = {"valid_to": last_day, "used": DocumentVersion.objects.filter(delegation=rule).count()}
    audit.record(Event.DELEGATION_ENTERED, by=by, node=held.node, about=held, details=details)
    return ended
