"""The matrix as it is read: every open request can be reached, none hides a late place, words are words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format

from styrkedja.access.gate import Access
from styrkedja.dialogues.models import Acknowledgement, Feedback, Obligation, RequestReceiver
from styrkedja.dialogues.overview import matrix, steps
from styrkedja.organisation import actions as organisation
from tests.plans.initiating import decided

from .talking import accept, ask, day, feedback, hand_in, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(world, client):
    def read(**query) -> str:
        client.force_login(world.person("head"))
        answer = client.get(reverse("dialogues:matrix", args=[world.council.pk]), query)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def found(world):
    return matrix.matrix(Access(world.person("head")), world.council)


def column(world, key: str) -> dict[str, tuple[str, str]]:
    """The cells of one step, by place: (mark, word)."""
    held = found(world)
    place = next(i for i, one in enumerate(held.columns) if one.key == key)
    return {row.node.name: (row.cells[place].mark, row.cells[place].word) for row in held.rows}


def test_twelve_steps_stand_on_a_page_and_every_open_request_is_on_one(world, page):
    titles = [f"Fråga {number}?" for number in range(9)]
    for number, title in enumerate(titles):
        ask(world, of=[world.bjork], text=title, due=day(number))
    first, second, last = page(), page(fran="5"), page(fran="9")
    assert [[t for t in titles if t in text] for text in (first, second, last)] == [titles[:4], titles[4:8], titles[8:]]
    rows = re.search(r"<tbody>(.*)</tbody>", first, re.DOTALL)[1].split("\n")
    assert len(rows) == 3 and {row.count("<td ") for row in rows} == {12}
    assert "Öppna begäranden 1–4 av 9" in first and "?fran=5" in first
    assert "?fran=1" in second and "?fran=9" in second
    assert "?fran=5" in last and "Öppna begäranden 9–9 av 9" in last
    for odd in ("0", "-3", "99999", "9999", "x", ""):
        assert "av 9" in page(fran=odd)


def test_a_place_is_late_also_by_a_request_that_has_no_column_on_the_page(world, page):
    for number in range(matrix.REQUESTS):
        ask(world, of=[world.bjork], text=f"Fråga {number}?", due=day(0))
    last = ask(world, of=[world.lind], text="Den sista?", due=day(5))
    Obligation.objects.filter(receiver__request=last).update(due=day(-2))  # the day was moved, not the request's own
    text = page()
    assert "Den sista?" not in text
    assert text.index("Lindens förskola</a>") < text.index("Björkskolan</a>")
    assert "1 av 3 är sena" in text and "2 dagar sen" in text


def test_the_head_tells_how_many_of_those_asked_are_done(world, page):
    request = ask(world)  # two of the three units
    hand_in(world, of(request, world.bjork))
    accept(world, of(request, world.bjork))
    (head,) = re.findall(r'<th scope="col"[^>]*><a [^>]*>Hur arbetar.*?</th>', page(), re.DOTALL)
    assert "1 av 2" in head and reverse("dialogues:request", args=[request.pk]) in head
    assert column(world, f"request-{request.pk}") == {
        "Björkskolan": ("ok", "Mottaget"),
        "Ekskolan": ("open", f"Senast {date_format(day(10), 'j b')}"),
        "Lindens förskola": ("flat", "Inte tillfrågad"),
    }


def test_feedback_is_told_with_how_much_of_it_has_been_acknowledged(world):
    rows = [of(ask(world, of=[world.bjork], text=text), world.bjork) for text in ("Ett?", "Två?", "Tre?")]
    for row in rows:
        hand_in(world, row)
        accept(world, row)
    Obligation.objects.filter(receiver=rows[2], kind="feedback").update(due=day(-4))
    for row in rows[:2]:
        feedback(world, row)
    assert column(world, "feedback")["Björkskolan"] == ("late", "2 av 3, 4 dagar sen")
    assert column(world, "read")["Björkskolan"] == ("half", "0 av 2")
    assert found(world).late == 0  # it is the one who asked who is late
    Acknowledgement.objects.create(receiver=rows[0], up_to=1, made_by=None)
    assert column(world, "read")["Björkskolan"] == ("half", "1 av 2")
    feedback(world, rows[0], saw="Ett tillägg.")  # what is added is not read yet
    assert Feedback.objects.count() == 3 and column(world, "read")["Björkskolan"] == ("half", "0 av 2")
    assert column(world, "read")["Ekskolan"] == ("open", "Inget än")


def test_initiatives_that_nobody_has_judged_make_the_place_late(world):
    made = decided(world)
    type(made).objects.filter(pk=made.pk).update(evaluation_date=day(-6), starts_on=day(-40), ends_on=day(-7))
    assert column(world, "overdue")["Björkskolan"] == ("late", "1 försenad")
    assert column(world, "overdue")["Ekskolan"][0] == "ok"
    assert next((row.node.name, row.days_late) for row in found(world).rows) == ("Björkskolan", 6)


def test_names_and_words_are_written_as_words(world, page):
    organisation.add_node(
        parent=world.administration, kind="unit", name="<b>Alm</b> & co", school_forms=["gr"], valid_from=day(-9),
        by=None,
    )  # fmt: skip
    ask(world, text="<script>alert(1)</script>")
    text = page()
    assert "&lt;b&gt;Alm&lt;/b&gt; &amp; co</a>" in text and "&lt;script&gt;alert(1)" in text
    assert "<b>Alm" not in text and "<script>alert" not in text
    assert steps.Cell("<i>", "ok").html == '<td class="ok">&lt;i&gt;</td>'


def test_more_requests_and_feedback_take_no_more_queries(world, client):
    def count() -> int:
        client.force_login(world.person("head"))
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    address = reverse("dialogues:matrix", args=[world.council.pk])
    ask(world)
    few = count()
    for number in range(6):
        request = ask(world, text=f"Fråga {number}?", of=[world.bjork, world.ek, world.lind])
        hand_in(world, of(request, world.bjork))
        accept(world, of(request, world.bjork))
        feedback(world, of(request, world.bjork))
    assert RequestReceiver.objects.count() == 20
    assert count() == few


def test_the_marks_are_the_icons_of_the_program():
    """The stylesheet can only draw from files of their own; they are the sprite's."""
    static = Path(settings.BASE_DIR) / "static"
    sprite, drawn = (static / "icons.svg").read_text(), (static / "css" / "dialogues.css").read_text()
    marks = {file.stem: file.read_text() for file in (static / "marks").iterdir()}
    assert {f'url("../marks/{name}.svg")' in drawn for name in marks} == {True}
    for name, mark in marks.items():
        symbol = re.search(rf'<symbol id="{name}"[^>]*>(.*?)</symbol>', sprite)[1]
        assert symbol.replace("currentColor", "#000") in mark
