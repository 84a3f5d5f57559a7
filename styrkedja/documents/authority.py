"""Who makes a document valid: `authority.toml`, and the delegation rules of the day (domain.md §6, invariant 2)."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission
from styrkedja.core.errors import Refused
from styrkedja.organisation.tree import valid_on

from .models import Authority, DelegationRule, Document

TABLE = Path(__file__).with_name("authority.toml")


@dataclass(frozen=True)
class Rule:
    """One entry of the table."""

    own: Permission | None
    committee: bool
    delegable: bool


@dataclass(frozen=True)
class Minutes:
    """Where a committee's decision can be read."""

    decided_on: dt.date
    paragraph: str
    registry_number: str


@dataclass(frozen=True)
class Way:
    """How somebody may establish a document today. rule: of a delegation."""

    authority: Authority
    rule: DelegationRule | None = None

    @property
    def asks_for_minutes(self) -> bool:
        return self.authority == Authority.COMMITTEE


@cache
def table() -> dict[tuple[str, str], Rule]:
    """By kind of document and kind of node."""
    read = tomllib.loads(TABLE.read_text("utf-8"))
    return {
        (kind, level): Rule(
            own=Permission(entry["own"]) if "own" in entry else None,
            committee=entry.get("committee", False),
            delegable=entry.get("delegable", False),
        )
        for kind, levels in read.items()
        for level, entry in levels.items()
    }


def way_to_establish(access: Access, document: Document) -> Way | None:
    """On own authority, by entering what the committee has decided, or on a delegation valid today; else None."""
    rule = table().get((document.kind, document.node.kind))
    if rule is None:
        return None
    if rule.own and access.can(rule.own, document.node):
        return Way(Authority.OWN)
    if rule.committee and access.can(Permission.DECISION_ENTER, document.node):
        return Way(Authority.COMMITTEE)
    delegated = _delegation(access, document) if rule.delegable else None
    return Way(Authority.DELEGATION, delegated) if delegated else None


def _delegation(access: Access, document: Document) -> DelegationRule | None:
    """The rule that lets one of the person's roles of today establish the document."""
    roles = {(a.role, a.node_id) for a in access.assignments}
    above = {node.pk for node in access.tree.ancestors(document.node_id)} | {document.node_id}
    found = DelegationRule.objects.filter(
        valid_on(access.today), kind=document.kind, level=document.node.kind, node__in=above
    )
    return next((rule for rule in found.order_by("valid_from", "pk") if (rule.role, rule.node_id) in roles), None)


def check_minutes(minutes: Minutes | None) -> Minutes:
    """Raises Refused without date, paragraph and registry number, or with a date that has not been."""
    if minutes is None or not minutes.paragraph.strip() or not minutes.registry_number.strip():
        raise Refused(_("Enter the date, the paragraph and the registry number of the committee's decision."))
    if minutes.decided_on > timezone.localdate():
        raise Refused(_("The committee's decision cannot be dated after today."))
    return minutes
