"""The lower part of röda tråden as nested lists: a thousand knots are written here at once, not by a template each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from styrkedja.core.templatetags.components import own_words
from styrkedja.plans.models import Evaluation

from .thread import GoalKnot, InitiativeKnot

ANY = UUID(int=0)
STATES = {"decided": ("good", "ok"), "closed": ("neutral", "lock"), "proposed": ("info", "edit")}
VERDICTS = {
    Evaluation.Verdict.EFFECT: ("good", "ok"),
    Evaluation.Verdict.NO_EFFECT: ("attention", "flat"),
    Evaluation.Verdict.CANNOT_TELL: ("neutral", "open"),
}


class Outline:
    """Writes knots as `<li>`; tags and addresses are made once and used again."""

    def __init__(self) -> None:
        self.language = own_words()
        self.carried_out = escape(_("Carried out in:"))
        self._tags: dict[tuple[str, str, str], str] = {}
        self._goal = _addresses("plans:goal")
        self._initiative = _addresses("plans:initiative")

    def goals(self, knots: Iterable[GoalKnot]) -> SafeString:
        return mark_safe("".join(self._goal_knot(knot) for knot in knots))  # noqa: S308 - every word is escaped below

    def initiatives(self, knots: Iterable[InitiativeKnot]) -> SafeString:
        return mark_safe("".join(self._initiative_knot(knot) for knot in knots))  # noqa: S308 - escaped below

    def _goal_knot(self, knot: GoalKnot) -> str:
        goal = knot.goal
        tone, icon = STATES[goal.state]
        tag = self._tag(goal.get_state_display(), tone, icon)
        link = self._link(self._goal(goal.pk), goal.title, current=knot.current)
        below = [*map(self._initiative_knot, knot.initiatives), *map(self._goal_knot, knot.below)]
        nested = f'<ul class="knots">{"".join(below)}</ul>' if below else ""
        return f'<li><p class="knot">{link} {tag}</p><p class="note">{_at(knot.at, goal.period)}</p>{nested}</li>'

    def _initiative_knot(self, knot: InitiativeKnot) -> str:
        one = knot.initiative
        link = self._link(self._initiative(one.pk), one.title, current=knot.current)
        kind = f'<span class="kind">{escape(one.get_kind_display())}:</span>'
        where = f" · {self.carried_out} {escape(', '.join(knot.places))}" if knot.places else ""
        note = f'<p class="note">{_at(knot.at, one.period)}{where}</p>'
        return f'<li><p class="knot">{kind} {link} {self._effect(knot)}</p>{note}</li>'

    def _effect(self, knot: InitiativeKnot) -> str:
        """Its verdict and what was decided on it; until then how far it has come."""
        judged = knot.evaluation
        if judged is None:
            return self._tag(knot.initiative.get_state_display(), "neutral", "clock")
        verdict = self._tag(judged.get_verdict_display(), *VERDICTS[Evaluation.Verdict(judged.verdict)])
        return f'{verdict} <span class="note">{escape(judged.get_decision_display())}</span>'

    def _link(self, address: str, title: str, *, current: bool) -> str:
        mark = ' aria-current="true"' if current else ""
        return f'<a{mark} href="{address}"{self.language}>{escape(title)}</a>'

    def _tag(self, word: str, tone: str, icon: str) -> str:
        key = (str(word), tone, icon)
        if key not in self._tags:
            self._tags[key] = render_to_string("_components/tag.html", {"word": word, "tone": tone, "icon": icon})
        return self._tags[key].strip()


def _at(name: str, period: str) -> str:
    return f"{escape(name)}, {escape(period)}"


def _addresses(name: str) -> Callable[[UUID], str]:
    """The address of a thing by its id, without asking the resolver a thousand times."""
    before, after = escape(reverse(name, args=[ANY])).split(str(ANY))
    return lambda pk: f"{before}{pk}{after}"
