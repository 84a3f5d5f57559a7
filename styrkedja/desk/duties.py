"""What I owe, to whom and by when; what I am owed; what is mine to follow up and to judge. Overdue first.

Serves the duty to answer (product.md): both sides see the same things with the same age.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.dialogues import owing
from styrkedja.dialogues.leaders import led
from styrkedja.dialogues.owing import ToAccept, Together
from styrkedja.dialogues.selfcheck import queries as selfcheck
from styrkedja.dialogues.selfcheck.catalogue import form
from styrkedja.plans.initiatives import cycles, listing
from styrkedja.plans.initiatives.listing import Line
from styrkedja.plans.initiatives.places import Places
from styrkedja.plans.initiatives.transitions import ENDED, RUNNING
from styrkedja.wheel.tasks.duties import TaskDuty, duties_of

FAR = 60  # days; what is farther off is told by its date
SOON = dt.timedelta(days=14)


@dataclass(frozen=True)
class Duty:
    """One line of a list. due: None where there is no date."""

    label: str
    url: str
    due: dt.date | None
    note: str
    overdue_days: int = 0

    @property
    def as_task(self) -> dict[str, Any]:
        """For `_components/task_list`."""
        late = self.overdue_days > 0
        tone = "bad" if late else "attention" if self.overdue_days > -4 and self.due else "neutral"
        return {"label": self.label, "href": self.url, "note": self.note, "status": self.when, "tone": tone}

    @property
    def when(self) -> str:
        """How many days it is late or how many are left; the day itself, where that is far off; "" without a date."""
        late = self.overdue_days
        if late > 0:
            return ngettext("%(count)s day late", "%(count)s days late", late) % {"count": late}
        if self.due is None:
            return ""
        left = (self.due - timezone.localdate()).days
        if left <= 0:
            return _("Today")
        if left > FAR:
            return _("by %(day)s") % {"day": date_format(self.due, "j F Y")}
        return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}


def in_order(duties: Iterable[Duty]) -> list[Duty]:
    """What is latest first, then by date; what has no date last."""
    return sorted(duties, key=lambda d: (d.due or dt.date.max, d.label))


@dataclass(frozen=True)
class Owed:
    """by_me: what my nodes owe; what a node without a leader owes stands with those above; and what I asked for myself.
    to_me: what my nodes are owed, in the words of who waits. to_accept: answers that are handed in.
    """

    by_me: list[Duty]
    to_me: list[Duty]
    to_accept: list[Duty]


def answered_for(access: Access) -> set[UUID]:
    """Of the nodes the person may ask and those below them, the ones somebody answers for. One query."""
    return led(access.nodes_for(P.REQUEST_MAKE) | access.tree.subtree(access.nodes_for(P.REQUEST_ANSWER)))


def owed(access: Access, answered: Collection[UUID] | None = None) -> Owed:
    """answered: `answered_for`, where that has been read already."""
    answers, asks = access.nodes_for(P.REQUEST_ANSWER), access.nodes_for(P.REQUEST_MAKE)
    nodes = {"answers": answers, "asks": asks, "waits": answers | _own(access, asks)}
    unled = asks - set(answered_for(access) if answered is None else answered)
    by_me, to_me, to_accept = owing.of_person(**nodes, unled=unled, nodes=access.tree.nodes, person=access.person)
    return Owed(
        in_order([*(_duty(one, answering=True) for one in by_me), *_self_checks(access, answers)]),
        in_order(_duty(one, answering=False) for one in to_me),
        [_accepting(one) for one in to_accept],
    )


def _self_checks(access: Access, nodes: Collection[UUID]) -> list[Duty]:
    """Self-checks my nodes have been asked to answer. One query."""
    found = []
    for sheet in selfcheck.waiting_for(nodes):
        check = sheet.check_round
        said = _("to %(whom)s by %(day)s") % {"whom": check.node.name, "day": date_format(check.due, "j F")}
        label = _("Self-check: %(name)s") % {"name": form(check.form).name}
        url, late = reverse("dialogues:self_check_sheet", args=[sheet.pk]), (access.today - check.due).days
        found.append(Duty(label=label, url=url, due=check.due, note=f"{said}, {sheet.node}", overdue_days=late))
    return found


def _accepting(waiting: ToAccept) -> Duty:
    """Without a date: nobody has promised one before the answer is accepted. It says since when it lies there."""
    one, many = waiting.oldest, waiting.places > 1
    view, id = ("dialogues:request", one.request_id) if many else ("dialogues:answer", one.pk)
    whom = ngettext("%(count)s place", "%(count)s places", waiting.places) % {"count": waiting.places}
    said = _("from %(whom)s, handed in %(day)s") % {
        "whom": whom if many else one.node.name,
        "day": date_format(timezone.localdate(one.changed_at), "j F"),
    }
    return Duty(label=str(one.request), url=reverse(view, args=[id]), due=None, note=said)


def _own(access: Access, nodes: Iterable[UUID]) -> set[UUID]:
    return {a.node_id for a in access.assignments} & set(nodes)


def _duty(owed: Together, *, answering: bool) -> Duty:
    """What is the same thing towards many is one line, with the latest of them."""
    one, many = owed.latest, owed.places > 1
    url = reverse(one.url_name, args=one.url_args)
    if many and (not answering or one.kind != "submission"):
        url = reverse("dialogues:request", args=[one.request_id])
    whom = (one.to if answering else one.owes).name
    if many:
        whom = ngettext("%(count)s place", "%(count)s places", owed.places) % {"count": owed.places}
    said = (_("to %(whom)s by %(day)s") if answering else _("from %(whom)s by %(day)s")) % {
        "whom": whom,
        "day": date_format(one.due, "j F"),
    }
    if one.age_days:
        said += ", " + ngettext("open for %(days)s day", "open for %(days)s days", one.age_days) % {
            "days": one.age_days
        }
    return Duty(
        label=f"{one.kind_word}: {one.title}",
        url=url,
        due=one.due,
        note=said,
        overdue_days=one.overdue_days,
    )


# Initiatives


@dataclass(frozen=True)
class Initiatives:
    to_follow_up: list[Duty]
    to_evaluate: list[Duty]
    to_hand_on: list[Duty]  # whoever was responsible has no role there any more


def initiatives(access: Access) -> Initiatives:
    """What I am responsible for; and at the nodes I lead, what nobody judges or is responsible for. Six queries."""
    led, me, near = access.nodes_for(P.REQUEST_ANSWER), access.person.pk, access.today + SOON
    wanted = Q(holder=access.person) | Q(node__any_of=led)
    found = listing.lines(access, wanted, Places(access.tree), *RUNNING, *ENDED)
    mine = [one for one in found if one.initiative.holder_id == me and not one.holder_gone]
    return Initiatives(
        to_follow_up=in_order(_following_up(one, one.due) for one in mine if one.due),
        to_evaluate=in_order(
            _judging(one, mine=one in mine)
            for one in found
            if one.overdue_since or (one in mine and (one.initiative.evaluation_date or dt.date.max) <= near)
        ),
        to_hand_on=in_order(_handing_on(one) for one in found if one.holder_gone and one.here.pk in led),
    )


def _following_up(line: Line, due: cycles.Due) -> Duty:
    note = _("%(node)s, %(cycle)s") % {"node": line.here.name, "cycle": due.name}
    return _about(line, due.last_day, note, (line.today - due.last_day).days)


def _judging(line: Line, *, mine: bool) -> Duty:
    since = line.overdue_since or line.initiative.evaluation_date
    holder = line.initiative.holder
    note = line.here.name if mine or holder is None else f"{line.here.name}, {holder}"
    return _about(line, since, note, line.overdue_days or 0)


def _handing_on(line: Line) -> Duty:
    return _about(line, None, _("%(node)s: name another who is responsible") % {"node": line.here.name}, 0)


def _about(line: Line, due: dt.date | None, note: str, late: int) -> Duty:
    return Duty(line.initiative.title, reverse("plans:initiative", args=[line.initiative.pk]), due, note, late)


# The year


@dataclass(frozen=True)
class Year:
    """mine: tasks of the year I answer for; beside: what I take part in."""

    mine: list[Duty]
    beside: list[Duty]


def year(access: Access, answered: Collection[UUID] | None = None) -> Year:
    """What is late, goes on or begins within two months. Five queries, two more where initiatives are followed up."""
    found = duties_of(access, answered=answered_for(access) if answered is None else answered)
    return Year(
        mine=[_of_the_year(one, access.today) for one in found if one.mine],
        beside=[_of_the_year(one, access.today) for one in found if not one.mine],
    )


def _of_the_year(one: TaskDuty, today: dt.date) -> Duty:
    """Of what many places below do, one line that leads to all of them."""
    activity = one.activity
    if one.task is None:
        url, where = reverse("wheel:activity", args=[activity.cycle.node_id, activity.pk]), ""
    else:
        url, where = reverse("wheel:task", args=[one.task.pk]), one.task.node.name
    begins = _("begins %(day)s") % {"day": date_format(activity.starts, "j F")} if activity.starts > today else ""
    return Duty(
        label=activity.title,
        url=url,
        due=activity.ends,
        note=", ".join(filter(None, [where, begins])),
        overdue_days=(today - activity.ends).days,
    )
