"""Quoted figures: how one is kept, and what of it a reader may see.

A quote keeps the figure twice: `full`, as the writer saw it, and `released`, as `indicators.disclosure` let it
leave on that day, decided with all its neighbours in view. No import or undone batch changes a quote, and it is read
without the catalogue. But what is known today may hide it: who has no right to the whole figure is told what
`released` and today's figure both tell (`Today`), the stricter of the two, on pages and in reports alike.

Shape: {"full": values, "released": values, "indicator", "part", "period", "group", "place", "population", "kind",
"code", "name", "source", "batch", "retrieved_at", "unit", "decimals", "label": words, "unit_word": words,
"source_name": words, "about": words}; words are {"sv", "en"}, values {"state", "value", "n", "numerator", "raw",
"interval": [low, high] | None, "display": words, "interval_text": words}. "about" names group and place, if any.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.utils import translation

from styrkedja.access.gate import Access
from styrkedja.core import periods
from styrkedja.core.values import Group
from styrkedja.indicators import display
from styrkedja.indicators import queries as indicators
from styrkedja.indicators.catalogue import catalogue
from styrkedja.indicators.disclosure import PUBLIC, Audience, hides_more
from styrkedja.indicators.figures import Figure, UnitKey
from styrkedja.indicators.sources import source_line
from styrkedja.organisation.models import Node, Organiser

LANGUAGES = ("sv", "en")
Frozen = dict[str, Any]
Today = Mapping[str, Figure]  # by identity, as everybody may see them today
IDENTITY = ("kind", "code", "indicator", "part", "period", "group", "place", "population", "source")


def identity(figure: Figure) -> str:
    """What tells a figure from every other, as a form carries it."""
    return "|".join(str(getattr(figure, name)) for name in IDENTITY)


def identity_of(frozen: dict[str, Any]) -> str:
    return "|".join(frozen[name] for name in IDENTITY)


def audience_for(access: Access) -> Audience:
    """Whose small figures this person may see."""
    return indicators.audience_of(access, Organiser.objects.first())


def figures_to_quote(access: Access, node: Node, period: str) -> list[Figure]:
    """The node's figures of the last years up to the period, as this person may see them."""
    return indicators.node_figures(access, node, period=period)


def freeze(access: Access, node: Node, period: str, wanted: str) -> dict[str, Any] | None:
    """The figure a form names, ready to be kept; None when there is no such figure for this person."""
    full = next((f for f in figures_to_quote(access, node, period) if identity(f) == wanted), None)
    outside = full and next((f for f in _outside(full, period) if identity(f) == wanted), None)
    if full is None or outside is None:  # an import may be undone between the two readings
        return None
    return _frozen(access, node, full, outside)


def freeze_all(access: Access, node: Node, period: str, wanted: Collection[str]) -> list[dict[str, Any]]:
    """Every figure of these indicators about the node for the period, ready to be kept."""
    full = indicators.node_figures(access, node, period=period, years=1, indicators=wanted)
    outside: dict[str, Figure] = {}
    for unit in {UnitKey(f.kind, f.code) for f in full}:
        told = indicators.figures_of(
            [unit], PUBLIC, organiser=Organiser.objects.first(), period=period, years=1, indicators=wanted
        )
        outside |= {identity(f): f for f in told}
    return [_frozen(access, node, f, outside[identity(f)]) for f in full if identity(f) in outside]


def _frozen(access: Access, node: Node, full: Figure, outside: Figure) -> dict[str, Any]:
    return keep(_whose(access, node), full, outside)


def keep(name: str, full: Figure, outside: Figure) -> dict[str, Any]:
    """A figure ready to be kept: as the writer sees it and as everybody may, under our own name of whom it is about."""
    definition = full.definition
    return {
        "full": _values(full),
        "released": _values(outside),
        **{name: getattr(full, name) for name in IDENTITY},
        "name": name,
        "batch": full.batch,
        "retrieved_at": full.retrieved_at.isoformat(),
        "unit": definition.unit,
        "decimals": definition.decimals,
        "label": _words(lambda: definition.label(full.part)),
        "unit_word": _words(lambda: display.unit_word(definition)),
        "source_name": _words(lambda: source_line([full.source])),
        "about": _words(lambda: about_words(full)),
    }


def _whose(access: Access, node: Node) -> str:
    """Our own name of whom the figure is about: sources write names in capitals, and teams have none."""
    unit = access.tree.unit_of(node.pk)
    organiser = Organiser.objects.first()
    return unit.name if unit else organiser.name if organiser else node.name


def _outside(figure: Figure, period: str) -> list[Figure]:
    """The figures of the same statistical unit as everybody may see them."""
    units = [UnitKey(figure.kind, figure.code)]
    return indicators.figures_of(units, PUBLIC, organiser=Organiser.objects.first(), period=period)


def about_words(figure: Figure) -> str:
    """Group and place, if any: "flickor, kommunala skolor"."""
    group = "" if figure.group == Group.ALL else display.group_word(figure.group).lower()
    return ", ".join(word for word in (group, display.place_word(figure.place)) if word)


def _values(figure: Figure) -> dict[str, Any]:
    return {
        "state": str(figure.state),
        "value": figure.value,
        "n": figure.n,
        "numerator": figure.numerator,
        "raw": figure.raw,
        "interval": list(figure.interval) if figure.interval else None,
        "display": _words(lambda: display.display(figure)),
        "interval_text": _words(lambda: display.interval_text(figure)),
    }


def _words(say: Callable[[], str]) -> dict[str, str]:
    words = {}
    for language in LANGUAGES:
        with translation.override(language):
            words[language] = str(say())
    return words


def said(words: dict[str, str]) -> str:
    """Kept words in the reader's language."""
    return words["sv" if (translation.get_language() or "sv").startswith("sv") else "en"]


def label(figure: dict[str, Any]) -> str:
    """What a quoted figure is called, kept or released, in the reader's language."""
    words = figure["label"]
    return words if isinstance(words, str) else said(words)


def today_of(frozen: Iterable[Frozen]) -> Today:
    """The quoted figures as everybody may see them today, those that are still there. One reading for all of them."""
    quoted = [f for f in frozen if f["indicator"] in catalogue()]
    if not quoted:
        return {}
    figures = indicators.figures_of(
        {UnitKey(f["kind"], f["code"]) for f in quoted},
        PUBLIC,
        organiser=Organiser.objects.first(),
        indicators={f["indicator"] for f in quoted},
        only_years={periods.end_year(f["period"]) for f in quoted},
    )
    return {identity(figure): figure for figure in figures}


def release(frozen: Frozen, audience: Audience, today: Today, *, both_languages: bool = False) -> dict[str, Any]:
    """A quoted figure as the audience may see it: one set of values beside what it is about, words in their language.

    small: the reader has a right to it, but others see it hidden. both_languages: its label is kept in both, for what
    is built in both (`label`).
    """
    whole = audience.sees_all_of(UnitKey(frozen["kind"], frozen["code"]))
    outside = _outside_today(frozen, today)
    values = frozen["full"] if whole else outside
    about = {key: value for key, value in frozen.items() if key not in ("full", "released")}
    words = {key: said(frozen[key]) for key in ("unit_word", "source_name", "about")}
    return {
        **about,
        **words,
        "label": frozen["label"] if both_languages else said(frozen["label"]),
        **values,
        "display": said(values["display"]),
        "interval_text": said(values["interval_text"]),
        "small": whole and frozen["full"] != outside,
    }


def _outside_today(frozen: Frozen, today: Today) -> dict[str, Any]:
    """The values everybody may see: as decided when the figure was quoted, or today where that hides more."""
    released: dict[str, Any] = frozen["released"]
    figure = today.get(identity_of(frozen))
    if figure is not None and hides_more(figure, state=released["state"], value=released["value"]):
        return _values(figure)
    return released


def released_body(body: dict[str, Any], audience: Audience, *, both_languages: bool = False) -> dict[str, Any]:
    """The body with every quoted figure as the audience may see it. Everything else is as it was."""

    def released(quote: dict[str, Any]) -> dict[str, Any]:
        return {**quote, "figure": release(quote["figure"], audience, today, both_languages=both_languages)}

    today = today_of(quote["figure"] for area in body["areas"] for quote in area["figures"])
    return {**body, "areas": [{**area, "figures": [released(q) for q in area["figures"]]} for area in body["areas"]]}
