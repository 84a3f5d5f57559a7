"""The wheel as it is drawn: whole, named, small enough, and nothing in it that somebody wrote is read as markup."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import translation

from styrkedja.wheel.drawing import words
from styrkedja.wheel.drawing.geometry import Year
from styrkedja.wheel.drawing.picture import Scene, draw
from styrkedja.wheel.drawing.styles import PRINT, SIZES
from styrkedja.wheel.drawing.timeline import draw_timeline
from styrkedja.wheel.entries import EntryState
from tests.wheel.year_samples import entry, returns, year

TODAY = dt.date(2025, 11, 23)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def swedish():
    with translation.override("sv"):
        yield


def scene(entries, **more) -> Scene:
    given = {"year": Year("2025/26"), "today": TODAY, "title": "Årshjulet", "subtitle": "Björkskolan"}
    return Scene(entries=entries, **{**given, "more_url": lambda _more: "/arshjul/?visa=lista", **more})


def links(svg: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(svg).findall(f".//{SVG}a")


@pytest.mark.parametrize("count", [0, 6, 40, 120])
def test_every_activity_is_an_ordinary_link_with_its_whole_name(count):
    entries = year(count, "2025/26", TODAY)
    found = links(draw(scene(entries)))
    assert sorted(a.get("href") for a in found) == sorted(e.url for e in entries)
    assert {a.get("aria-label") for a in found} == {words.whole(e) for e in entries}
    assert {a.findtext(f"{SVG}title") for a in found} == {words.brief(e) for e in entries}


def test_the_keyboard_goes_through_the_year_by_date():
    entries = year(60, "2025/26", TODAY, seed=5)
    starts = {e.url: e.starts for e in entries}
    found = [starts[a.get("href")] for a in links(draw(scene(entries)))]
    assert found == sorted(found)


def test_what_has_no_lane_is_counted_and_leads_to_the_list():
    entries = year(200, "2025/26", TODAY, month=10)
    found = links(draw(scene(entries)))
    counted = [a for a in found if a.get("class") == "w-rest"]
    left = sum(int(re.match(r"\+ (\d+) till", a.get("aria-label"))[1]) for a in counted)
    assert counted and all(a.get("href") == "/arshjul/?visa=lista" for a in counted)
    assert len(found) - len(counted) + left == 200


def test_a_year_of_120_activities_is_a_small_picture():
    address = f"/arshjul/nod/{'0' * 36}/aktivitet/{'1' * 36}/"  # the longest there is
    entries = [replace(e, url=address, responsible="Rektor, förskolerektor") for e in year(120, "2025/26", TODAY)]
    assert len(draw(scene(entries, returns=returns())).encode()) <= 150_000


@pytest.mark.parametrize("theme", ["page", "print"])
def test_nothing_anybody_wrote_is_markup(theme):
    hostile = "<script>alert(1)</script>\"&'\x00\x0b ]]> 𝕏 \ud800 " + "långt " * 60
    entries = [entry(hostile, number="<b>", responsible=hostile, url='javascript:alert("x")')]
    svg = draw(scene(entries, subtitle=hostile, title=hostile), theme)
    ElementTree.fromstring(svg)
    assert "<script" not in svg and "javascript:" not in svg and "<b>" not in svg
    assert not re.search(r"\sstyle=|\son[a-z]+=", svg)


def test_the_picture_says_in_words_what_it_shows():
    entries = [entry(state=EntryState.LATE), entry(state=EntryState.DONE), entry(state=EntryState.DONE)]
    root = ElementTree.fromstring(draw(scene(entries)))
    assert root.findtext(f"{SVG}title") == "Årshjulet, Björkskolan"
    assert root.findtext(f"{SVG}desc") == "Årshjulet 2025/26 med 3 aktiviteter. 1 försenad, 2 klara."
    one = ElementTree.fromstring(draw(scene([entry(state=EntryState.DONE)])))
    assert one.findtext(f"{SVG}desc") == "Årshjulet 2025/26 med 1 aktivitet. 1 klar."
    assert root.get("role") == "group"


def test_state_is_said_by_shape_and_sign_and_not_by_colour_alone():
    drawn = {state: str(draw(scene([entry(state=state)]))) for state in EntryState}
    assert len({re.search(r'class="w-bar-(\w+)"', svg)[1] for svg in drawn.values()}) == 5
    signs = {state: svg.count("<use ") for state, svg in drawn.items()}
    assert signs.pop(EntryState.COMING) == 1 and set(signs.values()) == {2}


def test_the_hand_stands_at_today_and_only_in_its_own_year():
    assert "I dag, 23 november" in draw(scene([entry()]))
    assert "I dag" not in draw(scene([entry()], today=dt.date(2027, 1, 1)))


def test_the_middle_says_what_is_next():
    entries = [
        entry("Förbi", starts="2025-09-01"),
        entry("Snart", starts="2025-12-01"),
        entry("Sen", starts="2026-03-01"),
    ]
    now = ElementTree.fromstring(draw(scene(entries))).find(f".//{SVG}g[@class='w-now']")
    said = [text.text for text in now.iter(f"{SVG}text")]
    assert said[0] == "2025/26" and "1.1 Snart" in said and "1 december" in said


def test_promised_feedback_is_a_dashed_line_with_a_name():
    svg = draw(scene([entry(ring="administration"), entry()], returns=returns()[:2]))
    found = [a for a in links(svg) if a.get("class") == "w-return"]
    assert [a.get("href") for a in found] == ["/a", "/b"]
    assert "utlovad till 14 november 2025. Försenad" in found[0].get("aria-label")


def test_the_public_sees_no_names_and_no_states():
    entries = [entry(state=EntryState.LATE, responsible="Ragnar Björk")]
    svg = draw(scene(entries, states=False))
    assert "Ragnar" not in svg and "örsen" not in svg


def test_no_name_inside_the_picture_is_given_twice():
    svg = str(draw(scene(year(60, "2025/26", TODAY))))
    ids = re.findall(r'\sid="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', svg)) <= set(ids)


def test_print_has_every_colour_in_itself_and_explains_its_signs():
    svg = str(draw(scene(year(30, "2025/26", TODAY)), "print"))
    assert "class=" not in svg and "<a " not in svg and "var(" not in svg
    assert "Kommande" in svg and "Klar" in svg


def test_page_and_print_have_the_same_styles():
    css = (Path(settings.BASE_DIR) / "static/css/wheel.css").read_text()
    named = set(re.findall(r"\.w-([a-z0-9-]+)", css)) - {"now", "full"}
    assert named == set(PRINT)
    for style, size in SIZES.items():
        rules = [rule for rule in re.findall(r"([^{}]+)\{([^}]*font-size[^}]*)\}", css) if f".w-{style}" in rule[0]]
        assert any(
            re.search(rf"\.w-{style}(?![\w-])", head) and f"font-size: {size:g}px" in body for head, body in rules
        )


def test_the_timeline_holds_every_activity_too():
    entries = year(90, "2025/26", TODAY)
    svg = draw_timeline(entries, Year("2025/26"), TODAY, title="Tidslinje")
    assert sorted(a.get("href") for a in links(svg)) == sorted(e.url for e in entries)
