"""What holds for every drawing of the kit: labelled, safe, themable, and set by the typesetter."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typst
from django.utils import translation

from styrkedja.core.charts import KINDS, draw, draw_for_page
from styrkedja.core.charts.canvas import is_own_address
from styrkedja.core.charts.text import NOT_XML, clean
from styrkedja.core.charts.theme import PRINT, SIZES

from .charting import SVG, data_for, label, parse, words

ROOT = Path(__file__).resolve().parents[2]
FURNITURE = {"grid", "axis", "leader", "zebra", "band", "hit", "cell-empty", "whisker", "other-whisker"}
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><svg onload=alert(1)>",
    "]]> & &amp; <!-- --> <![CDATA[",
    "bell\x07 null\x00 form\x0c del\x7f c1\x85 high\ud800 non\uffff",
    "{{ 7*7 }}{% now %}",
    "שלום עליכם \u202e omvänt",
    "👩‍👩‍👧‍👦 Ångström " * 8,
    "",
)


@pytest.mark.parametrize("theme", ["page", "print"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_drawing_is_named_and_well_formed(kind: str, theme: str) -> None:
    tree = parse(draw(kind, data_for(kind), title="Fler når målen", alt="Från 50 till 70", theme=theme))  # type: ignore[arg-type]
    assert tree.tag == f"{SVG}svg"
    assert tree.get("aria-label") == "Fler når målen. Från 50 till 70"
    assert [child.tag for child in tree][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert not [element for element in tree.iter() if element.get("id") or element.get("style")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_has_a_label(kind: str) -> None:
    tree = parse(draw(kind, data_for(kind), title="t", alt="a"))
    marks = [e for e in tree.iter() if e.tag.split("}")[1] in ("circle", "path", "rect") and _style(e) not in FURNITURE]
    key = [e for e in marks if kind == "likert" and e.get("width") == "14"]  # its name stands beside it
    assert marks
    assert not [(_style(e), e.attrib) for e in marks if not label(e) and e not in key]


def _style(element: object) -> str:
    return str(element.get("class", "")).removeprefix("c-")  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS)
def test_print_names_its_colours_and_needs_no_style_sheet(kind: str) -> None:
    tree = parse(draw(kind, data_for(kind), title="t", alt="a", theme="print"))
    drawn = [e for e in tree.iter() if e.tag.split("}")[1] in ("circle", "path", "rect", "line", "text")]
    assert drawn
    for element in drawn:
        assert element.get("class") is None
        assert re.fullmatch(r"#[0-9a-f]{6}|none", element.get("fill", "")), element.attrib
    assert not list(tree.iter(f"{SVG}a"))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_draw_is_said_calmly(kind: str) -> None:
    with translation.override("en"):
        tree = parse(draw(kind, {}, title="t", alt="a"))
    assert [words(text) for text in tree.iter(f"{SVG}text")] == ["No data"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_are_shown_as_written(kind: str, text: str) -> None:
    _survives(kind, text)


def test_the_big_list_of_naughty_strings_breaks_no_drawing(shared: Path) -> None:
    for text in json.loads((shared / "badinput" / "blns.json").read_text("utf-8")):
        for kind in KINDS:
            _survives(kind, text)


def _survives(kind: str, text: str) -> None:
    for theme in ("page", "print"):
        svg = draw(kind, data_for(kind, text), title=text, alt=clean(text) or "a", theme=theme)  # type: ignore[arg-type]
        tree = parse(svg)
        assert {e.tag.split("}")[1] for e in tree.iter()} <= _VOCABULARY
        assert tree.find(f"{SVG}desc").text == (" ".join(NOT_XML.sub("", text).split()) or "a")  # type: ignore[union-attr]
    if kind != "sparkline" and clean(text):
        assert any(clean(text) in label(e) or clean(text) in words(e) for e in tree.iter() if e is not tree), text


_VOCABULARY = {"svg", "title", "desc", "line", "path", "rect", "circle", "text", "a"}


def test_links_lead_only_where_we_want() -> None:
    assert all(is_own_address(href) for href in ("/kedjan/1/", "?vy=tabell", "#data", "https://skolverket.se/"))
    for href in ("javascript:alert(1)", "//evil.example", "/\\evil.example", "data:text/html,x", "", None):
        assert not is_own_address(href)


def test_a_drawing_with_links_is_a_group_and_without_a_picture() -> None:
    assert parse(draw("dots", data_for("dots"), title="t", alt="a")).get("role") == "group"
    assert parse(draw("dots", data_for("dots"), title="t", alt="a", theme="print")).get("role") == "img"
    assert parse(draw("likert", data_for("likert"), title="t", alt="a")).get("role") == "img"


def test_a_page_gets_a_narrow_drawing_too_but_not_of_a_sparkline() -> None:
    assert draw_for_page("line", data_for("line"), title="t", alt="a").count("<svg") == 2
    assert draw_for_page("sparkline", data_for("sparkline"), title="t", alt="a").count("<svg") == 1


def test_a_chart_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="alt"):
        draw("line", data_for("line"), title="t", alt=" ")
    with pytest.raises(KeyError):
        draw("pie", {}, title="t", alt="a")


def test_the_style_sheet_and_print_know_the_same_styles() -> None:
    css = (ROOT / "static" / "css" / "charts.css").read_text()
    assert set(re.findall(r"\.c-([a-z0-9-]+)", css)) == set(PRINT)
    assert set(SIZES) <= set(PRINT)


def test_the_typesetter_draws_every_kind(tmp_path: Path) -> None:
    for kind in KINDS:
        svg = draw(kind, data_for(kind, "Åsö <grundskola> & förskola"), title="t", alt="a", theme="print")
        (tmp_path / f"{kind}.svg").write_text(svg, "utf-8")
    images = "\n".join(f'#image("{kind}.svg", alt: "{kind}")' for kind in KINDS)
    (tmp_path / "all.typ").write_text(f'#set document(title: "Prov")\n= Prov\n{images}\n')
    pdf = typst.compile(str(tmp_path / "all.typ"), root=str(tmp_path), pdf_standards=["ua-1"])
    assert isinstance(pdf, bytes)
    assert pdf.startswith(b"%PDF")
