"""How it goes and how it went: follow-ups, the evaluation everything ends in, and what is carried on after it.

Follow-ups and evaluations are written once. The figure of an evaluation is fetched and frozen as it is made
(invariant 5); a correction is a new evaluation with a reason. Nothing rolls over by itself: carrying on is a decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.tree import tree_on
from styrkedja.plans.models import (
    Activity,
    CarriedOutIn,
    Evaluation,
    FollowUp,
    Initiative,
    InitiativeNeed,
    InitiativeState,
    Participant,
)

from . import cycles, effects, queries
from .actions import authorised, lock, propose, ready
from .actions import move as make_move
from .places import Places
from .transitions import RUNNING, Move

TRIED = ("aim", "effect", "indicator", "part", "target", "sign", "ground", "reference", "resources", "evaluation_form")
CARRIED_ON = (Evaluation.Decided.KEEP, Evaluation.Decided.CHANGE, Evaluation.Decided.SCALE)


@action
def follow_up(
    *,
    initiative: Initiative,
    cycle: str,
    status: str,
    done: str,
    by: Person | None,
    carried_out_in: Iterable[UUID] = (),
    deviation: str = "",
    measure: str = "",
) -> FollowUp:
    """How it goes in a cycle; a second one of the same cycle corrects the first, which stays readable.

    Raises Refused when it does not run, or when a deviation is not told with what is done about it.
    """
    stored = lock(initiative.pk)
    places = Places(tree_on(timezone.localdate()))
    if not authorised(stored, Move.BEGIN, by, places):  # who begins it follows it up
        raise Refused(_("You do not have the authority to do this."))
    if stored.state not in RUNNING:
        raise Refused(_("Only what is decided or ongoing is followed up. Nothing was saved."))
    chosen = set(carried_out_in)
    _refuse_follow_up(stored, cycle, status, done, deviation, measure, chosen)
    made = FollowUp.objects.create(
        initiative=stored,
        cycle=cycle,
        number=_next(FollowUp, stored),
        status=status,
        done=done,
        deviation=deviation,
        measure=measure,
        made_by=by,
    )
    CarriedOutIn.objects.bulk_create([CarriedOutIn(follow_up=made, node_id=i) for i in sorted(chosen)])
    details = {"cycle": cycle, "number": made.number, "status": status}
    audit.record(Event.FOLLOWED_UP, by=by, node=stored.node, about=stored, details=details)
    return made


def _refuse_follow_up(
    stored: Initiative, cycle: str, status: str, done: str, deviation: str, measure: str, chosen: set[UUID]
) -> None:
    if not cycles.CODE.match(cycle) or status not in FollowUp.Status.values:
        raise Refused(_("Choose among those listed."))
    if chosen - set(stored.participants.values_list("node_id", flat=True)):
        raise Refused(_("Choose among those who take part."))
    if not done.strip():
        raise Refused(_("Write what has been done."))
    if status != FollowUp.Status.AS_PLANNED and not (deviation.strip() and measure.strip()):
        raise Refused(_("Write what deviates, and what is done about it."))


@action
def evaluate(
    *,
    initiative: Initiative,
    words: str,
    carried_out: str,
    carried_out_how: str,
    other_explanations: str,
    verdict: str,
    decision: str,
    learned: str,
    by: Person | None,
    reason: str = "",
) -> Evaluation:
    """Judge what is completed or stopped; of what is judged already a correction, with a reason.

    `words`: what one saw; asked for wherever no figure can tell. Raises Refused for what is missing.
    """
    stored, places, earlier = _to_judge(initiative, reason, by)
    said = {"carried_out_how": carried_out_how, "other_explanations": other_explanations, "learned": learned}
    chosen = {"carried_out": carried_out, "verdict": verdict, "decision": decision}
    _refuse_evaluation({**said, **chosen})
    assert by
    actual = effects.actual(Access(by), stored, words, closed=stored.node_id not in places.tree.nodes)
    if earlier and earlier.actual.get("figure"):  # a correction is about the words; the figure was fetched that day
        actual = {**earlier.actual, "words": words}
    if not words.strip() and (actual["kind"] == "sign" or actual["problem"]):
        raise Refused(_("No figure can tell: write what you have seen instead."))
    made = Evaluation.objects.create(
        initiative=stored,
        number=_next(Evaluation, stored),
        expected=earlier.expected if earlier else effects.expected(stored),
        actual=actual,
        reason=reason if earlier else "",
        made_by=by,
        **said,
        **chosen,
    )
    if earlier is None:
        make_move(stored, Move.EVALUATE, by, {})
    details = {"number": made.number, "verdict": verdict, "decision": decision}
    audit.record(Event.EVALUATED, by=by, node=stored.node, about=stored, details=details)
    return made


def _to_judge(initiative: Initiative, reason: str, by: Person | None) -> tuple[Initiative, Places, Evaluation | None]:
    stored = lock(initiative.pk)
    if stored.state != InitiativeState.EVALUATED:
        return *ready(initiative, Move.EVALUATE, by), None
    places = Places(tree_on(timezone.localdate()))
    if not authorised(stored, Move.EVALUATE, by, places):
        raise Refused(_("You do not have the authority to do this."))
    if not reason.strip():
        raise Refused(_("It has been judged. Write why the evaluation is corrected."))
    return stored, places, stored.evaluations.latest("number")


def _refuse_evaluation(said: dict[str, str]) -> None:
    known = {
        "carried_out": Evaluation.CarriedOut.values,
        "verdict": Evaluation.Verdict.values,
        "decision": Evaluation.Decided.values,
    }
    if any(said[name] not in values for name, values in known.items()):
        raise Refused(_("Choose among those listed."))
    if said["carried_out"] != Evaluation.CarriedOut.YES and not said["carried_out_how"].strip():
        raise Refused(_("Write what was not carried out as intended."))
    if not said["other_explanations"].strip():
        raise Refused(_("Write which other explanations there may be, or that you see none."))
    if not said["learned"].strip():
        raise Refused(_("Write what you have learned."))


def _next(model: type[FollowUp] | type[Evaluation], stored: Initiative) -> int:
    last: int | None = model._default_manager.filter(initiative=stored).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@action
def carry_on(*, initiative: Initiative, period: str, by: Person | None) -> Initiative:
    """A new proposal that goes on with what was judged worth it, with new dates and a new starting figure.

    Raises Refused when the evaluation's decision was to stop, or when it is carried on already.
    """
    stored = lock(initiative.pk)
    latest = stored.evaluations.order_by("-number").first()
    if stored.state != InitiativeState.EVALUATED or latest is None or latest.decision not in CARRIED_ON:
        raise Refused(_("Only what was judged worth keeping, changing or scaling up is carried on."))
    if stored.continued_by.filter(deleted_at=None).exists():  # type: ignore[attr-defined]
        raise Refused(_("It is carried on already."))
    places = Places(tree_on(timezone.localdate()))
    here = queries.answering(stored.node, places)
    _refuse_writing(here, by)
    fields = {**_tried(stored), "holder": stored.holder}
    made = propose(
        node=here, period=period, title=stored.title, kind=stored.kind, fields=fields, continues=stored, by=by
    )
    InitiativeNeed.objects.bulk_create(
        [InitiativeNeed(initiative=made, source_id=n.source_id, need=n.need, text=n.text) for n in stored.needs.all()]
    )
    there = stored.participants.filter(node__in=places.tree.nodes).values_list("node_id", flat=True)
    Participant.objects.bulk_create([Participant(initiative=made, node_id=i) for i in there])
    for one in Activity.objects.filter(initiative=stored, deleted_at=None, done_at=None):
        Activity.objects.create(initiative=made, what=one.what, who=one.who, person=one.person)
    return made


@action
def start_like(*, initiative: Initiative, node: Node, period: str, by: Person | None) -> Initiative:
    """A proposal of a node's own, from what another has tried and judged. Needs, people and dates are its own."""
    tried = queries.initiatives().get(pk=initiative.pk)
    if tried.state != InitiativeState.EVALUATED:
        raise Refused(_("Only what has been evaluated stands in the library."))
    _refuse_writing(node, by)
    made = propose(node=node, period=period, title=tried.title, fields=_tried(tried), by=by)
    Initiative.objects.filter(pk=made.pk).update(like=tried)  # told where it was tried: `dialogues.provenance`
    made.like = tried
    return made


def _tried(stored: Initiative) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in TRIED}


def _refuse_writing(node: Node, by: Person | None) -> None:
    if by is None or not Access(by).reaches(node.pk, *queries.WORK):
        raise Refused(_("You do not have the authority to do this."))
