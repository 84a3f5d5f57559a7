"""An initiative from proposal to end: written, decided, begun, completed or stopped. *Hur gör vi?*

Every change locks the initiative's row first, so two who press at once are taken one after the other. What is decided
keeps its aim, expected effect and target for ever: only dates, holder, participants and resources may change, with a
reason that is kept (`InitiativeChange`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission
from styrkedja.analyses.queries import UNDO_DAYS
from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.tree import tree_on
from styrkedja.plans.goals import closing
from styrkedja.plans.models import (
    Activity,
    Initiative,
    InitiativeChange,
    InitiativeKind,
    InitiativeNeed,
    InitiativeState,
    Participant,
)

from . import effects, queries, rules
from .places import Places
from .transitions import RUNNING, TRANSITIONS, Asks, Move

PROPOSED_FIELDS = (
    "title", "kind", "period", "goal", "aim", "effect", "indicator", "part", "target", "target_date", "sign",
    "ground", "reference", "resources", "starts_on", "ends_on", "evaluation_form", "evaluation_date", "holder",
)  # fmt: skip
LATER_FIELDS = ("starts_on", "ends_on", "evaluation_date", "holder", "resources")


class Incomplete(Refused):
    """Something is missing: `missing` says what, and in which field."""

    def __init__(self, missing: list[rules.Missing]) -> None:
        super().__init__(" ".join(one.text for one in missing))
        self.missing = missing


@action
def propose(
    *,
    node: Node,
    period: str,
    title: str,
    by: Person | None,
    kind: str = InitiativeKind.INITIATIVE,
    needs: Iterable[str] = (),
    fields: Mapping[str, Any] | None = None,
    continues: Initiative | None = None,
) -> Initiative:
    """A new proposal with a first empty activity to write in. `needs`: keys of `queries.needs_for`.

    Raises Refused without a title or for what is no period.
    """
    if not title.strip():
        raise Refused(_("Write what the initiative is called."))
    if not periods.is_period(period):
        raise Refused(_("Choose a school year, such as 2025/26."))
    if kind not in InitiativeKind.values:
        raise Refused(_("Choose among those listed."))
    closing.refuse_closed(closing.line_of(node), period)
    wanted = {name: value for name, value in (fields or {}).items() if name in PROPOSED_FIELDS}
    made = Initiative.objects.create(
        **wanted, node=node, period=period, title=title, kind=kind, continues=continues, created_by=by, changed_by=by
    )
    places = Places(tree_on(timezone.localdate()))
    _choose_needs(made, needs, places)
    _freeze_baseline(made, by)
    Activity.objects.create(initiative=made, what="")
    details = {"continues": continues.pk if continues else None}
    audit.record(Event.INITIATIVE_ADDED, by=by, node=node, about=made, details=details)
    return made


@action
def change(
    *,
    initiative: Initiative,
    expected: int,
    fields: Mapping[str, Any],
    by: Person | None,
    needs: Iterable[str] | None = None,
    participants: Iterable[UUID] | None = None,
) -> Initiative:
    """Write a proposal, if it still stands at version `expected`. The same words again are no change.

    Raises Conflict with it as it stands now when somebody else was first, Refused when it is decided.
    """
    stored = lock(initiative.pk)
    if stored.state != InitiativeState.PROPOSED or stored.deleted_at:
        raise Refused(_("It has been decided and can no longer be rewritten. Your text has not been saved."))
    wanted = {name: value for name, value in fields.items() if name in PROPOSED_FIELDS}
    if "title" in wanted and not wanted["title"].strip():
        raise Refused(_("Write what the initiative is called."))
    _refuse_backwards(wanted.get("starts_on", stored.starts_on), wanted.get("ends_on", stored.ends_on))
    places = Places(tree_on(timezone.localdate()))
    changed = [name for name, value in wanted.items() if getattr(stored, name) != value]
    linked = _links_differ(stored, needs, participants)
    if not changed and not linked:
        return stored
    if stored.version != expected:
        raise Conflict(queries.initiatives().get(pk=stored.pk))
    now = {"changed_by": by, "changed_at": timezone.now()}
    save_version(stored, expected=expected, fields={**{name: wanted[name] for name in changed}, **now})
    if needs is not None:
        _choose_needs(stored, needs, places)
    if participants is not None:
        _choose_participants(stored, participants, places)
    if {"effect", "indicator", "part"} & set(changed):
        _freeze_baseline(stored, by)
    names = [*changed, *linked]
    audit.record(Event.INITIATIVE_CHANGED, by=by, node=stored.node, about=stored, details={"fields": names})
    return stored


@action
def change_decided(
    *,
    initiative: Initiative,
    expected: int,
    fields: Mapping[str, Any],
    reason: str,
    by: Person | None,
    participants: Iterable[UUID] | None = None,
) -> Initiative:
    """Change dates, holder, resources or participants of what is decided or ongoing, for a reason that is kept.

    Raises Refused without a reason, for any other field, or for values it could not have been decided with.
    """
    stored = lock_running(initiative.pk, reason)
    if set(fields) - set(LATER_FIELDS):
        raise Refused(_("Aim, expected effect and target do not change after the decision."))
    changed = [name for name, value in fields.items() if getattr(stored, name) != value]
    linked = _links_differ(stored, None, participants)
    if not changed and not linked:
        return stored
    if stored.version != expected:
        raise Conflict(queries.initiatives().get(pk=stored.pk))
    before = _standing(stored, changed, linked)
    for name in changed:
        setattr(stored, name, fields[name])
    if participants is not None:
        _choose_participants(stored, participants, Places(tree_on(timezone.localdate())))
    _refuse_lacking(stored, {*changed, *linked})
    now = {"changed_by": by, "changed_at": timezone.now()}
    save_version(stored, expected=expected, fields={**{name: fields[name] for name in changed}, **now})
    after = _standing(stored, changed, linked)
    keep_reason(stored, {name: [before[name], after[name]] for name in before}, reason, by)
    return stored


def _standing(stored: Initiative, changed: Iterable[str], linked: Iterable[str]) -> dict[str, Any]:
    """What stands in these fields, as the reasons' list keeps it: people by id, dates as texts."""
    found = {name: _plain(getattr(stored, name)) for name in changed}
    return found | ({"participants": _there(stored)} if linked else {})


def _refuse_lacking(stored: Initiative, changed: set[str]) -> None:
    """What was decided whole stays whole: nothing of what is changed may be left out."""
    _refuse_backwards(stored.starts_on, stored.ends_on)
    lacking = [one for one in rules.missing(stored, Places(tree_on(timezone.localdate()))) if one.field in changed]
    if lacking:
        raise Incomplete(lacking)


def _refuse_backwards(starts: dt.date | None, ends: dt.date | None) -> None:
    if starts and ends and ends < starts:
        raise Refused(_("The last day cannot be before the first."))


@action
def decide(*, initiative: Initiative, expected: int, by: Person | None) -> Initiative:
    """Make a proposal what one does. Raises Incomplete with everything that is missing, Refused in a closed period."""
    period = Initiative.objects.values_list("period", flat=True).get(pk=initiative.pk)
    closing.lock_open_period(closing.line_of(initiative.node), period)
    stored = _ready(initiative, Move.DECIDE, expected, by)
    Activity.objects.filter(initiative=stored, what="", deleted_at=None).update(deleted_at=timezone.now())
    return move(stored, Move.DECIDE, by, {"decided_at": timezone.now(), "decided_by": by})


@action
def begin(*, initiative: Initiative, expected: int, by: Person | None) -> Initiative:
    """It goes on from now."""
    return move(_ready(initiative, Move.BEGIN, expected, by), Move.BEGIN, by, {})


@action
def complete(*, initiative: Initiative, expected: int, by: Person | None) -> Initiative:
    """It has been done; now it waits to be judged."""
    stored = _ready(initiative, Move.COMPLETE, expected, by)
    return move(stored, Move.COMPLETE, by, {"ended_at": timezone.now(), "ended_by": by})


@action
def stop(*, initiative: Initiative, expected: int, reason: str, by: Person | None) -> Initiative:
    """End it before its time, with the reason; it is judged like any other."""
    if not reason.strip():
        raise Refused(_("Write why it is stopped."))
    stored = _ready(initiative, Move.STOP, expected, by)
    fields = {"ended_at": timezone.now(), "ended_by": by, "end_reason": reason}
    return move(stored, Move.STOP, by, fields)


@action
def remove(*, initiative: Initiative, by: Person | None) -> Initiative:
    """Take a proposal away; it can be put back for 30 days. Saying it twice changes nothing."""
    stored = lock(initiative.pk)
    if stored.state != InitiativeState.PROPOSED:
        raise Refused(_("Only a proposal can be removed. What is decided is stopped, with a reason."))
    return _set_deleted(stored, timezone.now(), by) if stored.deleted_at is None else stored


@action
def restore(*, initiative: Initiative, by: Person | None) -> Initiative:
    """Put a removed proposal back. Raises Refused after 30 days."""
    stored = lock(initiative.pk)
    if stored.deleted_at is None:
        return stored
    if stored.deleted_at < timezone.now() - dt.timedelta(days=UNDO_DAYS):
        raise Refused(_("It was removed more than 30 days ago and cannot be put back."))
    return _set_deleted(stored, None, by)


def _set_deleted(stored: Initiative, moment: dt.datetime | None, by: Person | None) -> Initiative:
    save_version(stored, expected=stored.version, fields={"deleted_at": moment, "changed_by": by})
    details = {"deleted": moment is not None}
    audit.record(Event.INITIATIVE_CHANGED, by=by, node=stored.node, about=stored, details=details)
    return stored


# What the actions of this room stand on.


def lock(initiative_id: UUID) -> Initiative:
    """The initiative, locked to the end of the transaction."""
    found = Initiative.objects.select_for_update(no_key=True, of=("self",)).select_related("node", "holder", "goal")
    return found.get(pk=initiative_id)


def lock_running(initiative_id: UUID, reason: str) -> Initiative:
    """What is decided or ongoing, locked, to be changed for a reason. Raises Refused."""
    stored = lock(initiative_id)
    if stored.state not in RUNNING:
        raise Refused(_("Only what is decided or ongoing can be changed. Nothing was changed."))
    if not reason.strip():
        raise Refused(_("Write why it is changed. The reason is shown with the initiative."))
    return stored


def keep_reason(stored: Initiative, changed: dict[str, Any], reason: str, by: Person | None) -> None:
    """What changed after the decision, with the reason; the trail has the fields' names only."""
    kept = InitiativeChange.objects.create(initiative=stored, changed=changed, reason=reason, made_by=by)
    details = {"fields": sorted(changed), "change": kept.pk}
    audit.record(Event.INITIATIVE_CHANGED, by=by, node=stored.node, about=stored, details=details)


def authorised(initiative: Initiative, move: Move, by: Person | None, places: Places) -> bool:
    """The table's permission at the node that answers for it, or being its holder where the table says so.

    Who decides at a node leads its work too: a principal that of the teams.
    """
    if by is None:
        return False
    transition, access = TRANSITIONS[move], Access(by)
    here = queries.answering(initiative.node, places)
    if access.reaches(here.pk, transition.permission, Permission.PLAN_DECIDE):
        return True
    return transition.holder and queries.is_holder(access, initiative, here)


def ready(initiative: Initiative, move: Move, by: Person | None) -> tuple[Initiative, Places]:
    """The locked initiative, if this person may make the move from where it stands."""
    stored = lock(initiative.pk)
    places = Places(tree_on(timezone.localdate()))
    if not authorised(stored, move, by, places):
        raise Refused(_("You do not have the authority to do this."))
    if stored.state not in TRANSITIONS[move].sources or stored.deleted_at:
        raise Refused(str(TRANSITIONS[move].refusal))
    return stored, places


def _ready(initiative: Initiative, move: Move, expected: int, by: Person | None) -> Initiative:
    """Also: it is what the person has read, and nothing is missing."""
    stored, places = ready(initiative, move, by)
    if stored.version != expected:
        raise Conflict(stored)
    if TRANSITIONS[move].asks is Asks.WHOLE and (missing := rules.missing(stored, places)):
        raise Incomplete(missing)
    return stored


def move(stored: Initiative, move: Move, by: Person | None, fields: dict[str, Any]) -> Initiative:
    target = TRANSITIONS[move].target
    now = {"state": target, "changed_by": by, "changed_at": timezone.now()}
    save_version(stored, expected=stored.version, fields={**fields, **now})
    audit.record(Event.INITIATIVE_MOVED, by=by, node=stored.node, about=stored, details={"to": target.value})
    return stored


def _links_differ(stored: Initiative, needs: Iterable[str] | None, participants: Iterable[UUID] | None) -> list[str]:
    found = []
    if needs is not None and sorted(needs) != sorted(f"{n.source_id}:{n.need}" for n in stored.needs.all()):
        found.append("needs")
    if participants is not None and set(participants) != set(stored.participants.values_list("node_id", flat=True)):
        found.append("participants")
    return found


def _choose_needs(stored: Initiative, keys: Iterable[str], places: Places) -> None:
    """The needs chosen, in the analysis's own words; what is linked already stays although a newer version holds."""
    wanted = set(keys)
    held = {f"{n.source_id}:{n.need}": n for n in stored.needs.all()}
    InitiativeNeed.objects.filter(pk__in=[n.pk for key, n in held.items() if key not in wanted]).delete()
    if wanted - held.keys():
        offered = {choice.key: choice for choice in queries.needs_for(stored.node, places)}
        for key in sorted(wanted - held.keys()):
            if key not in offered:
                raise Refused(_("Choose needs among those of the established analysis."))
            one = offered[key]
            InitiativeNeed.objects.create(initiative=stored, source=one.source, need=one.need, text=one.text)


def _choose_participants(stored: Initiative, nodes: Iterable[UUID], places: Places) -> None:
    wanted = set(nodes)
    held = set(stored.participants.values_list("node_id", flat=True))
    offered = {node.pk for node in queries.possible_participants(stored.node, places)}
    if wanted - held - offered:
        raise Refused(_("Choose among those listed."))
    Participant.objects.filter(initiative=stored, node_id__in=held - wanted).delete()
    Participant.objects.bulk_create([Participant(initiative=stored, node_id=i) for i in sorted(wanted - held)])


def _freeze_baseline(stored: Initiative, by: Person | None) -> None:
    """The indicator's figure as it stands now, so that nobody can move the starting point afterwards."""
    figure = None
    if stored.effect == Initiative.Effect.INDICATOR and stored.indicator and by is not None:
        figure = effects.freeze(Access(by), stored.node, stored.indicator, stored.part)
    if figure != stored.baseline:
        Initiative.objects.filter(pk=stored.pk).update(baseline=figure)
        stored.baseline = figure


def _plain(value: Any) -> Any:
    """As the trail keeps it: dates and ids as texts, people by id."""
    if isinstance(value, Person):
        return str(value.pk)
    return value.isoformat() if isinstance(value, dt.date) else value


def _there(stored: Initiative) -> list[str]:
    return sorted(str(i) for i in stored.participants.values_list("node_id", flat=True))
