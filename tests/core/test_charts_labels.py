"""Numbers beside their dots: on the free side, worked by hand."""

from __future__ import annotations

from styrkedja.core.charts import draw
from styrkedja.core.charts.labels import ABOVE, BELOW, Obstacles

from .charting import label, parse, points, styled, words


def room() -> Obstacles:
    return Obstacles(left=0, right=400, top=0, bottom=200)


def test_a_number_stands_above_its_dot_where_nothing_is_in_the_way() -> None:
    assert room().beside(100, 100, 24) == (100, 100 + ABOVE)


def test_a_line_that_rises_steeply_over_the_dot_sends_the_number_below() -> None:
    held = room()
    held.add_line([(100, 100), (100, 20)])  # straight up through the place above
    assert held.beside(100, 100, 24) == (100, 100 + BELOW)


def test_on_the_axis_with_a_line_rising_through_it_the_number_goes_aside() -> None:
    held = room()
    held.add_line([(100, 190), (110, 20)])  # below 200 nothing fits, and above the line passes
    assert held.beside(100, 190, 24) == (119, 194)  # half its width and 7 aside, level with the dot


def test_two_dots_side_by_side_do_not_write_over_one_another() -> None:
    held = room()
    first, second = held.beside(100, 100, 40), held.beside(110, 100, 40)
    assert first == (100, 91)
    assert second == (110, 118)


def test_without_any_free_place_no_number_is_written() -> None:
    assert Obstacles(left=90, right=110, top=90, bottom=110).beside(100, 100, 40) is None


def test_a_break_with_a_mark_shows_the_mark_and_says_the_words() -> None:
    data = {
        "label": "Ekskolan",
        "unit": "%",
        "points": [
            {"period": p, "value": v, "state": "shown", "display": f"{v:g}"}
            for p, v in (("2021/22", 40.0), ("2022/23", 60.0))
        ],
        "breaks": [{"period": "2022/23", "label": "Lgr22 och betygskriterier ersätter Lgr11", "mark": "1"}],
    }
    tree = parse(draw("line", data, title="t", alt="a"))
    (mark,) = [text for text in styled(tree, "small") if words(text) == "1"]
    assert label(mark) == "2022/23: Lgr22 och betygskriterier ersätter Lgr11"
    assert not [text for text in styled(tree, "small") if "Lgr22" in words(text)]


def test_the_last_value_is_written_first() -> None:
    """Where not every number has room the one that matters most is there."""
    given = points(101.25, 101.5, 101.25, 101.5)
    tree = parse(draw("line", {"unit": "", "points": given}, title="t", alt="a", width=120))
    assert [words(text) for text in styled(tree, "value-own")] == ["101,5"]
    assert len(styled(tree, "value")) < 3
