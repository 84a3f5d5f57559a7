"""The lower part of röda tråden as nested lists: a thousand knots are written here at once, not by a template each.

Where there are many, what hangs under each is folded, and a line says how much that is; nothing is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.core.addresses import addresses
from styrkedja.core.sorting import swedish_key
from styrkedja.core.templatetags.components import own_words
from styrkedja.plans.models import Evaluation, GoalState, InitiativeKind, InitiativeState
from styrkedja.plans.templatetags.initiatives import LOOKS

from .thread import GoalKnot, GoalLine, InitiativeKnot, InitiativeLine, Thread

MANY = 40  # knots a reader takes in without folding
GOALS = {
    GoalState.DECIDED: ("good", "ok"),
    GoalState.CLOSED: ("neutral", "lock"),
    GoalState.PROPOSED: ("info", "edit"),
}


@dataclass(frozen=True)
class Held:
    """How much there is in a part of a thread."""

    goals: int = 0
    initiatives: int = 0

    def __add__(self, other: Held) -> Held:
        return Held(self.goals + other.goals, self.initiatives + other.initiatives)

    @property
    def words(self) -> str:
        """ "2 goals, 1 initiative"; what there is none of is not named."""
        goals = ngettext("%(count)s goal", "%(count)s goals", self.goals) % {"count": self.goals}
        made = ngettext("%(count)s initiative", "%(count)s initiatives", self.initiatives) % {"count": self.initiatives}
        return ", ".join(([goals] if self.goals else []) + ([made] if self.initiatives else []))


class Tally:
    """How much there is in a thread, and how far it has come, all counted.

    effects: (state or verdict, its word, how many initiatives), the verdicts first; places: how many nodes have a part.
    """

    def __init__(self, found: Thread) -> None:
        goals, waiting = list[GoalKnot](), list(found.goals)
        while waiting:
            goals.append(knot := waiting.pop())
            waiting.extend(knot.below)
        initiatives = [*found.loose, *(one for knot in goals for one in knot.initiatives)]
        self.held = Held(len(goals), len(initiatives))
        self.places = len({k.goal.node_id for k in goals} | {k.initiative.node_id for k in initiatives})
        counted = Counter(one.judged.verdict if one.judged else one.initiative.state for one in initiatives)
        known = (*Evaluation.Verdict, *reversed(InitiativeState))
        self.effects = [(one, str(one.label), counted[one.value]) for one in known if counted[one.value]]


class Outline:
    """Writes knots as `<li>`; labels, tags and addresses are made once and used again."""

    def __init__(self, found: Thread) -> None:
        self.language = own_words()
        self.carried_out = escape(_("Carried out in:"))
        self._goal, self._initiative = addresses("plans:goal"), addresses("plans:initiative")
        self._goal_states = {state.value: _tag(str(state.label), *look) for state, look in GOALS.items()}
        self._states = {state.value: _tag(str(state.label), *LOOKS[state]) for state in InitiativeState}
        self._verdicts = {one.value: _tag(str(one.label), *LOOKS[one]) for one in Evaluation.Verdict}
        self._decisions = {one.value: escape(str(one.label)) for one in Evaluation.Decided}
        self._kinds = {kind.value: escape(str(kind.label)) for kind in InitiativeKind}
        self._summaries: dict[Held, str] = {}
        self._places: dict[tuple[str, str], str] = {}
        self.tally = Tally(found)
        self.folded = self.tally.held.goals + self.tally.held.initiatives > MANY

    def goals(self, knots: Sequence[GoalKnot]) -> SafeString:
        """Those one came for; only where they are many is what hangs there folded too."""
        fold = self.folded and len(knots) > 1
        return mark_safe("".join([self._goal_knot(knot, fold)[0] for knot in knots]))  # noqa: S308 - escaped below

    def initiatives(self, knots: Iterable[InitiativeKnot]) -> SafeString:
        return mark_safe("".join([self._initiative_knot(knot) for knot in knots]))  # noqa: S308 - escaped below

    def _goal_knot(self, knot: GoalKnot, fold: bool) -> tuple[str, Held]:
        """The knot with all below it, and how much that is with itself."""
        goal = knot.goal
        link = self._link(self._goal(goal.pk), goal.title, current=knot.current)
        below = [self._initiative_knot(one) for one in knot.initiatives]
        held = Held(0, len(below))
        for one in knot.below:
            written, within = self._goal_knot(one, self.folded)
            below.append(written)
            held += within
        nested = self._nested("".join(below), held, fold) if below else ""
        note = f'<p class="note">{self._at(goal)}</p>'
        head = f'<p class="knot">{link} {self._goal_states[goal.state]}</p>'
        return f"<li>{head}{note}{nested}</li>", held + Held(1)

    def _nested(self, written: str, held: Held, fold: bool) -> str:
        nested = f'<ul class="knots">{written}</ul>'
        if not fold:
            return nested
        if held not in self._summaries:
            self._summaries[held] = escape(held.words)
        return f"<details><summary>{self._summaries[held]}</summary>{nested}</details>"

    def _initiative_knot(self, knot: InitiativeKnot) -> str:
        one = knot.initiative
        link = self._link(self._initiative(one.pk), one.title, current=knot.current)
        kind = f'<span class="kind">{self._kinds[one.kind]}:</span>'
        where = f" · {self.carried_out} {self._names(one.places)}" if one.places else ""
        note = f'<p class="note">{self._at(one)}{where}</p>'
        return f'<li><p class="knot">{kind} {link} {self._effect(knot)}</p>{note}</li>'

    def _effect(self, knot: InitiativeKnot) -> str:
        """Its verdict and what was decided on it; until then how far it has come."""
        judged = knot.judged
        if judged is None:
            return self._states[knot.initiative.state]
        return f'{self._verdicts[judged.verdict]} <span class="note">{self._decisions[judged.decision]}</span>'

    def _at(self, one: GoalLine | InitiativeLine) -> str:
        """Its place and period; many share both."""
        key = one.at, one.period
        if key not in self._places:
            self._places[key] = escape(f"{one.at}, {one.period}")
        return self._places[key]

    def _names(self, names: Sequence[str]) -> str:
        return escape(", ".join(sorted(names, key=swedish_key)))

    def _link(self, address: str, title: str, *, current: bool) -> str:
        mark = ' aria-current="true"' if current else ""
        return f'<a{mark} href="{address}"{self.language}>{escape(title)}</a>'


def _tag(word: str, tone: str, icon: str) -> str:
    return render_to_string("_components/tag.html", {"word": word, "tone": tone, "icon": icon}).strip()
