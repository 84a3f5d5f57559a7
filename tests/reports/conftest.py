"""A report small enough to read, with a block of every kind."""

from __future__ import annotations

import pytest

from styrkedja.reports.blocks import Block, Callout, Chart, FigureItem, Figures, Heading, PageBreak, Table, Text
from styrkedja.reports.document import ReportDocument

from .sample_report import line_data, sample_document

BLOCKS: tuple[Block, ...] = (
    Heading("Läget på Åsbackens skola", 1),
    Text("Första stycket.\n\n- en punkt\n- två punkter", author="Rektor Märta Öberg"),
    Figures(
        (
            FigureItem(
                "Godkända",
                "79,2 %",
                "shown",
                79.2,
                "%",
                48,
                (65.7, 88.3),
                "2024/25",
                "Skolverket",
                "▲ +3,1",
                "Riket 73,4 %",
            ),
            FigureItem("Nyanlända", "..", "suppressed"),
        )
    ),
    Heading("Betyg i ämnen", 2),
    Table("Andel godkända", ("Ämne", "Andel"), (("Matematik", "81,3"), ("Slöjd", "..")), (1,), "Källa: Skolverket."),
    Chart(
        "line",
        "Fler når målen",
        "Linjen stiger från 70 till 79 procent.",
        line_data("Skolan", "%", (70, 71, None, 75, 79)),
        "n = 48",
    ),
    PageBreak(),
    Callout("decision", "Nämnden föreslås besluta", "att fastställa rapporten"),
)


@pytest.fixture
def small() -> ReportDocument:
    return sample_document(title="Åtta av tio når målen", blocks=BLOCKS)
