"""Reading a drawing back: its elements by style, and one set of data for each kind."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
PERIODS = ("2021/22", "2022/23", "2023/24", "2024/25")


def parse(svg: str) -> ElementTree.Element:
    """The drawing as a tree; raises ParseError when it is not well-formed XML."""
    return ElementTree.fromstring(svg)


def styled(tree: ElementTree.Element, style: str) -> list[ElementTree.Element]:
    return [element for element in tree.iter() if element.get("class") == f"c-{style}"]


def label(element: ElementTree.Element) -> str:
    title = element.find(f"{SVG}title")
    return title.text or "" if title is not None else ""


def words(element: ElementTree.Element) -> str:
    """The element's own text, without its label."""
    title = element.find(f"{SVG}title")
    return (element.text or "") + (title.tail or "" if title is not None else "")


def points(*values: float | None) -> list[dict[str, Any]]:
    """One point a school year, the last of them 2024/25; None is withheld."""
    return [
        {
            "period": period,
            "value": value,
            "state": "suppressed" if value is None else "shown",
            "display": ".." if value is None else f"{value:g}".replace(".", ","),
            "interval": None,
            "n": None,
        }
        for period, value in zip(PERIODS[-len(values) :], values, strict=True)
    ]


def cell(value: float | None) -> dict[str, Any]:
    return points(value)[0] | {"period": ""}


def data_for(kind: str, name: str = "Ekskolan") -> dict[str, Any]:
    """Small data of the kind's shape, with `name` wherever a label goes."""
    series = {"label": name, "points": points(50, None, 70)}
    return {
        "sparkline": series,
        "line": {
            **series, "unit": "%", "target": 80.0, "comparisons": [{"label": name, "points": points(60, 61, 62)}],
            "breaks": [{"period": "2024/25", "label": name}],
        },
        "dots": {
            "unit": "%", "reference": {"label": name, "value": 60.0},
            "items": [
                cell(50) | {"label": name, "own": True, "href": "/enhet/1/"},
                cell(None) | {"label": name, "own": False},
            ],
        },
        "multiples": {"unit": "%", "panels": [series, series | {"href": "/enhet/2/"}], "comparison": series},
        "slope": {
            "unit": "%", "from_label": name, "to_label": name,
            "items": [
                {"label": name, "from": 50.0, "to": 70.0, "own": True},
                {"label": name, "from": None, "to": 60.0, "own": False},
            ],
        },
        "likert": {"levels": [name, name], "items": [{"label": name, "shares": [60.0, 40.0], "n": 12}]},
        "heat": {
            "unit": "%", "columns": [name, name],
            "rows": [{"label": name, "cells": [cell(50), cell(None)], "href": "/x/"}],
        },
        "funnel": {
            "unit": "%", "mean": 60.0,
            "items": [
                {"label": name, "n": 20, "value": 50.0, "own": True},
                {"label": name, "n": 40, "value": 65.0, "own": False},
            ],
            "limits": [{"n": n, "lo2": 40.0, "hi2": 80.0, "lo3": 30.0, "hi3": 90.0} for n in (10, 50)],
        },
    }[kind]  # fmt: skip
