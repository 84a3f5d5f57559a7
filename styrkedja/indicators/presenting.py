"""The context of the room's templates: what `Results` found, in the words and links of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.core.charts import draw_for_page
from styrkedja.core.values import Group
from styrkedja.organisation.models import Node, SchoolForm

from . import cards, display, units
from .catalogue import Indicator
from .figures import Figure
from .notices import Notice, caution, notices
from .pages import Results, node_level_note, period_options
from .series import Series, all_series
from .sources import source_name

MOST_NOTICES = 12
FEWEST_YEARS = 2  # of a chart over the years
CHART_WIDTH = 860  # of the drawing; the page stretches it to the text's full width


def node_page(results: Results, query: QueryDict, view: str) -> dict[str, Any]:
    """Context of `indicators/node.html`."""
    path = reverse("indicators:node", args=[results.node.pk])
    link = _links_to_indicators(results.node, query)
    context = {
        **_common(results, path, query, view),
        "sections": _sections(results, link, view),
        "notices": _notices(results, query, link),
        "hides_neutral": query.get("dolj") == "neutrala",
        "lacking": [
            {"name": str(i.name), "why": why_lacking(i, reported=i.id not in results.not_reported)}
            for i in results.lacking
        ],
        "empty": not results.series,
    }
    if results.units_view is not None:
        context["units"] = _units(results, results.units_view, view, notable=context["hides_neutral"])
    return context


def indicator_page(results: Results, indicator: Indicator, part: str, query: QueryDict, view: str) -> dict[str, Any]:
    """Context of `indicators/indicator.html`: the chosen part, or the first that has figures."""
    path = reverse("indicators:indicator", args=[results.node.pk, indicator.id])
    of_parts = {key[1]: series for key, series in results.series.items()}
    chosen = part if part in of_parts else next(iter(of_parts), part)
    series = of_parts.get(chosen)
    context = {
        **_common(results, path, query, view),
        "indicator": indicator,
        "heading_text": indicator.label(chosen),
        "part_links": [
            {"label": str(indicator.part(id).name), "url": _address(path, query, **{"del": id, "visa": view}),
             "current": id == chosen}
            for id in of_parts
        ] if len(of_parts) > 1 else [],
        "breaks": [{"period": b.period, "text": str(b.text)} for b in indicator.breaks],
        "why_lacking": why_lacking(indicator, reported=indicator.id not in results.not_reported),
        "back": _address(reverse("indicators:node", args=[results.node.pk]), query, **{"del": "", "visa": ""}),
    }  # fmt: skip
    if series is not None:
        context |= _series(results, series)
        beside = results.comparator.line(series)
        if beside is not None and not _same_years(beside, series):
            context["set_is_empty"] = True
    if results.units_view is not None and results.units_view.part == chosen:
        context["units"] = _units(results, results.units_view, view)
    return context


def page_figures(results: Results) -> list[Figure]:
    """Every figure a page shows: the node's own, the comparison's and the units'."""
    found = list(results.figures)
    if (chosen := results.comparator.set) is not None:
        for member in chosen.members:
            held = [f for f in results.compared if f.unit in member]
            found += [f for series in all_series(held, member, chosen.places).values() for f in series.whole]
    if results.units_view is not None:
        found += [f for line in results.units_view.lines if line.series for f in line.series.whole]
    return found


def why_lacking(indicator: Indicator, *, reported: bool = True) -> str:
    """Why there is no figure: no source at all, none imported that tells of this unit, or a source without a value."""
    if not reported:
        return _("The source says that nothing is reported, for instance because the year groups are not taught here.")
    names = dict.fromkeys(str(source_name(s.source)) for s in indicator.sources if not s.unverified)
    said = [str(indicator.missing_source)] if indicator.missing_source is not None else []
    if names:
        said.append(_("No figures imported. It is in: %(sources)s.") % {"sources": "; ".join(names)})
    return " ".join(said) or _("Calculated from other indicators that have no figures here.")


def _common(results: Results, path: str, query: QueryDict, view: str) -> dict[str, Any]:
    """What both pages carry: choices, the selection in words, the views."""
    chosen = results.comparator.set
    units = results.units_view
    years = period_options([*results.figures, *(units.shown if units else ())])
    return {
        "path": path,
        "view": view,
        "kept": {key: query[key] for key in ("lasar", "jamfor", "matt", "dolj", "visa", "del") if query.get(key)},
        "sets": [{"id": s.id, "label": s.label, "current": s is chosen} for s in results.sets],
        "set": chosen,
        "set_count": results.comparator.count_text() if chosen and not chosen.single else "",
        "set_is_empty": chosen is not None and not results.comparator.holders,
        "selection": _selection(results),
        "views": [
            {"label": _("Chart"), "url": _address(path, query, visa=""), "current": view == "diagram", "icon": "chart"},
            {"label": _("Table"), "url": _address(path, query, visa="tabell"), "current": view == "tabell",
             "icon": "table"},
            {"label": "CSV", "url": _address(path, query, visa="csv"), "current": False, "icon": "download",
             "download": True},
        ],
        "school_years": [
            {"label": y, "url": _address(path, query, lasar=y), "current": y == results.choice.period} for y in years
        ],
        "school_year": results.choice.period or (years[0] if years else ""),
        "level_note": node_level_note(results.node, results.unit, results.organiser),
        "sees_small": any(f.small for f in (*results.figures, *(units.shown if units else ()))),
    }  # fmt: skip


def _selection(results: Results) -> list[str]:
    """The "Urval" line: whom, which years, compared with whom."""
    whole = [f for s in results.series.values() for f in s.whole]
    parts = [results.whose]
    if whole:
        first, last = min(whole, key=lambda f: f.end_year), max(whole, key=lambda f: f.end_year)
        parts.append(first.period if first.end_year == last.end_year else f"{first.period}–{last.period}")
        places = dict.fromkeys(display.place_word(f.place) for f in whole if f.place)
        parts += list(places)
    parts.append(
        _("all children, and girls and boys where the source tells")
        if results.forms == {SchoolForm.PRESCHOOL}
        else _("all pupils, and girls and boys where the source tells")
    )
    if results.comparator.set is not None:
        parts.append(_("compared with %(set)s") % {"set": results.comparator.set.label})
    return [part for part in parts if part]


def _sections(results: Results, link: cards.Link, view: str) -> list[dict[str, Any]]:
    found = cards.sections(
        results.series, results.curricula, results.comparator, link, year=results.year, as_table=view == "tabell"
    )
    several = len([s for s in found if s["curriculum"]]) > 1
    return [section | {"named": several} for section in found]


def _notices(results: Results, query: QueryDict, link: cards.Link) -> dict[str, Any]:
    """{first, more: [{icon, tone, pieces}], caution}: what a page says of its figures."""
    found = notices(results.series.values(), results.comparator, results.year)
    if query.get("dolj") == "neutrala":
        found = [n for n in found if not n.neutral]
    told = [{"icon": n.direction, "tone": n.tone, "pieces": _pieces(n, link)} for n in found]
    return {"first": told[:MOST_NOTICES], "more": told[MOST_NOTICES:], "caution": caution(found)}


def _pieces(notice: Notice, link: cards.Link) -> list[dict[str, str]]:
    """The sentence cut where it names an indicator, which is what leads on."""
    pieces, rest = [], notice.text
    for subject in notice.subjects:
        before, words, rest = rest.partition(subject.words)
        pieces += [{"text": before, "url": ""}, {"text": words, "url": link(subject.indicator, subject.part)}]
    return [piece for piece in (*pieces, {"text": rest, "url": ""}) if piece["text"]]


def _units(results: Results, view: units.UnitsView, how: str, *, notable: bool = False) -> dict[str, Any]:
    """The units side by side: words, and pictures or a table. notable: years of those alone that stand out."""
    links = _links_to_units(results.units_below, view)
    own = results.series.get((view.indicator.id, view.part))
    reference = own.at(view.year) if own and view.year else None
    name = results.whose
    context: dict[str, Any] = {
        "label": view.label,
        "period": view.period,
        "selection": [part for part in (view.label, view.period, _("by name, not ranked")) if part],
        "words": units.variation(view),
        "options": _measure_options(results, view),
        "any": bool(view.years),
    }
    if not view.years:
        return context
    told = units.standing_out(view, results.year) if notable else view
    several = len(view.years) > 1
    context |= {"several_years": several, "left_out": len(view.reporting) - len(told.reporting)}
    if how == "tabell":
        return context | {"table": units.table(told, links) if told.reporting else None}
    return context | {
        "dots": units.dots(view, reference, name, links),
        "multiples": units.multiples(told, own, name, links) if several else "",
        "breaks": cards.breaks(view.breaks),
    }


def _links_to_units(nodes: Sequence[Node], view: units.UnitsView) -> dict[UUID, str]:
    """Each unit's page of the indicator; the pattern is asked for once, since it is the same for hundreds."""
    pattern = indicator_link(UUID(int=0), view.indicator.id, view.part)
    return {n.pk: pattern.replace(str(UUID(int=0)), str(n.pk)) for n in nodes}


def _measure_options(results: Results, view: units.UnitsView) -> list[dict[str, Any]]:
    """[{group, options: [{value, label, current}]}] for the list of measures."""
    from .catalogue import catalogue

    groups: dict[str, list[dict[str, Any]]] = {}
    for id, part in results.unit_choices:
        entry = catalogue()[id]
        groups.setdefault(str(entry.name), []).append(
            {
                "value": f"{id}/{part}" if part else id,
                "label": str(entry.part(part).name),
                "current": (id, part) == (view.indicator.id, view.part),
            }
        )
    return [{"group": group, "options": options} for group, options in groups.items()]


def _series(results: Results, series: Series) -> dict[str, Any]:
    """Charts and tables of one series."""
    latest = series.latest
    comparison = results.comparator.beside(series, latest)
    return {
        "card": cards.card(series, results.comparator, lambda _id, _part: "", results.year_looked_from),
        "comparison": comparison.text if comparison else "",
        "chart": _line(results, series),
        "sexes_chart": _sexes_line(series),
        "chart_breaks": cards.breaks(series.breaks),
        "years_table": _years_table(series, results),
        "others": [_other(f) for f in sorted(series.others, key=_other_order)],
        "latest": latest,
        "read_on": display.read_on(latest.retrieved_at),
    }


def _line(results: Results, series: Series) -> str:
    """The years as a line, beside the comparison in the same years; "" of a single year, which the card tells."""
    if len(series.whole) < FEWEST_YEARS:
        return ""
    beside = _same_years(results.comparator.line(series), series)
    data = {
        "label": results.whose,
        "unit": display.unit_word(series.indicator),
        "points": [cards.point(f) for f in series.whole],
        "comparisons": [
            {"label": results.comparator.set.label, "points": [cards.point(f) for f in beside]}
        ] if beside and results.comparator.set else [],
        "target": None,
        "breaks": cards.breaks(series.breaks),
    }  # fmt: skip
    return draw_for_page("line", data, title=series.label, alt=cards.in_words(series), width=CHART_WIDTH)


def _same_years(beside: Series | None, series: Series) -> list[Figure]:
    years = [f.end_year for f in series.whole]
    return [f for f in beside.whole if years[0] <= f.end_year <= years[-1]] if beside and years else []


def _sexes_line(series: Series) -> str:
    girls, boys = (list(series.years.get(group, {}).values()) for group in (Group.GIRLS, Group.BOYS))
    if min(len(girls), len(boys)) < FEWEST_YEARS:
        return ""
    data = {
        "label": display.group_word(Group.GIRLS),
        "unit": display.unit_word(series.indicator),
        "points": [cards.point(f) for f in girls],
        "comparisons": [{"label": display.group_word(Group.BOYS), "points": [cards.point(f) for f in boys]}],
        "target": None,
        "breaks": cards.breaks(series.breaks),
    }
    alt = "; ".join(f"{f.period} {display.group_word(f.group)} {display.with_unit(f)}" for f in (*girls, *boys))
    title = _("%(name)s, girls and boys") % {"name": series.label}
    return draw_for_page("line", data, title=title, alt=alt, width=CHART_WIDTH)


def _years_table(series: Series, results: Results) -> dict[str, Any]:
    """A row a year, latest first."""
    beside = results.comparator.line(series) if _same_years(results.comparator.line(series), series) else None
    rows = []
    for figure in reversed(series.whole):
        other = beside.at(figure.end_year) if beside else None
        sexes = [series.at(figure.end_year, group) for group in (Group.GIRLS, Group.BOYS)]
        rows.append(
            {
                "period": figure.period,
                "all": cards.cell(figure),
                "girls": cards.cell(sexes[0]),
                "boys": cards.cell(sexes[1]),
                "n": "" if figure.n is None else figure.n,
                "interval": display.interval_text(figure),
                "comparison": cards.cell(other),
                "source": str(source_name(figure.source)),
                "read_on": display.read_on(figure.retrieved_at),
                "break": figure.break_before,
            }
        )
    return {
        "rows": rows,
        "has_sexes": len(series.years) > 1,
        "has_n": any(f.n is not None for f in series.whole),
        "has_interval": any(f.interval for f in series.whole),
        "beside": results.comparator.set.label if beside and results.comparator.set else "",
        "unit": display.unit_word(series.indicator),
    }


def _other(figure: Figure) -> dict[str, Any]:
    return {
        "source": str(source_name(figure.source)),
        "about": figure.name or figure.code,
        "place": display.place_word(figure.place),
        "population": _("without newly arrived and unknown") if figure.population != "all" else "",
        "period": figure.period,
        "group": display.group_word(figure.group),
        "value": cards.cell(figure),
        "read_on": display.read_on(figure.retrieved_at),
    }


def _other_order(figure: Figure) -> tuple[str, str, str, str, int, str]:
    return (figure.source, figure.code, figure.place, figure.population, -figure.end_year, figure.group)


def _links_to_indicators(node: Node, query: QueryDict) -> cards.Link:
    """Addresses of the node's indicators, which keep what the reader compares with."""
    base = reverse("indicators:node", args=[node.pk])
    kept = {"jamfor": str(query["jamfor"])} if query.get("jamfor") else {}

    def link(indicator: str, part: str) -> str:
        chosen = kept | ({"del": part} if part else {})
        return f"{base}{indicator}/?{urlencode(chosen)}" if chosen else f"{base}{indicator}/"

    return link


def _address(path: str, query: QueryDict, **changes: str) -> str:
    """The same page with some choices changed; "" takes a choice away."""
    changed = query.copy()
    for key, value in changes.items():
        if value:
            changed[key] = value
        else:
            changed.pop(key, None)
    return f"{path}?{changed.urlencode()}" if changed else path


def indicator_link(node_id: UUID, indicator: str, part: str = "") -> str:
    """The address of an indicator of a node, for whoever quotes a figure."""
    address = reverse("indicators:indicator", args=[node_id, indicator])
    return f"{address}?del={part}" if part else address
