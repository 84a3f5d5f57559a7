"""Material of the tests of reports: figures and an established analysis in the tests' world."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from styrkedja.organisation.models import Node
from styrkedja.reports.blocks import Block, Heading
from styrkedja.reports.document import ReportDocument
from tests.indicators.facts import observe, unit

PERIOD = "2024/25"
SCHOOLS = {"11111111": "Björkskolan", "22222222": "Ekskolan"}


def large(code: str, name: str, values: Iterable[float], *, n: int = 60) -> None:
    """A school's share of pupils with everything passed, the last years up to 2024/25."""
    held = list(values)
    years = [f"{year}/{(year + 1) % 100:02d}" for year in range(2025 - len(held), 2025)]
    rows = [{"period": year, "value": value, "n": n} for year, value in zip(years, held, strict=True)]
    observe(unit("school_unit", code, name), "skv_slutbetyg9", "andel_alla_amnen", rows)


def nation(value: float = 71.9) -> None:
    observe(unit("riket", "riket", "Riket"), "skv_slutbetyg9", "andel_alla_amnen", [{"period": PERIOD, "value": value}])


def own(node: Node, n: int, value: float, indicator: str = "absence_problem", **more: Any) -> None:
    about = unit("school_unit", node.statistical_code, node.name)
    observe(about, "local", indicator, [{"period": PERIOD, "value": value, "n": n, **more}])


def text_of(document: ReportDocument) -> str:
    """Everything a document says, in one string."""
    return str(document.to_data())


def under(document: ReportDocument, heading: str) -> list[Block]:
    """The blocks of the section with this heading of level 1."""
    found: list[Block] = []
    here = False
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            here = block.text == heading
        elif here:
            found.append(block)
    assert found, heading
    return found
