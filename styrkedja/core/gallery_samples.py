"""Samples for the component gallery, with the awkward cases: gaps, breaks, long names. Invented, not results."""

# ruff: noqa: E501 - sentences as they are to be read

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from styrkedja.core.charts import draw

YEARS = ("2020/21", "2021/22", "2022/23", "2023/24", "2024/25")


def point(period: str, value: float | None, state: str = "shown", **more: Any) -> dict[str, Any]:
    """A point of the kit's shape, written the Swedish way."""
    display = more.pop("display", None) or (
        f"{value:.1f}".replace(".", ",").removesuffix(",0") if value is not None else ".."
    )
    return {"period": period, "value": value, "state": state, "display": display, "interval": None, "n": None} | more


def points(values: Sequence[float | None], wide: float = 0) -> list[dict[str, Any]]:
    return [
        point(year, value, "suppressed" if value is None else "shown", n=None if value is None else 58 + i)
        | ({"interval": [value - wide, min(value + wide * 0.8, 100)]} if wide and value is not None else {})
        for i, (year, value) in enumerate(zip(YEARS, values, strict=True))
    ]


UNITS = (
    ("Björkskolan", 79.2, 62, True),
    ("Ekskolan", 71.4, 48, False),
    ("Grundskolan vid Södra Strandpromenaden", 83.9, 31, False),
    ("Havreängens skola", 88.1, 97, False),
    ("Lillåns resursskola", None, None, False),
    ("Västra skolan", 66.7, 24, False),
)
SUBJECTS = ("Svenska", "Svenska som andraspråk", "Matematik", "Engelska", "Idrott och hälsa")


def charts() -> dict[str, dict[str, Any]]:
    """Data for each kind of chart, with the awkward cases: gaps, breaks, long names."""
    return {**_over_the_years(), **_side_by_side()}


def _over_the_years() -> dict[str, dict[str, Any]]:
    """The kinds with a course."""
    return {
        "line": {
            "label": "Björkskolan", "unit": "%", "target": 85, "points": points([71.0, 74.2, None, 76.8, 79.2], 9),
            "comparisons": [
                {"label": "Ekköpings kommun", "points": points([72.1, 71.8, 72.6, 73.0, 73.9])},
                {"label": "Riket", "points": points([74.9, 74.6, 74.1, 73.3, 74.6])},
            ],
            "breaks": [{"period": "2023/24", "label": "Nya betygskriterier"}],
        },
        "sparkline": {"points": points([71.0, 74.2, None, 76.8, 79.2])},
        "multiples": {
            "unit": "%", "comparison": {"label": "Ekköpings kommun", "points": points([72.1, 71.8, 72.6, 73.0, 73.9])},
            "panels": [
                {"label": label, "href": "#charts", "points": points([v and v - 6, v and v - 9, None, v and v - 2, v])}
                for label, v, _n, _own in UNITS
            ],
        },
        "slope": {
            "unit": "%", "from_label": "2020/21", "to_label": "2024/25",
            "items": [
                {"label": label, "from": (v - 8 + i * 3) if v else 68.0, "to": v, "own": own}
                for i, (label, v, _n, own) in enumerate(UNITS)
            ],
        },
    }  # fmt: skip


def _side_by_side() -> dict[str, dict[str, Any]]:
    """The kinds of one year."""
    return {
        "dots": {
            "unit": "%", "reference": {"label": "Ekköpings kommun", "value": 76.4},
            "items": [
                point("", value, "shown" if value else "suppressed", label=label, n=n, own=own, href="#charts")
                | ({"interval": [value - 260 / n, min(value + 230 / n, 100)]} if value and n else {})
                for label, value, n, own in UNITS
            ],
        },
        "likert": {
            "levels": ["Stämmer helt och hållet", "Stämmer ganska bra", "Stämmer ganska dåligt", "Stämmer inte alls"],
            "items": [
                {"label": "Jag känner mig trygg i skolan", "shares": [48, 36, 11, 5], "n": 112},
                {"label": "Mina lärare hjälper mig i skolarbetet om jag behöver det, också när vi arbetar i grupp eller utomhus", "shares": [39, 41, 17, 3], "n": 110},
                {"label": "Jag har studiero på lektionerna", "shares": [14, 38, 33, 15], "n": 112},
            ],
        },
        "heat": {
            "unit": "%", "columns": list(SUBJECTS),
            "rows": [
                {
                    "label": label, "href": "#charts",
                    "cells": [
                        point("", round(v + j * 2.3 - 5, 1)) if v and (i + j) % 5 else point("", None, "suppressed")
                        for j in range(len(SUBJECTS))
                    ],
                }
                for i, (label, v, _n, _own) in enumerate(UNITS)
            ],
        },
        "funnel": {
            "unit": "%", "mean": 76.0,
            "items": [{"label": label, "n": n, "value": v - 22 * (label == "Havreängens skola"), "own": own} for label, v, n, own in UNITS if v],
            "limits": [
                {"n": n, "lo2": 76 - 1.96 * s, "hi2": 76 + 1.96 * s, "lo3": 76 - 3.09 * s, "hi3": 76 + 3.09 * s}
                for n in range(10, 121, 5)
                for s in [(76 * 24 / n) ** 0.5]
            ],
        },
    }  # fmt: skip


MESSAGES = {
    "line": ("Fler når godkänt i alla ämnen", "Linje: Björkskolan går från 71 till 79 procent på fem år, kommunen från 72 till 74. Ett år är dolt."),
    "dots": ("Skillnaderna mellan skolorna ryms till stor del inom vad slumpen ger", "Punkter för sex skolor mellan 67 och 88 procent, kommunen 76."),
    "multiples": ("Fyra av fem skolor har ökat", "Sex små linjediagram på samma axel, med kommunens linje i varje."),
    "slope": ("Björkskolan och Ekskolan har ökat mest", "Lutningsdiagram: skolorna 2020/21 och 2024/25."),
    "likert": ("Trygga elever, men var tredje saknar studiero", "Staplar med fyra svarsalternativ för tre påståenden."),
    "heat": ("Matematiken är svagast på alla skolor", "Tabell med skolor i rader och fem ämnen i kolumner."),
    "funnel": ("En skola ligger utanför det slumpen förklarar", "Trattdiagram: skolornas värde mot antal elever, medel 76 procent."),
}  # fmt: skip


def tabs() -> list[dict[str, Any]]:
    return [
        {"label": _("Where are we?"), "url": "#charts", "current": True},
        {"label": _("Where are we going?"), "url": None, "current": False},
        {"label": _("How do we do it?"), "url": None, "current": False},
        {"label": _("How did it go?"), "url": None, "current": False},
    ]


def _figures() -> list[dict[str, Any]]:
    return [
        {
            "label": "Godkänt i alla ämnen, årskurs 9", "href": "#charts", "display": "79,2", "unit": "%", "state": "shown",
            "trend": "up", "trend_word": "+2,4 procentenheter", "tone": "good", "interval": "68–87 %", "n": 62,
            "comparison": "Ekköpings kommun 73,9 %", "source": "Skolverket", "period": "läsår 2024/25", "chart": draw("sparkline", charts()["sparkline"], title="Godkänt i alla ämnen", alt="Fem år: 71, 74, dolt, 77 och 79 procent."),
        },
        {
            "label": "Meritvärde, 17 ämnen", "display": "224", "state": "shown", "trend": "flat", "trend_word": "som kommunen",
            "n": 62, "comparison": "Ekköpings kommun 221", "source": "Skolverket", "period": "läsår 2024/25",
        },
        {
            "label": "Behöriga till yrkesprogram", "display": "..", "state": "suppressed", "source": "Skolverket", "period": "läsår 2022/23",
        },
        {
            "label": "Studiero enligt eleverna i årskurs 8", "display": "5,1", "state": "shown", "trend": "down",
            "trend_word": "bland de 25 % lägsta", "tone": "attention", "n": 48, "source": "Skolinspektionen", "period": "våren 2025",
        },
    ]  # fmt: skip


def components() -> dict[str, Any]:
    return {
        "chain": [
            {"label": label, "url": "#content"} for label in ("Ekköpings kommun", "Grundskola", "Björkskolan", "Arbetslag 7–9")
        ],
        "tabs": tabs(),
        "figures": _figures(),
        "tasks": [
            {"label": "Återkoppling till Ekskolan på Analys 1", "href": "#content", "note": "Begärd av dig 12 september", "status": "3 dagar sen", "tone": "bad", "icon": "clock"},
            {"label": "Uppföljning: läsgrupper i årskurs 1", "href": "#content", "status": "i dag", "tone": "attention", "icon": "half"},
            {"label": "Kvalitetsrapport", "href": "#content", "status": "12 dagar kvar", "tone": "neutral", "icon": "open"},
            {"label": "Lägesbedömning höst", "href": "#content", "note": "Inlämnad 3 november", "done": True},
        ],
        "facts": [
            {"term": "Källa", "text": "Skolverket, slutbetyg årskurs 9", "href": "#content"},
            {"term": "Hämtad", "text": "14 november 2026"},
            {"term": "Elever bakom värdet", "text": "62"},
        ],
        "views": [
            {"label": "Diagram", "url": "#charts", "current": True, "icon": "chart"},
            {"label": "Tabell", "url": "#tables", "icon": "table"},
            {"label": "CSV", "url": "#tables", "icon": "download"},
        ],
        "conflict_fields": [
            {
                "label": "Orsaker",
                "mine": "Vi tror att lektionsstarterna är för olika. Eleverna säger det i intervjuerna.",
                "theirs": "Vi tror att lektionsstarterna skiljer sig mellan lärare. Eleverna säger det i intervjuerna och i enkäten.",
            }
        ],
        "facts_line": ["Alla skolor med årskurs 9", "läsår 2024/25", "sorterade efter namn"],
        "table_header": ("Skola", "Elever", "Andel, %"),
        "numeric": (1, 2),
        "table_rows": [(label, str(n or ".."), f"{v}".replace(".", ",") if v else "..") for label, v, n, _own in UNITS],
    }  # fmt: skip
