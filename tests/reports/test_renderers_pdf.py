"""The report as a file: tagged as PDF/UA-1 asks, the same figures, the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import typst

from styrkedja.reports.blocks import KINDS, Callout, Chart, FigureItem, Figures, Heading, Table, Text
from styrkedja.reports.document import ReportDocument
from styrkedja.reports.renderers import pdf
from styrkedja.reports.renderers.pdf import PreparedInput, compile_pdf, prepare, render_pdf

from .sample_report import OWN_WORDS, line_data, sample_document


def structure(node: Any) -> Iterator[pikepdf.Dictionary]:
    """Every element of the tag tree under the node, in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from structure(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from structure(node.K)


def elements(file: pikepdf.Pdf) -> list[tuple[str, Any]]:
    return [(str(element.S), element) for element in structure(file.Root.StructTreeRoot.K)]


def words_of(made: bytes, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not on this machine (Debian: poppler-utils)")
    (tmp_path / "report.pdf").write_bytes(made)
    done = subprocess.run(["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def with_every_field(words: str) -> tuple[Any, ...]:
    return (
        Heading(words, 1),
        Text(f"{words}\n\n- {words}", words),
        Figures((FigureItem(words, words, "shown", 1.0, words, 1, None, words, words, words, words),)),
        Table(words, (words, words), ((words, words),), (1,), words),
        Callout("info", words, words),
        Chart("line", words, words, line_data(words, "%", (70, 71, None, 75, 79)), words),
    )


def test_the_file_says_what_it_is(small: ReportDocument) -> None:
    file = pikepdf.open(io.BytesIO(render_pdf(small)))
    assert file.Root.MarkInfo.Marked is True
    assert str(file.Root.Lang) == "sv-SE"
    assert file.Root.ViewerPreferences.DisplayDocTitle is True
    with file.open_metadata() as metadata:
        assert metadata["dc:title"] == "Åtta av tio når målen"
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["xmp:CreateDate"] == "2025-11-20T09:30:00+00:00"


def test_an_english_report_says_so(small: ReportDocument, tmp_path: Path) -> None:
    made = render_pdf(ReportDocument.from_data(small.to_data() | {"language": "en"}))
    assert str(pikepdf.open(io.BytesIO(made)).Root.Lang) == "en-GB"
    assert "Proposed decision" in words_of(made, tmp_path)


def test_peoples_own_words_have_a_language_of_their_own() -> None:
    document = sample_document(blocks=OWN_WORDS)
    file = pikepdf.open(io.BytesIO(render_pdf(ReportDocument.from_data(document.to_data() | {"language": "en"}))))
    assert [name for name, e in elements(file) if str(e.get("/Lang")) == "sv-SE"] == ["/P", "/P", "/TD"]


def test_headings_tables_and_pictures_are_tagged(small: ReportDocument) -> None:
    file = pikepdf.open(io.BytesIO(render_pdf(small)))
    found = elements(file)
    headings = [(tag, str(element.T)) for tag, element in found if re.fullmatch("/H[1-6]", tag)]
    assert headings == [("/H1", "Läget på Åsbackens skola"), ("/H2", "Betyg i ämnen")]
    assert [str(element.Alt) for tag, element in found if tag == "/Figure"] == [
        "Linjen stiger från 70 till 79 procent."
    ]
    heads = [element for tag, element in found if tag == "/TH"]
    assert [str(part.Scope) for head in heads for part in head.A if "/Scope" in part] == ["/Column", "/Column"]
    assert [tag for tag, _ in found].count("/TD") == 4
    assert {"/Caption", "/THead", "/TBody", "/L", "/LI", "/P", "/Title"} <= {tag for tag, _ in found}


def test_headings_are_bookmarks() -> None:
    with pikepdf.open(io.BytesIO(render_pdf(sample_document()))).open_outline() as outline:
        assert [item.title for item in outline.root] == [e.text for e in sample_document().contents if e.level == 1]
        assert [child.title for child in outline.root[1].children] == ["Vilka enheter som ingår", "Delaktighet"]


def test_words_and_figures_are_those_of_the_blocks(tmp_path: Path) -> None:
    document = sample_document()
    text = words_of(render_pdf(document), tmp_path)
    for block in document.blocks:
        if isinstance(block, Figures):
            assert [item.display for item in block.items if item.display not in text] == []
        if isinstance(block, Table):
            assert [row for row in block.rows if len(row) > 4 and " ".join(row) not in text] == []
    for words in (
        "Sammanfattning och förslag till beslut",
        "återkoppling på klagomål",
        "Diagram 15",
        "Tabell 11",
        "Förslag till beslut",
        "Sida 3 av",
    ):
        assert words in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_block_is_set(kind: str, small: ReportDocument) -> None:
    functions = (pdf.FOLDER / "blocks.typ").read_text()
    assert f"#let block-{kind}(" in functions
    assert f"  {kind}: block-{kind}," in functions
    only = tuple(block for block in small.blocks if type(block).__name__.lower() == kind)
    assert only
    heading = (Heading("Rubrik", 1),) if kind != "heading" else ()
    assert render_pdf(sample_document(blocks=(*heading, *only)))[:5] == b"%PDF-"


def test_the_same_document_gives_the_same_bytes() -> None:
    kept = json.loads(json.dumps(sample_document().to_data()))
    assert render_pdf(ReportDocument.from_data(kept)) == render_pdf(sample_document())
    later = sample_document(made_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert render_pdf(later) != render_pdf(sample_document())


def test_typst_itself_refuses_a_picture_without_words(small: ReportDocument) -> None:
    """The second wall, should a document ever pass the first."""
    ready = prepare(small)
    mute = ready.document.replace('"Linjen stiger från 70 till 79 procent."', "null")
    assert mute != ready.document
    with pytest.raises(typst.TypstError, match="alt text"):
        compile_pdf(PreparedInput(mute, ready.timestamp))


@pytest.mark.parametrize(
    "words",
    [
        '#panic("nej")',
        "$x^2$",
        "*fet* _kursiv_ `kod`",
        "= Rubrik",
        "<lab> @ref",
        r"\u{41} \ //",
        '"] + #sys',
        "~ -- ---",
    ],
)
def test_what_looks_like_typst_stands_as_written(words: str, tmp_path: Path) -> None:
    text = words_of(render_pdf(sample_document(title="Titel", blocks=with_every_field(words))), tmp_path)
    assert text.count(words) >= 10


@pytest.mark.parametrize(
    ("words", "shown"),
    [("👍 Bra", "▯ Bra"), ("สวัสดี", "▯"), ("a\x00b", "a▯b"), ("Ωμέγα Жуков ▲", "Ωμέγα Жуков ▲"), ("\u200b", "▯")],
)
def test_a_sign_without_a_letter_becomes_a_box_and_the_file_says_so(words: str, shown: str, tmp_path: Path) -> None:
    text = words_of(render_pdf(sample_document(blocks=(Heading("Rubrik", 1), Text(words)))), tmp_path)
    assert shown in text
    assert ("tecken som inte kan återges" in text) == ("▯" in shown)


def test_naughty_strings_never_stop_a_report(shared: Path) -> None:
    strings = [words for words in json.loads((shared / "badinput" / "blns.json").read_text()) if words.strip()]
    blocks = tuple(block for words in strings for block in with_every_field(words))
    assert render_pdf(sample_document(blocks=blocks))[:5] == b"%PDF-"


def test_a_long_table_repeats_its_header_on_each_page(tmp_path: Path) -> None:
    rows = tuple((f"Rad {number}", str(number)) for number in range(120))
    text = words_of(render_pdf(sample_document(blocks=(Table("Lång", ("Enhet", "Antalet"), rows, (1,)),))), tmp_path)
    assert text.count("Enhet Antalet") == 3
