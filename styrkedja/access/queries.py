"""Reading people and the audit trail, as far as the person who asks may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from styrkedja.core.audit import Event
from styrkedja.core.models import AuditEvent
from styrkedja.core.sorting import swedish_key
from styrkedja.organisation.models import Assignment, Node, Person
from styrkedja.organisation.tree import valid_on

from .gate import Access
from .permissions import Permission
from .roles import ROLES


def role_name(role: str) -> str:
    """The role's name in the language of the request; an id of an older version is shown as it is."""
    return str(ROLES[role].name) if role in ROLES else role


def people(access: Access) -> QuerySet[Person]:
    """People the asker may see: those with a role, of any time, at nodes where they may read people.

    Who adds people sees everyone, also those without a role.
    """
    if access.holds(Permission.PEOPLE_EDIT):
        return Person.objects.all()
    nodes = access.nodes_for(Permission.PEOPLE_READ)
    return Person.objects.filter(pk__in=Assignment.objects.filter(node__in=nodes).values("person_id"))


def listed_people(access: Access, *, text: str = "", role: str = "") -> list[dict[str, Any]]:
    """[{"person", "roles": [Assignment held today, seen by the asker]}], by name. Two queries beside the access."""
    held: dict[UUID, list[Assignment]] = {}
    nodes = access.nodes_for(Permission.PEOPLE_READ)
    for a in Assignment.objects.filter(valid_on(access.today), node__in=nodes).select_related("node"):
        held.setdefault(a.person_id, []).append(a)
    found = people(access)
    if text := text.strip():
        found = found.filter(Q(name__icontains=text) | Q(email__icontains=text))
    rows: list[dict[str, Any]] = [{"person": p, "roles": held.get(p.pk, [])} for p in found]
    if role:
        rows = [row for row in rows if any(a.role == role for a in row["roles"])]
    return sorted(rows, key=lambda row: swedish_key(row["person"].name))


def roles_of(access: Access, person: Person) -> list[Assignment]:
    """A person's roles of all times, at nodes where the asker may read people; latest first."""
    roles = Assignment.objects.filter(person=person).select_related("node", "granted_by").order_by("-valid_from")
    if access.holds(Permission.PEOPLE_EDIT):
        return list(roles)
    return list(roles.filter(node__in=access.nodes_for(Permission.PEOPLE_READ)))


# --- The audit trail in plain words --------------------------------------------------------------------------------

FIELD_WORDS = {
    "name": gettext_lazy("name"),
    "school_forms": gettext_lazy("school forms"),
    "statistical_code": gettext_lazy("code"),
    "email": gettext_lazy("e-mail address"),
    "is_active": gettext_lazy("open or closed account"),
    "language": gettext_lazy("language"),
    "password": gettext_lazy("password"),
    "mail": gettext_lazy("choice of mail"),
}
DOCUMENT_WORDS = {
    "analysis": gettext_lazy("situation analysis"),
    "quality_report": gettext_lazy("quality report"),
}
# The parts of a document, by the word that stands for them in addresses.
PART_WORDS = {
    "resultat": gettext_lazy("result"),
    "siffra": gettext_lazy("quoted figure"),
    "underlag": gettext_lazy("what has been seen and heard"),
    "utdrag": gettext_lazy("passage from another analysis"),
    "bedomning": gettext_lazy("assessment"),
    "orsak": gettext_lazy("cause"),
    "behov": gettext_lazy("need"),
    "delaktighet": gettext_lazy("participation"),
    "enhet": gettext_lazy("unit"),
}


@dataclass(frozen=True)
class Trace:
    """What has happened, readable: when, who, what, where, and what it was about.

    `seq` and `at` are the latest row's, `first_seq` and `since` the first's: a document is saved as one writes, and
    a spell of writing is told as one.
    """

    seq: int
    first_seq: int
    at: dt.datetime
    since: dt.datetime
    who: str
    what: str
    node: Node | None
    more: str

    @property
    def folded(self) -> bool:
        return self.seq != self.first_seq

    @property
    def took_time(self) -> bool:
        """More than a minute as clocks show it."""
        return self.at.replace(second=0, microsecond=0) != self.since.replace(second=0, microsecond=0)


def trail(access: Access, node: Node) -> QuerySet[AuditEvent]:
    """Audit rows about the node and what lies below it, as far as the asker may read; latest first."""
    below = {node.pk} | access.tree.subtree([node.pk]) & access.nodes_for(Permission.AUDIT_READ)
    return AuditEvent.objects.filter(node_id__in=below).order_by("-seq")


def in_words(events: Iterable[AuditEvent]) -> list[Trace]:
    """The rows with names in place of ids. Four queries, however many rows."""
    rows = list(events)
    documents = _documents({e.about for e in rows})
    people_ids = {i for e in rows for i in (e.actor_id, _uuid(e.details.get("person"))) if i}
    names = {p.pk: p.name for p in Person.objects.filter(pk__in=people_ids)}
    nodes = Node.objects.in_bulk({i for e in rows for i in _node_ids(e)})
    found = []
    for spell in _spells(rows):
        e, first = spell[0], spell[-1]
        told = [words for one in spell for words in _details(one.details, names, nodes)]
        found.append(
            Trace(
                seq=e.seq,
                first_seq=first.seq,
                at=e.at,
                since=first.at,
                who=names.get(e.actor_id, _("A former user")) if e.actor_id else _("The system"),
                what=str(Event(e.event).label) if e.event in Event else e.event,
                node=nodes.get(e.node_id) if e.node_id else None,
                more=" · ".join(dict.fromkeys([*filter(None, [documents.get(e.about)]), *told])),
            )
        )
    return found


def _spells(rows: Iterable[AuditEvent]) -> list[list[AuditEvent]]:
    """The rows, latest first; those of one person writing in one document on one day together."""

    def spell(e: AuditEvent) -> tuple[Any, ...]:
        writing = (e.event, e.actor_id, e.about, timezone.localdate(e.at))
        return writing if e.event == Event.DOCUMENT_CHANGED else (e.seq,)

    return [list(held) for _key, held in groupby(rows, key=spell)]


def _documents(abouts: set[str]) -> dict[str, str]:
    """The documents among what rows are about, named by the row of their beginning: "situation analysis 2024/25"."""
    begun = AuditEvent.objects.filter(event=Event.DOCUMENT_CREATED, about__in=abouts)
    return {
        about: f"{DOCUMENT_WORDS.get(details.get('kind', 'analysis'), '')} {details.get('period', '')}".strip()
        for about, details in begun.values_list("about", "details")
    }


def _node_ids(event: AuditEvent) -> Iterable[UUID]:
    origin = event.details.get("from")
    mentioned = [event.details.get("parent"), *(origin if isinstance(origin, list) else [])]
    return [i for i in (event.node_id, *map(_uuid, mentioned)) if i]


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (TypeError, ValueError, AttributeError):
        return None


def _details(details: dict[str, Any], names: dict[Any, str], nodes: dict[Any, Node]) -> Iterable[str]:
    """What the details say, in words; keys without words of their own are technical and left to the export."""
    if role := details.get("role"):
        yield role_name(role)
    if person := names.get(_uuid(details.get("person"))):
        yield person
    if parent := nodes.get(_uuid(details.get("parent"))):
        yield _("under %(node)s") % {"node": parent}
    if fields := details.get("fields"):
        yield ", ".join(str(FIELD_WORDS[f]) for f in fields if f in FIELD_WORDS)
    origin = details.get("from")
    if isinstance(origin, list):
        yield _("from %(nodes)s") % {"nodes": ", ".join(str(nodes[u]) for i in origin if (u := _uuid(i)) in nodes)}
    elif origin:
        yield _("from %(date)s") % {"date": origin}
    if last_day := details.get("last_day"):
        yield _("last day %(date)s") % {"date": last_day}
    if (part := str(details.get("row", "")).partition(":")[0]) in PART_WORDS:
        yield _("%(part)s, deleted") % {"part": PART_WORDS[part]} if details.get("deleted") else str(PART_WORDS[part])
    if count := details.get("observations"):
        yield ngettext("%(count)s figure", "%(count)s figures", count) % {"count": count}
    if (period := details.get("period")) and "kind" not in details:
        yield str(period)
