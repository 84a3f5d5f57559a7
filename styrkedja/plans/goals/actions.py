"""What happens to a goal: proposed, changed, decided, closed or carried on, deleted and put back. *Vart ska vi?*

Every change locks the goal's row first, so two who press at once are taken one after the other; what is decided keeps
its words, and ends with an outcome. The node's row is locked where a closing period could come between (`closing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses.queries import UNDO_DAYS
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.documents.models import DocumentKind, DocumentVersion
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.tree import Tree, tree_on
from styrkedja.plans.frame.national import NationalGoal, national_goals
from styrkedja.plans.initiatives.queries import answering
from styrkedja.plans.models import Decision, DecisionKind, Goal, GoalNational, GoalNeed, GoalState

from . import closing, queries
from .transitions import TRANSITIONS, Move, authority, is_committees

Need = tuple[DocumentVersion, str]  # an established analysis and the id of a need in it
WORDS = ("title", "text", "above", "decision")


@action
def propose(
    *,
    node: Node,
    period: str,
    title: str,
    national: Iterable[str],
    text: str = "",
    above: Goal | None = None,
    decision: Decision | None = None,
    needs: Sequence[Need] = (),
    by: Person | None,
) -> Goal:
    """A goal the node wants to reach in a period, as a proposal. `national`: ids of national goals that hold in it.

    Raises Refused for what it cannot be tied to, or where the period is closed.
    """
    closing.lock_open_period([node], period)
    _refuse_wrong_ties(node, period, above, decision)
    served = _national(national, period)
    made = Goal.objects.create(
        node=node,
        period=period,
        title=title,
        text=text,
        above=above,
        decision=decision,
        created_by=by,
        changed_by=by,
    )
    _link(made, served, _needs(needs))
    audit.record(Event.GOAL_ADDED, by=by, node=node, about=made, details={"period": period})
    return made


@action
def change(
    *,
    goal: Goal,
    expected: int,
    title: str,
    national: Iterable[str],
    text: str = "",
    above: Goal | None = None,
    decision: Decision | None = None,
    needs: Sequence[Need] = (),
    by: Person | None,
) -> Goal:
    """Write over a proposal. The same again changes nothing, whatever the version.

    Raises Conflict when somebody else was first, Refused when it is decided.
    """
    locked = locked_proposal(goal)
    _refuse_wrong_ties(locked.node, locked.period, above, decision)
    served, answered = _national(national, locked.period), _needs(needs)
    fields: dict[str, Any] = {"title": title, "text": text, "above": above, "decision": decision}
    if _stands(locked, fields, served, answered):
        return locked
    save_version(
        locked, expected=expected, fields={**fields, "changed_by": by, "changed_at": timezone.now(), "deleted_at": None}
    )
    _link(locked, served, answered)
    audit.record(Event.GOAL_CHANGED, by=by, node=locked.node, about=locked, details={"version": locked.version})
    return locked


@action
def decide(*, goal: Goal, expected: int, decision: Decision | None = None, by: Person | None) -> Goal:
    """Make a proposal valid. Above the units `decision` is the committee's, entered by a registrar (invariant 2).

    Raises Refused without the right or the decision, or where a national goal does not hold in the period
    (invariant 9); Conflict when it was changed after `expected`.
    """
    closing.lock_open_period([goal.node], goal.period)
    locked = _locked(goal)
    _refuse_without_right(locked, by)
    _refuse_wrong_state(locked, Move.DECIDE)
    if locked.deleted_at is not None:
        raise Refused(_("It has been deleted. Put it back first."))
    if is_committees(locked.node.kind):
        decision = decision or locked.decision
        _refuse_without_committee(locked, decision)
    else:
        decision = locked.decision
    served = _national([link.national_goal for link in locked.national.all()], locked.period)
    fields = {"decision": decision, "decided_at": timezone.now(), "decided_by": by}
    _move(locked, Move.DECIDE, expected, fields, by=by, decision=decision.pk if decision else None)
    _link_national(locked, served)
    return locked


@action
def close(*, goal: Goal, expected: int, outcome: str, by: Person | None) -> Goal:
    """End a decided goal, with what became of it in words. Raises as `decide`."""
    return _close(goal, expected, outcome, by)


@action
def carry_on(*, goal: Goal, expected: int, outcome: str, by: Person | None) -> Goal:
    """End a goal for its period and propose it for the next: an explicit decision, never a silent roll-over.

    National goals that do not hold in the next period are left out. Returns the new proposal. Raises as `close`.
    """
    period = queries.following(goal.period)
    closing.lock_open_period([goal.node], period)
    closed = _close(goal, expected, outcome, by)
    made = Goal.objects.create(
        node=answering(closed.node, None),
        period=period,
        title=closed.title,
        text=closed.text,
        continues=closed,
        created_by=by,
        changed_by=by,
    )
    held = [national_goals().get(link.national_goal) for link in closed.national.all()]
    _link(made, [one for one in held if one and one.holds_in(period)], [])
    GoalNeed.objects.bulk_create(
        GoalNeed(goal=made, source_id=need.source_id, need=need.need, text=need.text) for need in closed.needs.all()
    )
    audit.record(
        Event.GOAL_ADDED, by=by, node=made.node, about=made, details={"period": period, "continues": closed.pk}
    )
    return made


@action
def delete_goal(*, goal: Goal, by: Person | None) -> None:
    """Take a proposal away; it can be put back for 30 days. Raises Refused for what is decided or built upon."""
    locked = locked_proposal(goal)
    if locked.deleted_at is not None:
        return
    if queries.live_below(locked):
        raise Refused(_("Goals or initiatives stem from it. Tie them to another goal first."))
    _set_deleted(locked, timezone.now(), by)


@action
def restore_goal(*, goal: Goal, by: Person | None) -> None:
    """Put a deleted proposal back as it was. Raises Refused after 30 days."""
    closing.lock_open_period([goal.node], goal.period)
    locked = locked_proposal(goal)
    if locked.deleted_at is None:
        return
    if locked.deleted_at < timezone.now() - dt.timedelta(days=UNDO_DAYS):
        raise Refused(_("It was deleted more than 30 days ago and cannot be put back."))
    _set_deleted(locked, None, by)


# What every one of them does.


def _locked(goal: Goal) -> Goal:
    return Goal.objects.select_for_update(no_key=True, of=("self",)).select_related("node", "decision").get(pk=goal.pk)


def locked_proposal(goal: Goal) -> Goal:
    locked = _locked(goal)
    if locked.state != GoalState.PROPOSED:
        raise Refused(_("It has been decided and keeps its words. Close it with an outcome, or propose a new goal."))
    return locked


def _refuse_wrong_ties(node: Node, period: str, above: Goal | None, decision: Decision | None) -> None:
    tree = tree_on(timezone.localdate())
    line = {n.pk for n in tree.ancestors(node.pk)}
    if above is not None and (above.node_id not in line or above.state == GoalState.PROPOSED):
        raise Refused(_("Goal above: choose a goal that is decided at a higher level."))
    if above is not None and above.period not in queries.overlapping(period):
        raise Refused(_("Goal above: it is of another period."))
    if decision is not None and not _may_carry_out(tree, node, decision):
        raise Refused(_("Decision: choose one that is made here or above, or given to the unit."))


def _may_carry_out(tree: Tree, node: Node, decision: Decision) -> bool:
    """An assignment is carried out in the unit it is given to, everything else at or below who decided."""
    if decision.kind == DecisionKind.ASSIGNMENT:
        unit = tree.unit_of(node.pk)
        return decision.addressed_to_id in {node.pk, *([unit.pk] if unit else [])}
    return decision.node_id in {node.pk, *(n.pk for n in tree.ancestors(node.pk))}


def _national(ids: Iterable[str], period: str) -> list[NationalGoal]:
    """The national goals named; all have to hold in the period (invariant 9)."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise Refused(_("National goals: choose at least one that the goal serves."))
    found = []
    for id in wanted:
        known = national_goals().get(id)
        if known is None or not known.holds_in(period):
            name = known.name if known else id
            raise Refused(
                _("National goals: “%(goal)s” does not hold in %(period)s. Choose another.")
                % {"goal": name, "period": period}
            )
        found.append(known)
    return found


def _needs(needs: Sequence[Need]) -> list[GoalNeed]:
    """Needs of established analyses, in the words they have there."""
    found: dict[tuple[UUID, str], GoalNeed] = {}
    for source, id in needs:
        words = {need["id"]: need["text"] for need in source.body["needs"]}
        if not source.is_established or source.document.kind != DocumentKind.ANALYSIS or id not in words:
            raise Refused(_("Needs: choose among those of an established analysis."))
        found[source.pk, id] = GoalNeed(source=source, need=UUID(id), text=words[id])
    return list(found.values())


def _stands(goal: Goal, fields: dict[str, Any], served: Sequence[NationalGoal], needs: Sequence[GoalNeed]) -> bool:
    """Everything is as it is to be already."""
    same = all(getattr(goal, name) == fields[name] for name in WORDS) and goal.deleted_at is None
    linked = {link.national_goal for link in goal.national.all()} == {one.id for one in served}
    answered = {(n.source_id, n.need) for n in goal.needs.all()} == {(n.source_id, n.need) for n in needs}
    return same and linked and answered


def _link(goal: Goal, served: Sequence[NationalGoal], needs: Sequence[GoalNeed]) -> None:
    _link_national(goal, served)
    goal.needs.all().delete()
    GoalNeed.objects.bulk_create(GoalNeed(goal=goal, source_id=n.source_id, need=n.need, text=n.text) for n in needs)


def _link_national(goal: Goal, served: Sequence[NationalGoal]) -> None:
    goal.national.all().delete()
    GoalNational.objects.bulk_create(
        GoalNational(goal=goal, national_goal=one.id, valid_from=one.valid_from, valid_to=one.valid_to)
        for one in served
    )


def _refuse_without_right(goal: Goal, by: Person | None, *also: P) -> None:
    """Also who leads the node may say what became of the committee's goals, but not decide them."""
    node = answering(goal.node, None)
    if by is None or node.pk not in Access(by).nodes_for(authority(node.kind), *also):
        raise Refused(_("You do not have the authority to decide this."))


def _refuse_wrong_state(goal: Goal, move: Move) -> None:
    if goal.state != TRANSITIONS[move].source:
        raise Refused(str(TRANSITIONS[move].refusal))


def _refuse_without_committee(goal: Goal, decision: Decision | None) -> None:
    if decision is None or decision.kind != DecisionKind.COMMITTEE_GOAL:
        raise Refused(_("Decision: a goal above the units is the committee's. Enter its decision on goals first."))
    if decision not in queries.committee_decisions(tree_on(timezone.localdate()), goal.node, goal.period):
        raise Refused(_("Decision: it is not made here or above, or does not hold in the goal's period."))


def _close(goal: Goal, expected: int, outcome: str, by: Person | None) -> Goal:
    if not outcome.strip():
        raise Refused(_("Outcome: write what became of the goal."))
    locked = _locked(goal)
    _refuse_without_right(locked, by, P.PLAN_DECIDE)
    _refuse_wrong_state(locked, Move.CLOSE)
    fields = {"outcome": outcome, "closed_at": timezone.now(), "closed_by": by}
    _move(locked, Move.CLOSE, expected, fields, by=by)
    return locked


def _move(goal: Goal, move: Move, expected: int, fields: dict[str, Any], *, by: Person | None, **details: Any) -> None:
    if goal.version != expected:
        raise Conflict(goal)
    transition = TRANSITIONS[move]
    who = {"state": transition.target, "changed_by": by, "changed_at": timezone.now()}
    save_version(goal, expected=expected, fields={**fields, **who})
    audit.record(transition.event, by=by, node=goal.node, about=goal, details=details)


def _set_deleted(goal: Goal, moment: dt.datetime | None, by: Person | None) -> None:
    # The version stays: a colleague who is writing in it brings it back by saving, and loses nothing.
    Goal.objects.filter(pk=goal.pk).update(deleted_at=moment)
    audit.record(Event.GOAL_CHANGED, by=by, node=goal.node, about=goal, details={"deleted": moment is not None})
