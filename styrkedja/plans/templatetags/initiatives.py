"""How the states, follow-ups and verdicts of initiatives look: always a word with an icon, never colour alone."""

from __future__ import annotations

from django import template

from styrkedja.plans.initiatives import cycles
from styrkedja.plans.models import Evaluation, FollowUp, InitiativeState

register = template.Library()

LOOKS = {
    InitiativeState.PROPOSED: ("neutral", "edit"),
    InitiativeState.DECIDED: ("info", "mark"),
    InitiativeState.ONGOING: ("info", "half"),
    InitiativeState.COMPLETED: ("attention", "clock"),
    InitiativeState.STOPPED: ("attention", "close"),
    InitiativeState.EVALUATED: ("good", "ok"),
    FollowUp.Status.AS_PLANNED: ("good", "ok"),
    FollowUp.Status.DEVIATES: ("attention", "attention"),
    FollowUp.Status.DEVIATES_MUCH: ("bad", "bad"),
    FollowUp.Status.NOT_BEGUN: ("attention", "open"),
    Evaluation.Verdict.EFFECT: ("good", "up"),
    Evaluation.Verdict.NO_EFFECT: ("attention", "flat"),
    Evaluation.Verdict.CANNOT_TELL: ("neutral", "info"),
}


@register.filter
def clause(text: str) -> str:
    """What stands inside a sentence: without the full stop that somebody closed their own with."""
    return text.strip().rstrip(".")


@register.filter
def cycle_name(cycle: str) -> str:
    """ "autumn term 2026" of "2026-HT"."""
    return cycles.name(cycle)


@register.filter
def tone(word: str) -> str:
    """The tone of a state, a follow-up's status or a verdict."""
    return LOOKS.get(word, ("neutral", "open"))[0]  # type: ignore[call-overload, no-any-return]


@register.filter
def sign(word: str) -> str:
    """Its icon."""
    return LOOKS.get(word, ("neutral", "open"))[1]  # type: ignore[call-overload, no-any-return]
