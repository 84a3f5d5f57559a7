"""Whom to tell of tasks that are not done: those who answer for them, and when it has gone on, those above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from styrkedja.dialogues.leaders import leaders_of
from styrkedja.organisation.models import Person
from styrkedja.organisation.tree import Tree, tree_on
from styrkedja.wheel.checks import evidence_of
from styrkedja.wheel.models import CycleState, Task

from .queries import settings
from .responsible import responsible_of


@dataclass(frozen=True)
class Waiting:
    """A task that is not done, and who is to be told."""

    task: Task
    people: list[Person]

    @property
    def ends(self) -> dt.date:
        return self.task.activity.ends


def ending(days: Collection[dt.date], today: dt.date) -> list[Waiting]:
    """Those whose last day is one of these, with who answers for each."""
    return _answered(_undone(Q(activity__ends__in=days), today), tree_on(today))


def late_or_ending_by(day: dt.date, today: dt.date) -> list[Waiting]:
    """Those that are late, and those whose last day comes by then."""
    return _answered(_undone(Q(activity__ends__lte=day), today), tree_on(today))


def told_above(today: dt.date) -> list[Waiting]:
    """Those so late that who answers for the place above is to know, with those people. None where that is never."""
    after = settings().escalate_after
    if not after:
        return []
    tasks, tree = _undone(Q(activity__ends__lte=today - dt.timedelta(days=after)), today), tree_on(today)
    own, lines = responsible_of(tasks, tree), _lines_of_leaders({task.node_id for task in tasks}, tree)
    found = [Waiting(task, _nearest_else(lines[task.node_id], own[task.pk])) for task in tasks]
    return [one for one in found if one.people]


def _undone(which: Q, today: dt.date) -> list[Task]:
    """Of published years, without outcome, and not done by the work."""
    tasks = list(
        Task.objects.filter(
            which,
            activity__cycle__state=CycleState.PUBLISHED,
            activity__cancelled_at=None,
            outcome="",
        ).select_related("activity__cycle", "holder")
    )
    shown = evidence_of(tasks, today) if tasks else {}
    return [task for task in tasks if task.pk not in shown]


def _answered(tasks: list[Task], tree: Tree) -> list[Waiting]:
    people = responsible_of(tasks, tree)
    return [Waiting(task, people[task.pk]) for task in tasks]


def _nearest_else(line: Iterable[list[Person]], own: Collection[Person]) -> list[Person]:
    """Who answers for the nearest place above, but for those who answer for the task themselves; where that leaves
    nobody, as when a place has no leader, those above that.
    """
    others = ([person for person in people if person not in own] for people in line)
    return next((people for people in others if people), [])


def _lines_of_leaders(nodes: Iterable[UUID], tree: Tree) -> dict[UUID, list[list[Person]]]:
    """Who answers for each place above each node, from the nearest up."""
    lines = {node: [n.pk for n in reversed(tree.ancestors(node))] for node in nodes}
    leaders = leaders_of({pk for line in lines.values() for pk in line})
    return {node: [leaders[pk] for pk in line if pk in leaders] for node, line in lines.items()}
