"""What a place does with its tasks: says that one is done where nothing else shows it, adds to it, names a holder."""

from __future__ import annotations

from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Person
from styrkedja.organisation.tree import Tree
from styrkedja.wheel.models import CycleState, DoneCheck, Task, Tick

from .responsible import Roles

WORDS = 500


@action
def tick(*, task: Task, done: bool, words: str = "", by: Person | None) -> Tick:
    """Say that it is done, or take it back. Refused where the work itself shows it, and where it stands so already."""
    stored = _open(task)
    if stored.activity.done_check != DoneCheck.TICK:
        raise Refused(_("The work shows whether this is done. It cannot be ticked."))
    latest = stored.ticks.order_by("-made_at", "-id").first()
    if (latest is not None and latest.done) is done:
        raise Refused(_("It is ticked already.") if done else _("It is not ticked."))
    made = Tick.objects.create(task=stored, done=done, words=words.strip()[:WORDS] if done else "", made_by=by)
    audit.record(Event.TASK_TICKED, by=by, node=stored.node, about=stored, details={"done": done})
    return made


@action
def complement(*, task: Task, note: str, expected: int, by: Person | None) -> Task:
    """The place's own words beside what comes from above; those stay as they are."""
    stored = _open(task)
    stored = save_version(stored, expected=expected, fields={"note": note.strip(), "changed_by": by})
    audit.record(Event.TASK_CHANGED, by=by, node=stored.node, about=stored, details={"what": "note"})
    return stored


@action
def name_holder(*, task: Task, holder: Person | None, tree: Tree, expected: int, by: Person | None) -> Task:
    """Who is to do it; None: whoever holds the role there. They need a role at the place, above it or within it."""
    stored = _open(task)
    if holder is not None:
        roles = Roles(tree, [stored.node_id], [], [holder.pk])
        if not holder.is_active or not roles.still_there(holder.pk, stored.node_id):
            raise Refused(_("%(name)s has no role here today. Choose somebody else.") % {"name": holder.name})
    stored = save_version(stored, expected=expected, fields={"holder": holder, "changed_by": by})
    details = {"what": "holder", "holder": str(holder.pk) if holder else ""}
    audit.record(Event.TASK_CHANGED, by=by, node=stored.node, about=stored, details=details)
    return stored


def _open(task: Task) -> Task:
    """The task, locked. Raises Refused where its year is closed, or it is ended or cancelled."""
    rows = Task.objects.select_for_update(no_key=True, of=("self",)).select_related("activity__cycle", "node")
    stored = rows.get(pk=task.pk)
    if stored.activity.cycle.state != CycleState.PUBLISHED:
        raise Refused(_("The year is closed. Nothing was changed."))
    if stored.activity.cancelled_at:
        raise Refused(_("The activity is cancelled. Nothing was changed."))
    if stored.outcome:
        raise Refused(_("The task is ended. Nothing was changed."))
    return stored
