"""The expected effect of an initiative and what became of it: figures frozen as they stand, through `analyses.quoted`.

What a reader sees of a kept figure always passes `quoted.release`: small numbers stay with those who have a right
to them. Where a figure cannot tell (too few, none since, another definition), that is said and words are asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from styrkedja.access.gate import Access
from styrkedja.analyses import quoted
from styrkedja.core import periods
from styrkedja.core.values import Group, State
from styrkedja.indicators import display
from styrkedja.indicators.catalogue import catalogue
from styrkedja.indicators.disclosure import Audience
from styrkedja.indicators.figures import Figure, preferred
from styrkedja.organisation.models import Node
from styrkedja.plans.models import Evaluation, Initiative

Frozen = dict[str, Any]
Kept = dict[str, Any]

PROBLEMS = {
    "gone": gettext_lazy("The indicator is no longer in the catalogue, so there is no figure to compare with."),
    "none": gettext_lazy("There is no figure to compare with."),
    "suppressed": gettext_lazy("The figure is withheld: too few pupils."),
    "old": gettext_lazy("No figure has come since the initiative was decided."),
    "break": gettext_lazy("The indicator's definition has changed since then: the two figures cannot be compared."),
    "closed": gettext_lazy("The node has been closed or merged: there is no figure about the same pupils."),
}


def figures(access: Access, node: Node) -> dict[tuple[str, str], Figure]:
    """The latest reported figure of each indicator and part about a node, as this person may see it."""
    if node.pk not in access.tree.nodes:  # else it would be the organiser's
        return {}
    found: dict[tuple[str, str], Figure] = {}
    every = preferred(quoted.figures_to_quote(access, node, _this_year()))
    for figure in sorted(every.values(), key=lambda f: (f.state != State.MISSING, f.end_year)):
        if figure.group == Group.ALL:
            found[figure.indicator, figure.part] = figure
    return found


def _this_year() -> str:
    return periods.school_year_on(timezone.localdate())


def freeze(access: Access, node: Node, indicator: str, part: str) -> Frozen | None:
    """The latest figure, ready to be kept; None where there is none."""
    figure = figures(access, node).get((indicator, part))
    return quoted.freeze(access, node, _this_year(), quoted.identity(figure)) if figure else None


def problem(initiative: Initiative, actual: Frozen | None, *, closed: bool) -> str:
    """Why the figure cannot tell by itself, a key of `PROBLEMS`; "" when it can."""
    if initiative.indicator not in catalogue():
        return "gone"
    if closed:
        return "closed"
    if actual is None:
        return "none"
    if actual["full"]["value"] is None:
        return "suppressed" if actual["full"]["state"] == State.SUPPRESSED else "none"
    before = initiative.baseline
    if before is None:
        return ""
    if periods.end_year(actual["period"]) <= periods.end_year(before["period"]):
        return "old"
    return "break" if _redefined(before, actual) else ""


def _redefined(before: Frozen, actual: Frozen) -> bool:
    if any(before[name] != actual[name] for name in ("place", "population", "kind")):
        return True
    breaks = catalogue()[actual["indicator"]].breaks
    return any(b.lies_between(before["period"], actual["period"], actual["kind"]) for b in breaks)


def expected(initiative: Initiative) -> Kept:
    """What was expected, as an evaluation keeps it."""
    if initiative.effect != Initiative.Effect.INDICATOR:
        return {"kind": "sign", "words": initiative.sign}
    assert initiative.target_date
    return {
        "kind": "indicator",
        "figure": initiative.baseline,
        "words": "",
        **named(initiative.indicator, initiative.part, initiative.baseline),
        "target": initiative.target,
        "target_date": initiative.target_date.isoformat(),
    }


def named(indicator: str, part: str, frozen: Frozen | None) -> Kept:
    """What an indicator is called and counted in, in both languages: from the catalogue, or as a figure kept it."""
    about: Kept = {"indicator": indicator, "part": part}
    if indicator in catalogue():
        known = catalogue()[indicator]
        about["label"] = _both(lambda: known.label(part))
        return {**about, "unit_word": _both(lambda: display.unit_word(known)), "decimals": known.decimals}
    if frozen:
        return {**about, **{key: frozen[key] for key in ("label", "unit_word", "decimals")}}
    return {**about, "label": {"sv": indicator, "en": indicator}, "unit_word": {"sv": "", "en": ""}, "decimals": 1}


def _both(say: Callable[[], str]) -> dict[str, str]:
    words = {}
    for language in quoted.LANGUAGES:
        with translation.override(language):
            words[language] = str(say())
    return words


# What a reader sees.


def kept_figures(kept: Iterable[Kept | None]) -> list[Frozen]:
    """The figures in what evaluations keep."""
    return [one["figure"] for one in kept if one and one.get("figure")]


def all_figures(initiatives: Iterable[Initiative], evaluations: Iterable[Evaluation] = ()) -> list[Frozen]:
    """Every frozen figure of these, to be read against today's at once."""
    both = [kept for e in evaluations for kept in (e.expected, e.actual)]
    return [*(i.baseline for i in initiatives if i.baseline), *kept_figures(both)]


def shown(kept: Kept, audience: Audience, today: quoted.Today) -> dict[str, Any]:
    """Expected or actual as a reader may see it.

    {"kind", "words", "label", "figure": released | None, "target": text, "target_date", "problem": sentence, "text"}.
    """
    if kept["kind"] == "sign":
        return {"kind": "sign", "words": kept["words"], "text": kept["words"]}
    figure = quoted.release(kept["figure"], audience, today) if kept.get("figure") else None
    seen = {**kept, "figure": figure, "label": quoted.said(kept["label"])}
    if kept.get("target") is not None:
        seen["target"] = _with_unit(display.number(kept["target"], kept["decimals"]), quoted.said(kept["unit_word"]))
    seen["problem"] = str(PROBLEMS.get(kept.get("problem", ""), ""))
    seen["text"] = _in_words(seen)
    return seen


def of_initiative(initiative: Initiative, audience: Audience, today: quoted.Today) -> dict[str, Any] | None:
    """The expected effect as it stands in the initiative; None while nothing is written."""
    if initiative.effect == Initiative.Effect.INDICATOR and initiative.indicator:
        about = named(initiative.indicator, initiative.part, initiative.baseline)
        dates = {"target": initiative.target, "target_date": str(initiative.target_date or "")}
        kept = {"kind": "indicator", "figure": initiative.baseline, "words": "", **about, **dates}
        return shown(kept, audience, today)
    if initiative.effect == Initiative.Effect.SIGN and initiative.sign.strip():
        return {"kind": "sign", "words": initiative.sign, "text": initiative.sign}
    return None


def figure_text(figure: dict[str, Any]) -> str:
    """ "58,0 % (2024/25)"; a figure that is withheld by its symbol."""
    text = figure["display"]
    if figure["value"] is not None:
        text = _with_unit(text, figure["unit_word"])
    return f"{text} ({figure['period']})"


def _with_unit(number: str, unit: str) -> str:
    return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number


def _in_words(seen: dict[str, Any]) -> str:
    """ "Godkänt i alla ämnen: från 58,0 % (2024/25) till 68,0 % 30 juni 2027", or what became of it."""
    figure = figure_text(seen["figure"]) if seen["figure"] else ""
    if "target_date" not in seen:
        return " ".join(filter(None, [figure, seen["words"]])) or seen["problem"]
    words = {"label": seen["label"], "before": figure, "target": seen.get("target") or "…", "date": _day(seen)}
    if figure:
        return _("%(label)s: from %(before)s to %(target)s by %(date)s") % words
    return _("%(label)s: %(target)s by %(date)s") % words


def _day(seen: dict[str, Any]) -> str:
    text = seen["target_date"]
    return date_format(dt.date.fromisoformat(text), "j F Y") if text else "…"


def actual(access: Access, initiative: Initiative, words: str, *, closed: bool) -> Kept:
    """What came of it, as an evaluation keeps it: the figure as it stands now, and words."""
    if initiative.effect != Initiative.Effect.INDICATOR:
        return {"kind": "sign", "words": words}
    figure = None if closed else freeze(access, initiative.node, initiative.indicator, initiative.part)
    return {
        "kind": "indicator",
        "figure": figure,
        "words": words,
        "problem": problem(initiative, figure, closed=closed),
        **named(initiative.indicator, initiative.part, initiative.baseline),
    }
