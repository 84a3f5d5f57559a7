"""Slides read back as anybody's program would: figures worked by hand, gaps, words, order, and hostile templates."""

from __future__ import annotations

import io
import uuid
import zipfile
from dataclasses import replace

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Inches

from styrkedja.core.errors import Refused
from styrkedja.core.models import AuditEvent
from styrkedja.reports import slide_templates
from styrkedja.reports.actions import make_report
from styrkedja.reports.blocks import Block, Callout, Chart, FigureItem, Figures, Heading, Table, Text
from styrkedja.reports.document import ReportDocument
from styrkedja.reports.models import SlideTemplate
from styrkedja.reports.renderers.pptx import render_pptx
from styrkedja.reports.renderers.slides.plain import plain
from tests.analyses.writing import unit_established
from tests.reports.material import PERIOD, large, nation
from tests.reports.sample_report import sample_document

NBSP = "\N{NO-BREAK SPACE}"


def point(period: str, value: float | None, display: str, state: str = "shown", n: int | None = None) -> dict:
    return {"period": period, "value": value, "state": state, "interval": None, "n": n, "display": display}


LINE = {
    "label": "Åsbackens skola",
    "unit": "%",
    # 2/3 is 66.666…: behind the chart too it stands as it is printed
    "points": [
        point("2021/22", 66.66667, "66,7"), point("2022/23", None, "..", "suppressed"),
        point("2023/24", 71.0, "cirka 71", "approximate"), {**point("2024/25", 79.2, "79,2", n=48),
                                                           "interval": [65.7, 88.3]},
    ],
    "comparisons": [{"label": "Riket", "points": [point("2021/22", 70.0, "70,0"), point("2024/25", 73.4, "73,4")]}],
    "target": None,
    "breaks": [{"period": "2023/24", "label": ""}],
}  # fmt: skip
DOTS = {
    "unit": "poäng",
    "period": "2024/25",
    "items": [
        {"label": "Björkskolan", "own": False, **point("", 240.0, "240,0", n=60)},
        {"label": "Ekskolan", "own": False, **point("", None, "..", "suppressed")},
        {"label": "Lindskolan", "own": False, **point("", 194.1, "194,1", n=51)},
    ],
    "reference": {"label": "Åsbacken", "value": 215.04},
}
BLOCKS: tuple[Block, ...] = (
    Heading("På en sida", 1),
    Heading("Åtta av tio når målen", 2, listed=False),
    Figures((FigureItem("Godkända", f"79,2{NBSP}%", "shown", 79.2, "%", 48, None, "2024/25", "Källa: Skolverket"),
             FigureItem("Nyanlända", "..", "suppressed"))),
    Callout("good", "Bättre", "- Fler når målen"),
    Callout("decision", "Nämnden föreslås besluta", "- att godkänna rapporten,\n- att följa matematiken."),
    Heading("Resultat mot de nationella målen", 1),
    Heading("Kunskaper", 2),
    Text("- Åtta av tio har godkänt i alla ämnen."),
    Heading("Godkänt i alla ämnen", 3),
    Chart("line", "Fler når målen", "Åsbackens skola: 2021/22 66,7 %, 2022/23 .., 2024/25 79,2 %.", LINE,
          "Källa: Skolverket."),
    Heading("Meritvärde", 3),
    Chart("dots", "45,9 poäng skiljer", "Björkskolan 240,0 poäng; Ekskolan ..; Lindskolan 194,1 poäng.", DOTS,
          "Källa: S."),
    Text("Sedan året före har siffran ökat i 1 enhet."),
    Heading("Analys: orsaker och osäkerhet", 1),
    Heading("Orsaker", 2),
    Heading("Orsak 1", 3),
    Text("Lärarbyten bröt kontinuiteten. Det syns i år 8.", words=True),
    Heading("Bedömd måluppfyllelse", 1),
    Table("Bedömd måluppfyllelse", ("Område", "Bedömning", "Grund"),
          (("Kunskaper", "Vi är på väg", "De flesta når dit."),), words=((0, 2),)),
    Heading("Behov och prioriteringar", 1),
    *(b for i in range(1, 8) for b in (Heading(f"Prioritet {i}", 2), Text(f"Behov nummer {i}.", words=True))),
)  # fmt: skip


@pytest.fixture
def document() -> ReportDocument:
    return sample_document(title="Kvalitetsrapport 2024/25", blocks=BLOCKS)


def deck_of(content: bytes):
    return Presentation(io.BytesIO(content))


def slide_called(deck, title: str):
    (found,) = (slide for slide in deck.slides if slide.shapes.title.text_frame.text == title)
    return found


def said(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def notes(slide) -> str:
    return slide.notes_slide.notes_text_frame.text


def chart_of(slide):
    (frame,) = (shape for shape in slide.shapes if shape.has_chart)
    return frame


def test_the_order_and_the_titles(document: ReportDocument) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in deck_of(render_pptx(document)).slides]
    assert titles == [
        "Kvalitetsrapport 2024/25",
        "Åtta av tio når målen",
        "Fler når målen",
        "45,9 poäng skiljer",
        "Analysen ser 1 orsak",
        "1 målområde är bedömt",
        "7 prioriterade områden, i ordning",
        "7 prioriterade områden, i ordning (2)",
        "Nämnden föreslås besluta",
        "Frågor att samtala om",
        "Källor",
    ]


def test_a_line_with_its_gap(document: ReportDocument) -> None:
    slide = slide_called(deck_of(render_pptx(document)), "Fler når målen")
    frame = chart_of(slide)
    plot = frame.chart.plots[0]
    assert list(plot.categories) == ["2021/22", "2022/23: ..", "2023/24", "2024/25"]
    assert [(s.name, tuple(s.values)) for s in plot.series] == [
        ("Åsbackens skola", (66.7, None, 71.0, 79.2)),
        ("Riket", (70.0, None, None, 73.4)),
    ]
    space = frame.chart._chartSpace
    assert space.find(f".//{qn('c:dispBlanksAs')}").get("val") == "gap"
    reach = [v.text for v in space.findall(f".//{qn('c:errBars')}//{qn('c:v')}")]
    assert reach == ["9.1", "13.5"]  # 88.3 - 79.2 and 79.2 - 65.7, of the one point with an interval
    assert plot.series[0].points[2].data_label.text_frame.text == "cirka 71"
    sheet = load_workbook(io.BytesIO(frame.chart.part.chart_workbook.xlsx_part.blob)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [None, "Åsbackens skola", "Riket"],
        ["2021/22", 66.7, 70],
        ["2022/23: ..", None, None],
        ["2023/24", 71, None],
        ["2024/25", 79.2, 73.4],
    ]
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr").startswith("Åsbackens skola: 2021/22 66,7 %, 2022/23 ..")
    under = said(slide)
    assert f"Åsbackens skola · 2021/22–2024/25 · n{NBSP}={NBSP}48 (2024/25)" in under
    assert "2022/23 – visas inte: för få." in under
    assert "Källa: Skolverket." in under
    assert "Åtta av tio har godkänt i alla ämnen." in notes(slide)


def test_bars_of_units_by_name(document: ReportDocument) -> None:
    slide = slide_called(deck_of(render_pptx(document)), "45,9 poäng skiljer")
    plot = chart_of(slide).chart.plots[0]
    assert list(plot.categories) == ["Åsbacken", "Björkskolan", "Ekskolan: ..", "Lindskolan"]
    assert [tuple(s.values) for s in plot.series] == [(215.0, 240.0, None, 194.1)]
    assert f"2024/25 · n{NBSP}={NBSP}51–60" in said(slide)
    assert "Sedan året före har siffran ökat i 1 enhet." in notes(slide)


def test_key_figures_say_why_there_is_none(document: ReportDocument) -> None:
    slide = slide_called(deck_of(render_pptx(document)), "Åtta av tio når målen")
    (table,) = (shape.table for shape in slide.shapes if shape.has_table)
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["Indikator", "Värde", "Förändring", "Jämförelse", "Period"]
    assert rows[1] == ["Godkända", f"79,2{NBSP}%", "–", "–", f"2024/25, n{NBSP}={NBSP}48"]
    assert rows[2][1].startswith("..") and "för få" in rows[2][1]
    assert table.first_row
    assert "Fler når målen" in notes(slide)


def test_each_slide_can_be_read_aloud(document: ReportDocument) -> None:
    deck = deck_of(render_pptx(document))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(set(titles)) == len(titles) and 8 <= len(titles) <= 12
    for slide in deck.slides:
        shapes = list(slide.shapes)
        assert shapes[0] == slide.shapes.title
        under = [place for place, shape in enumerate(shapes) if shape.name == "under"]
        drawn = [place for place, shape in enumerate(shapes) if shape.has_chart or shape.has_table]
        assert not (under and drawn) or under[0] > drawn[0]
        for shape in shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")
            elif shape.is_placeholder:
                assert shape.text_frame.text  # nothing empty to be read
        languages = {run.get("lang") for run in slide._element.iter(qn("a:rPr"))}
        assert languages == {"sv-SE"}
        assert notes(slide).strip()
    assert deck.core_properties.language == "sv-SE"


def test_own_words_stay_swedish_in_an_english_deck(document: ReportDocument) -> None:
    needs = (Heading("Needs and priorities", 1), Heading("Priority 1", 2), Text("Fler vuxna ute.", words=True))
    deck = deck_of(render_pptx(replace(document, language="en", blocks=needs)))
    runs = [run for slide in deck.slides for run in slide._element.iter(qn("a:r"))]
    spoken = {run.find(qn("a:t")).text: run.find(qn("a:rPr")).get("lang") for run in runs}
    assert spoken["Questions to talk about"] == "en-GB"
    assert spoken["Fler vuxna ute."] == "sv-SE"


def test_a_long_report_is_twelve_slides_and_says_what_is_left_out(document: ReportDocument) -> None:
    many = [b for i in range(9) for b in (Heading(f"Mått {i}", 3), replace(BLOCKS[9], title=f"Fler når målen {i}"))]
    needs = [b for i in range(30) for b in (Heading(f"Prioritet {i + 8}", 2), Text("Mer.", words=True))]
    deck = deck_of(render_pptx(replace(document, blocks=(*BLOCKS[:9], *many, *BLOCKS[9:], *needs))))
    assert len(deck.slides) == 12
    assert "27 till står i rapporten." in said(slide_called(deck, "37 prioriterade områden, i ordning (2)"))


def test_nothing_reaches_outside_its_slide(document: ReportDocument) -> None:
    """Long words everywhere, on a broad and on a narrow template."""
    long = tuple(
        replace(b, title=b.title + " " + "mycket långa ord " * 8) if isinstance(b, Chart) else b for b in BLOCKS
    )
    for template in (plain(), narrow()):
        deck = deck_of(render_pptx(replace(document, blocks=long), template))
        for slide in deck.slides:
            for shape in slide.shapes:
                assert shape.left >= 0 and shape.top >= 0
                assert shape.left + shape.width <= deck.slide_width
                assert shape.top + shape.height <= deck.slide_height
            (boxes,) = ([s for s in slide.shapes if s.has_chart or s.has_table],)
            below = [s for s in slide.shapes if s.name == "under"]
            assert not (boxes and below) or boxes[0].top + boxes[0].height <= below[0].top + 1


def narrow(*, slides: int = 1) -> bytes:
    """A municipality's: 4:3, its own layouts, with an example slide."""
    deck = Presentation()
    for number in range(slides):
        slide = deck.slides.add_slide(deck.slide_layouts[0])
        slide.shapes.title.text_frame.text = f"EXEMPELBILD {number}"
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


def test_the_slides_of_the_template_are_left_out(document: ReportDocument) -> None:
    content = render_pptx(document, narrow(slides=3))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        assert len(set(names)) == len(names)
        assert not any(b"EXEMPELBILD" in packed.read(name) for name in names)
    assert deck_of(content).slide_width == Inches(10)


# Templates somebody sends


def changed(content: bytes, *, put: dict[str, bytes] | None = None, swap: tuple[bytes, bytes] | None = None) -> bytes:
    """The file with parts put in, and one text in place of another in all parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(*swap) if swap else old.read(name))
        for name, held in (put or {}).items():
            new.writestr(name, held)
    return made.getvalue()


def without_titles() -> bytes:
    deck = Presentation()
    for layout in deck.slide_layouts:
        for shape in list(layout.placeholders):
            shape._element.getparent().remove(shape._element)
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


MAIN = b"presentationml.presentation.main+xml"
HOSTILE = {
    "en bomb": (lambda: changed(narrow(), put={"ppt/media/x.png": b"\0" * 70_000_000}), "alldeles för stor"),
    "makron": (lambda: changed(narrow(), put={"ppt/vbaProject.bin": b"x"}), "makron"),
    "makron som pptx": (
        lambda: changed(narrow(), swap=(b"application/vnd.openxmlformats-officedocument." + MAIN,
                                        b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml")),
        "makron",
    ),
    "en text": (lambda: b"Hej", "ingen PowerPoint"),
    "en annan zip": (lambda: changed(narrow(), swap=(MAIN, b"wordprocessingml.document.main+xml")), "ingen PowerPoint"),
    "gammal": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "lösenordsskyddad"),
    "avhuggen": (lambda: narrow()[:-2000], "går inte att öppna|ingen PowerPoint"),
    "utan rubriker": (without_titles, "Ingen layout"),
    "hämtar utifrån": (
        lambda: changed(narrow(), put={"ppt/slideMasters/_rels/x.xml.rels": b'<Relationships xmlns="http://schemas.'
                        b'openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://x/image" '
                        b'Target="http://x/y.png" TargetMode="External"/></Relationships>'}),
        "hämtar något utifrån",
    ),
    "dtd": (lambda: changed(narrow(), put={"customXml/x.xml": b'<!DOCTYPE a [<!ENTITY b "b">]><a/>'}), "går inte"),
    "ut ur mappen": (lambda: changed(narrow(), put={"../../x.xml": b"<a/>"}), "går inte att öppna"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_refused_in_words(name: str) -> None:
    make, words = HOSTILE[name]
    with pytest.raises(Refused, match=words):
        slide_templates.tried(make())


@pytest.mark.django_db
def test_a_template_is_tried_kept_and_used_until_another_holds(client, world) -> None:
    client.force_login(world.person("quality"))
    address = reverse("reports:slide_template")
    file = io.BytesIO(changed(narrow(), swap=(b"presentation.main+xml", b"template.main+xml")))
    file.name = "Kommunens mall.potx"
    assert client.post(address, {"file": file, "expected": 0, "_key": str(uuid.uuid4())}).status_code == 302
    held = SlideTemplate.objects.get()
    assert (held.number, held.file_name, held.layout) == (1, "Kommunens mall.potx", "Title and Content")
    assert AuditEvent.objects.filter(event="setting_changed").latest("seq").details["sha256"] == held.sha256

    large("11111111", "Björkskolan", [70.0, 74.0, 79.2])
    nation()
    unit_established(world)
    report = make_report(node=world.bjork, period=PERIOD, by=None)
    answer = client.get(reverse("reports:slides", args=[report.pk]))
    assert "Kvalitetsrapport%202024-25%20Bj%C3%B6rkskolan%20v1.pptx" in answer["Content-Disposition"]
    deck = deck_of(answer.content)
    assert deck.slide_width == Inches(10)  # the municipality's
    line = slide_called(deck, next(t for s in deck.slides if "alla ämnen" in (t := s.shapes.title.text_frame.text)
                                   and any(shape.has_chart for shape in s.shapes)))  # fmt: skip
    own = chart_of(line).chart.plots[0].series[0]
    assert (own.name, tuple(own.values)) == ("Björkskolan", (70.0, 74.0, 79.2))

    broken = io.BytesIO(b"Hej")
    broken.name = "hej.pptx"
    page = client.post(address, {"file": broken, "expected": 1})
    assert page.status_code == 200 and "ingen PowerPoint" in page.content.decode()
    late = client.post(address, {"plain": "on", "expected": 0})
    assert "Någon annan har bytt mall" in late.content.decode()
    assert SlideTemplate.objects.count() == 1
    assert client.post(address, {"plain": "on", "expected": 1}).status_code == 302
    assert slide_templates.content() == b""
    assert client.get(reverse("reports:slide_template_file", args=[held.pk])).content == bytes(held.content)
    assert deck_of(client.get(reverse("reports:slides", args=[report.pk])).content).slide_width > Inches(13)
