"""One press, and those who answer for what is late get a mail each: how much, and where; never what. Once a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.writing import action
from styrkedja.dialogues.requests.reminder_actions import APART, Reminded
from styrkedja.organisation import mailing
from styrkedja.organisation.models import Mail, Person
from styrkedja.organisation.tree import Tree
from styrkedja.wheel.models import Task

from .responsible import responsible_of


@action
def remind(*, tasks: Iterable[UUID], tree: Tree, by: Person | None) -> Reminded:
    """Remind of these; a place that has been reminded today already is not again."""
    now = timezone.now()
    rows = Task.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(tasks), outcome="")
    held = list(rows.select_related("activity", "node", "holder").order_by("node__name", "pk"))
    people = responsible_of(held, tree)
    fresh = [one for one in held if one.reminded_at is None or now - one.reminded_at > APART]
    told = [one for one in fresh if people[one.pk]]
    Task.objects.filter(pk__in=[one.pk for one in told]).update(reminded_at=now)
    counted = Counter(person for one in told for person in people[one.pk])
    for person, count in counted.items():
        _mail(person, count)
    for one in told:
        audit.record(Event.REMINDED, by=by, node=one.node, about=one)
    return Reminded(
        sent=_names(told),
        already=_names(one for one in held if one not in fresh),
        nobody=_names(one for one in fresh if one not in told),
    )


def _names(tasks: Iterable[Task]) -> list[str]:
    """Of the places, each once."""
    return list(dict.fromkeys(one.node.name for one in tasks))


def _mail(person: Person, count: int) -> None:
    words = {"count": count}
    mailing.send(to=person, kind=Mail.REMINDER, template="wheel/email/late", words=words, path=reverse("desk:start"))
