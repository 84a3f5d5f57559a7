"""One activity at many places: how far each has come, the late first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from styrkedja.access.gate import Access
from styrkedja.core.sorting import swedish_key
from styrkedja.organisation.models import Node
from styrkedja.wheel import checks
from styrkedja.wheel.entries import Done, EntryState
from styrkedja.wheel.models import Activity, Task

from .reading import state_of
from .responsible import responsible_of, words

ORDER = list(EntryState)
PRESSING = (EntryState.LATE, EntryState.ONGOING, EntryState.COMING)


@dataclass(frozen=True)
class AtPlace:
    task: Task
    state: EntryState
    done: Done | None
    responsible: str


def at_places(access: Access, node: Node, activity: Activity) -> dict[str, Any]:
    """{"at": [AtPlace], "counts": {state: how many}} at the node and below it. Queries independent of the number."""
    nodes = access.tree.subtree([node.pk]) | {node.pk}
    tasks = list(Task.objects.filter(activity=activity, node__any_of=nodes).select_related("node", "holder"))
    for task in tasks:
        task.activity = activity
    done, people = checks.done_of(tasks, access.today), responsible_of(tasks, access.tree)
    found = [
        AtPlace(
            task=task,
            state=state_of(task, access.today, done=task.pk in done),
            done=done.get(task.pk),
            responsible=words(people[task.pk], activity),
        )
        for task in tasks
    ]
    found.sort(key=lambda one: (_pressing(one.state), swedish_key(one.task.node.name)))
    counts = {state: sum(one.state == state for one in found) for state in EntryState}
    return {"at": found, "counts": [(state, count) for state, count in counts.items() if count]}


def _pressing(state: EntryState) -> int:
    return PRESSING.index(state) if state in PRESSING else len(PRESSING) + ORDER.index(state)
