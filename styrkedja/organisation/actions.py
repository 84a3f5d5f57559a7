"""Changes to the chain. Earlier years are never rewritten: an end date closes, a new row opens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.values import UnitKind
from styrkedja.core.writing import action, save_version, unless_taken

from .models import Assignment, FormerFacts, FormerName, Mail, Node, NodeKind, Organiser, Person, Placement, Succession
from .tree import tree_on, valid_on

TELL_OLD_ADDRESS = "organisation.tell_old_address"  # name of the task in `organisation.tasks`
# Which kinds may hang under which: the chain of the documents, with steps that may be left out.
ORDER = [k.value for k in NodeKind]


@action
def found_organiser(
    *,
    name: str,
    organisation_number: str,
    municipality_code: str,
    sector: str,
    root_name: str,
    valid_from: dt.date,
    by: Person | None,
    fictional: bool = False,
) -> Organiser:
    """Make the installation's own organiser and the root of its chain. Raises Refused if there is one."""
    if Organiser.objects.exists():
        raise Refused(_("This installation already has an organiser."))
    root = Node.objects.create(
        kind=NodeKind.COUNCIL,
        name=root_name,
        statistical_kind=UnitKind.HUVUDMAN,
        statistical_code=organisation_number,
        valid_from=valid_from,
    )
    organiser = Organiser.objects.create(
        name=name,
        organisation_number=organisation_number,
        municipality_code=municipality_code,
        sector=sector,
        root=root,
        fictional=fictional,
    )
    audit.record(Event.NODE_ADDED, by=by, node=root, about=root)
    return organiser


@action
def add_node(
    *,
    parent: Node,
    kind: str,
    name: str,
    valid_from: dt.date,
    by: Person | None,
    school_forms: Sequence[str] = (),
    statistical_kind: str = "",
    statistical_code: str = "",
) -> Node:
    """Hang a new node under `parent`. Raises Refused when the kind cannot stand there, or the code is another's."""
    _check_order(kind, parent)
    _check_there(parent, valid_from)
    with _code_once(statistical_code):
        node = Node.objects.create(
            kind=kind,
            name=name,
            school_forms=list(school_forms),
            statistical_kind=statistical_kind,
            statistical_code=statistical_code,
            valid_from=valid_from,
        )
    Placement.objects.create(node=node, parent=parent, valid_from=valid_from)
    audit.record(Event.NODE_ADDED, by=by, node=node, about=node, details={"parent": parent.pk})
    return node


def may_stand_under(kind: str, parent: Node) -> bool:
    """Steps of the chain may be left out, never turned round; only administrations may hang in each other."""
    if kind == parent.kind:
        return kind == NodeKind.ADMINISTRATION
    return ORDER.index(kind) > ORDER.index(parent.kind)


def _check_order(kind: str, parent: Node) -> None:
    if not may_stand_under(kind, parent):
        raise Refused(_("A node of this kind cannot stand under %(parent)s.") % {"parent": parent.name})


def _check_there(parent: Node, day: dt.date) -> None:
    """What hangs under a node must not be left hanging in the air."""
    if parent.valid_from > day or (parent.valid_to and parent.valid_to < day):
        raise Refused(_("%(parent)s is not there on that day.") % {"parent": parent.name})
    if parent.valid_to:
        told = {"parent": parent.name, "day": parent.valid_to}
        raise Refused(_("%(parent)s closes after %(day)s. Choose a place that remains.") % told)


def _check_not_under_itself(node: Node, parent: Node, from_date: dt.date) -> None:
    """Not that day, and on no later day for which a move is already decided."""
    later = Placement.objects.filter(valid_from__gt=from_date).values_list("valid_from", flat=True).distinct()
    for day in (from_date, *later):
        if parent.pk == node.pk or parent.pk in tree_on(day).subtree([node.pk]):
            raise Refused(_("A node cannot be moved under itself."))


def _code_once(code: str) -> AbstractContextManager[None]:
    sentence = _("The code %(code)s already belongs to an active node.") % {"code": code}
    return unless_taken(sentence, "node_code_once_at_a_time")


@action
def change_node(
    *,
    node: Node,
    expected: int,
    name: str,
    school_forms: Sequence[str],
    by: Person | None,
    statistical_code: str | None = None,
    holds_from: dt.date | None = None,
) -> Node:
    """Correct a node's name, school forms and (when given) code. With `holds_from` they are new from that day, and
    earlier years keep what stood before (invariant 22); without, it has always been meant so.

    Raises Conflict if it was changed since version `expected`, Refused for a code another node has, or a day it cannot
    begin on.
    """
    fields: dict[str, Any] = {"name": name, "school_forms": list(school_forms)}
    if statistical_code is not None and statistical_code != node.statistical_code:
        kind = UnitKind.SCHOOL_UNIT if statistical_code else ""
        fields |= {"statistical_kind": kind, "statistical_code": statistical_code}
    changed = [field for field, value in fields.items() if getattr(node, field) != value]
    former = {field: getattr(node, field) for field in changed}
    details: dict[str, Any] = {"fields": changed}
    with _code_once(statistical_code or ""):
        save_version(node, expected=expected, fields=fields)
    if holds_from and changed:
        _keep_former(node, former, holds_from)
        details["from"] = holds_from
    audit.record(Event.NODE_CHANGED, by=by, node=node, about=node, details=details)
    return node


def _keep_former(node: Node, former: dict[str, Any], holds_from: dt.date) -> None:
    """What stood holds until the day before. Today at the latest: what a node will be is not shown yet."""
    first = first_day_of_change(node, *former)
    if not first <= holds_from <= timezone.localdate():
        told = {"first": first, "last": timezone.localdate()}
        raise Refused(_("What is new can hold from a day between %(first)s and %(last)s.") % told)
    until = holds_from - dt.timedelta(days=1)
    if "name" in former:
        FormerName.objects.create(node=node, name=former.pop("name"), until=until)
    if "statistical_code" in former:
        former = {"statistical_kind": node.statistical_kind, **former}
    if former:
        FormerFacts.objects.create(node=node, until=until, **former)


def first_day_of_change(node: Node, *fields: str) -> dt.date:
    """The day after the first of what the fields say now."""
    begun = [node.valid_from]
    if "name" in fields and (called := node.former_names.last()):
        begun.append(called.until + dt.timedelta(days=1))
    if set(fields) - {"name"} and (was := node.former_facts.last()):
        begun.append(was.until + dt.timedelta(days=1))
    return max(begun) + dt.timedelta(days=1)


@action
def move_node(*, node: Node, parent: Node, from_date: dt.date, by: Person | None, expected: int | None = None) -> None:
    """Hang a node elsewhere from a day on; the place it had stays in history.

    Raises Refused when it cannot stand there, Conflict when it was changed since version `expected`.
    """
    # One move at a time: two at once could hang each under the other.
    Organiser.objects.select_for_update(no_key=True).first()
    _check_order(node.kind, parent)
    _check_there(parent, from_date)
    _check_not_under_itself(node, parent, from_date)
    save_version(node, expected=node.version if expected is None else expected, fields={})
    old = Placement.objects.select_for_update(no_key=True).filter(node=node, valid_to=None).first()
    if old is None:
        raise Refused(_("%(node)s has no place to be moved from.") % {"node": node.name})
    if from_date <= old.valid_from:
        raise Refused(_("The move must come after the day the node got its present place."))
    old.valid_to = from_date - dt.timedelta(days=1)
    old.save(update_fields=["valid_to"])
    Placement.objects.create(node=node, parent=parent, valid_from=from_date)
    audit.record(Event.NODE_CHANGED, by=by, node=node, about=node, details={"parent": parent.pk, "from": from_date})


@action
def close_node(
    *, node: Node, last_day: dt.date, by: Person | None, expected: int | None = None, with_below: bool = False
) -> None:
    """End a node: after `last_day` it is history. Roles at it end the same day.

    Raises Refused while active nodes hang under it (unless `with_below`, which ends them too) or are to be moved there,
    Conflict when it was changed since version `expected`.
    """
    if node.valid_to is not None:
        raise Refused(_("%(node)s is closed already.") % {"node": node.name})
    if last_day < node.valid_from:
        raise Refused(_("A node cannot end before it began."))
    if Organiser.objects.filter(root=node).exists():
        raise Refused(_("The top of the chain cannot be closed."))
    below = tree_on(last_day + dt.timedelta(days=1)).children(node.pk)
    if with_below:
        for child in below:
            close_node(node=child, last_day=last_day, by=by, with_below=True)
    elif below:
        raise Refused(_("Close or move what lies under %(node)s first.") % {"node": node.name})
    if Placement.objects.filter(parent=node, valid_to=None, node__valid_to=None).exists():  # is to come there later
        raise Refused(_("Close or move what lies under %(node)s first.") % {"node": node.name})
    locked = Node.objects.select_for_update(no_key=True).get(pk=node.pk)
    save_version(node, expected=locked.version if expected is None else expected, fields={"valid_to": last_day})
    Placement.objects.filter(node=node, valid_to=None, valid_from__lte=last_day).update(valid_to=last_day)
    after = Q(valid_to=None) | Q(valid_to__gt=last_day)
    for held in Assignment.objects.select_for_update(no_key=True).filter(after, node=node, valid_from__lte=last_day):
        end_assignment(assignment=held, last_day=last_day, by=by)
    audit.record(Event.NODE_CLOSED, by=by, node=node, about=node, details={"last_day": last_day})


@action
def merge_nodes(
    *,
    predecessors: Sequence[Node],
    successor: Node,
    on_date: dt.date,
    by: Person | None,
    expected: int | None = None,
    with_below: bool = False,
) -> None:
    """`predecessors` end the day before `on_date` and `successor` carries on.

    One predecessor with two successors, in two calls, is a split. `expected` is the version of a single predecessor.
    Raises Refused as `close_node` does, or when the successor is not there that day (it may have lain under them).
    """
    for node in predecessors:
        followed = _("%(node)s is followed by %(other)s already.") % {"node": node, "other": successor}
        with unless_taken(followed, "succession_once"):
            Succession.objects.create(predecessor=node, successor=successor, date=on_date)
        if node.valid_to is None and node.pk != successor.pk:
            close_node(
                node=node,
                last_day=on_date - dt.timedelta(days=1),
                by=by,
                expected=expected,
                with_below=with_below,
            )
    if not Node.objects.filter(valid_on(on_date), pk=successor.pk).exists():
        raise Refused(_("%(parent)s is not there on that day.") % {"parent": successor.name})
    audit.record(
        Event.NODES_MERGED, by=by, node=successor, about=successor, details={"from": [n.pk for n in predecessors]}
    )


@action
def add_person(*, email: str, name: str, by: Person | None, password: str | None = None) -> Person:
    """Someone who may log in. Without a password they set one through the reset page.

    Raises Refused for an address somebody has.
    """
    with _address_once(email):
        person = Person.objects.create_user(email=email, password=password, name=name)
    audit.record(Event.PERSON_ADDED, by=by, about=person)
    return person


def _address_once(email: str) -> AbstractContextManager[None]:
    sentence = _("There is already a person with the address %(email)s.") % {"email": email}
    return unless_taken(sentence, "organisation_person_email_key", "person_email_once_whatever_case")


@action
def assign_role(
    *,
    person: Person,
    role: str,
    node: Node,
    valid_from: dt.date,
    by: Person | None,
    valid_to: dt.date | None = None,
    school_forms: Sequence[str] = (),
    reason: str = "",
) -> Assignment:
    """Give a person a role at a node for a time. `role` is an id of access/roles.py."""
    assignment = Assignment.objects.create(
        person=person,
        role=role,
        node=node,
        school_forms=list(school_forms),
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by=by,
        reason=reason,
    )
    audit.record(Event.ROLE_ASSIGNED, by=by, node=node, about=assignment, details={"role": role, "person": person.pk})
    return assignment


@action
def end_assignment(
    *, assignment: Assignment, last_day: dt.date, by: Person | None, expected: int | None = None
) -> None:
    """The role gives nothing after `last_day`; the row stays as history. Raises Conflict as `save_version` does."""
    if last_day < assignment.valid_from:
        raise Refused(_("A role cannot end before it began."))
    save_version(
        assignment, expected=assignment.version if expected is None else expected, fields={"valid_to": last_day}
    )
    details = {"role": assignment.role, "person": assignment.person_id, "last_day": last_day}
    audit.record(Event.ROLE_ENDED, by=by, node=assignment.node, about=assignment, details=details)


@action
def change_person(
    *, person: Person, expected: int, name: str, email: str, is_active: bool, by: Person | None
) -> Person:
    """Correct a person's name and address, or close the account: then no role gives anything.

    A new address ends the person's logins and is told to the old one (docs/adr/0012). Every change is in the trail of
    each node at which the person holds a role. Raises Conflict if it was changed since version `expected`, Refused for
    an address somebody else has.
    """
    old = person.email
    fields = {"name": name, "email": email, "is_active": is_active}
    changed = [field for field, value in fields.items() if getattr(person, field) != value]
    with _address_once(email):
        save_version(person, expected=expected, fields=fields)
    if "email" in changed:
        EmailAddress.objects.filter(user=person).delete()  # allauth's own copy, by which one could still log in
        told = {"address": old, "language": person.language, "message_id": str(uuid4())}
        app.configure_task(TELL_OLD_ADDRESS, queue="mail").defer(**told)
    held = person.assignments.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())).values("node")
    places: list[Node | None] = [*Node.objects.filter(pk__in=held)]
    for node in places or [None]:
        details = {"fields": changed, "person": person.pk}
        audit.record(Event.PERSON_CHANGED, by=by, node=node, about=person, details=details)
    return person


@action
def choose_mail(*, person: Person, declined: Sequence[str], by: Person | None) -> None:
    """Which mail a person does without. A choice of the person's own, so no version is asked for."""
    Person.objects.filter(pk=person.pk).update(mail_declined=[kind for kind in Mail.values if kind in declined])
    audit.record(Event.PERSON_CHANGED, by=by, about=person, details={"fields": ["mail"]})


@action
def choose_language(*, person: Person, language: str, by: Person | None) -> None:
    """The language of a person's pages. A choice of the person's own, so no version is asked for."""
    Person.objects.filter(pk=person.pk).update(language=language)
    audit.record(Event.PERSON_CHANGED, by=by, about=person, details={"fields": ["language"]})
