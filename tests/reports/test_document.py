"""What a report may hold, and that it survives being kept as JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from styrkedja.reports.blocks import KINDS, Chart, Heading, Paragraph, Table, Text, paragraphs
from styrkedja.reports.document import BrokenDocument, ReportDocument

from .sample_report import sample_document


def test_a_document_survives_json(small: ReportDocument) -> None:
    assert {type(block) for block in small.blocks} == set(KINDS.values())
    kept = json.loads(json.dumps(small.to_data()))
    assert ReportDocument.from_data(kept) == small
    whole = sample_document()
    assert ReportDocument.from_data(json.loads(json.dumps(whole.to_data()))) == whole


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "  "}, "no title"),
        ({"language": "fi"}, "unknown language 'fi'"),
        ({"made_at": dt.datetime(2025, 11, 20)}, "no time zone"),
        ({"blocks": (Heading("A", 2),)}, "block 0: heading 'A' of level 2 follows level 0"),
        ({"blocks": (Heading("A", 1), Text("x"), Heading("B", 3))}, "block 2: heading 'B' of level 3 follows level 1"),
        ({"blocks": (Heading(" ", 1),)}, "without words"),
        ({"blocks": (Chart("line", "Titel", " ", {}),)}, "the chart 'Titel' has no alternative text"),
        (
            {"blocks": (Table("T", ("a", "b"), (("1", "2"), ("1",))),)},
            "row 2 of the table 'T' has 1 cells, its header 2",
        ),
        ({"blocks": (Table("", ("a",), ()),)}, "no caption"),
    ],
)
def test_a_report_nobody_could_follow_is_never_made(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BrokenDocument, match=said.replace("(", r"\(")):
        sample_document(**changes)


def test_headings_may_step_up_as_far_as_they_like() -> None:
    sample_document(blocks=(Heading("A", 1), Heading("B", 2), Heading("C", 3), Heading("D", 1)))


def test_anchors_are_readable_and_unique_and_contents_stop_at_level_two() -> None:
    document = sample_document(
        blocks=(
            Heading("Årskurs 9", 1),
            Heading("Följder", 2),
            Heading("Årskurs 9", 1),
            Heading("¡!", 2),
            Heading("C", 3),
        )
    )
    assert list(document.anchors.values()) == ["r-arskurs-9", "r-foljder", "r-arskurs-9--2", "r-avsnitt", "r-c"]
    assert [entry.text for entry in document.contents] == ["Årskurs 9", "Följder", "Årskurs 9", "¡!"]


def test_charts_and_tables_are_counted_each_for_itself(small: ReportDocument) -> None:
    assert small.numbers == {4: 1, 5: 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("En rad\nandra raden\n\n\nNytt stycke", [(("En rad", "andra raden"), False), (("Nytt stycke",), False)]),
        ("Tre saker:\n- a\n- b\nslut", [(("Tre saker:",), False), (("a", "b"), True), (("slut",), False)]),
        ("- a\n\n- b", [(("a", "b"), True)]),
        ("-5 grader\r\n* inget", [(("-5 grader", "* inget"), False)]),
    ],
)
def test_a_text_is_paragraphs_and_points_and_nothing_else(
    text: str, expected: list[tuple[tuple[str, ...], bool]]
) -> None:
    assert paragraphs(text) == [Paragraph(*part) for part in expected]
