"""The report on the web: every block, in order, escaped, in its own language."""

from __future__ import annotations

import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.utils import translation

from styrkedja.reports.blocks import KINDS, Callout, FigureItem, Figures, Heading, Table, Text
from styrkedja.reports.document import ReportDocument
from styrkedja.reports.renderers.html import render_html, render_page

from .sample_report import OWN_WORDS, sample_document


class Seen(HTMLParser):
    """The tags, ids and text of a page, as a browser would meet them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value[1:] for name, value in attrs if name == "href" and value and value.startswith("#")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("kind", KINDS)
def test_every_block_has_a_template(kind: str) -> None:
    get_template(f"reports/blocks/{kind}.html")


def test_headings_stand_in_order_under_one_h1(small: ReportDocument) -> None:
    seen = Seen(render_html(sample_document()))
    ranks = [int(tag[1]) for tag in seen.tags if re.fullmatch(r"h[1-6]", tag)]
    assert ranks.count(1) == 1
    assert ranks[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(ranks))


def test_the_contents_lead_to_headings_and_no_id_comes_twice() -> None:
    seen = Seen(render_html(sample_document()))
    assert len(seen.ids) == len(set(seen.ids))
    assert len(seen.links) == len(sample_document().contents)
    assert set(seen.links) <= set(seen.ids)


def test_what_the_blocks_hold_is_shown(small: ReportDocument) -> None:
    page = render_html(small)
    seen = Seen(page)
    for words in (
        "Åtta av tio når målen",
        "Rektor Märta Öberg",
        "79,2 %",
        "Intervall 65,7–88,3\u00a0%",
        "n\u00a0=\u00a048",
        "Visas inte: för få",
        "Tabell 1",
        "Diagram 1",
        "Förslag till beslut",
        "Källa: Skolverket.",
    ):
        assert words in seen.text
    assert '<th scope="col" class="num">Andel</th>' in page
    assert '<th scope="row">Matematik</th><td class="num">81,3</td>' in page
    assert "<ul><li>en punkt</li><li>två punkter</li></ul>" in page
    assert page.count("<svg") == 2  # a wide drawing and a narrow one, of which the style sheet shows one


def test_a_report_keeps_its_language_whoever_reads_it(small: ReportDocument) -> None:
    with translation.override("en"):
        assert "Förslag till beslut" in render_html(small)
    data = small.to_data() | {"language": "en"}
    page = render_html(ReportDocument.from_data(data))
    assert 'lang="en"' in page
    assert "Proposed decision" in page
    assert "Interval 65.7–88.3" in page


@pytest.mark.parametrize(("language", "marked"), [("en", 3), ("sv", 0)])
def test_peoples_own_words_have_a_language_of_their_own(language: str, marked: int) -> None:
    document = sample_document(blocks=OWN_WORDS)
    page = render_html(ReportDocument.from_data(document.to_data() | {"language": language}))
    own = re.findall(r'<(?:p|td) lang="sv">([^<]+)<', page)
    assert own == ["Fler elever når målen.", "Så är det överallt.", "De flesta når målen."][:marked]


def test_a_file_on_its_own_asks_for_nothing(small: ReportDocument) -> None:
    page = render_page(small)
    assert page.startswith("<!doctype html>")
    assert '<html lang="sv"' in page
    assert ".report-figures" in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "<script" not in page


def test_nothing_written_becomes_markup(shared: Path) -> None:
    for words in json.loads((shared / "badinput" / "blns.json").read_text()):
        if not words.strip():
            continue
        blocks = (
            Heading(words, 1),
            Text(words, words),
            Table(words, (words,), ((words,),), (), words),
            Callout("info", words, words),
            Figures((FigureItem(words, words, "shown", 1.0, words, 1, None, words, words, words, words),)),
        )
        seen = Seen(render_html(sample_document(title=words, blocks=blocks)))
        assert not {"script", "img", "iframe", "object", "embed", "style", "link", "form", "input"} & set(seen.tags), (
            words
        )
