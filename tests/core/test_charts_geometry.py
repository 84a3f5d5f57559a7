"""Where things stand in a drawing, worked by hand."""

from __future__ import annotations

import re

import pytest

from styrkedja.core.charts import draw
from styrkedja.core.charts.data import Periods, as_point, as_series
from styrkedja.core.charts.scale import axis
from styrkedja.core.charts.text import fit, number, spread, width_of, wrap

from .charting import data_for, label, parse, points, styled, words


def sparkline(*values: float | None) -> str:
    return draw("sparkline", {"unit": "%", "points": points(*values)}, title="t", alt="a")


def test_sparkline_stands_where_the_axis_says() -> None:
    # 140 x 36 with 5 free all round; 0-100 on the axis: 0 is at 36 - 5 = 31, 100 at 5, the years at 5 and 135.
    tree = parse(sparkline(0, 100))
    assert [path.get("d") for path in styled(tree, "own-line")] == ["M5 31L135 5"]
    assert [(c.get("cx"), c.get("cy")) for c in styled(tree, "own-dot")] == [("5", "31"), ("135", "5")]


def test_a_missing_point_is_a_gap_never_zero() -> None:
    tree = parse(sparkline(40, 60, None, 60))
    # The axis is 40-60: y 31 and 5. Four years at 5, 48.3, 91.7, 135: nothing at the third, no line to the fourth.
    assert [path.get("d") for path in styled(tree, "own-line")] == ["M5 31L48.3 5"]
    assert [c.get("cx") for c in styled(tree, "own-dot")] == ["5", "48.3", "135"]


def test_a_withheld_point_shows_its_symbol_and_says_so() -> None:
    tree = parse(draw("line", data_for("line"), title="t", alt="a"))
    (symbol,) = styled(tree, "symbol")
    assert words(symbol) == ".."
    assert label(symbol) == "Ekskolan, 2023/24: .."
    assert not styled(tree, "own-line")  # 50, .., 70: no two points are neighbours


@pytest.mark.parametrize("state", ["suppressed", "missing", "not_applicable"])
def test_a_number_in_a_state_without_numbers_is_not_drawn(state: str) -> None:
    assert as_point({"period": "2024", "value": 3.0, "state": state, "display": ".."}).value is None


def test_not_a_number_is_no_number() -> None:
    for value in (float("nan"), float("inf"), "12", True, None):
        assert as_point({"period": "2024", "value": value, "state": "shown"}).value is None


def test_a_year_left_out_cuts_the_line_and_a_break_does_too() -> None:
    given = as_series(
        {
            "points": [
                {"period": p, "value": 1.0, "state": "shown"} for p in ("2019/20", "2020/21", "2022/23", "2023/24")
            ]
        }
    )
    periods = Periods([point.period for point in given.points])
    assert [[at for at, _point in run] for run in periods.runs(given)] == [[2020, 2021], [2023, 2024]]
    assert [[at for at, _point in run] for run in periods.runs(given, [2024])] == [[2020, 2021], [2023], [2024]]


@pytest.mark.parametrize("kind", ["sparkline", "multiples"])
def test_no_line_is_drawn_across_a_change_of_definition(kind: str) -> None:
    held = {"label": "Ekskolan", "points": points(40, 60, 50, 60)}
    breaks = [{"period": "2023/24", "label": "Lgr22", "mark": "1"}]
    data = held if kind == "sparkline" else {"panels": [held], "comparison": {"label": "Alla", **held}}
    tree = parse(draw(kind, data | {"breaks": breaks}, title="t", alt="a"))
    lines = [path.get("d") or "" for path in styled(tree, "own-line")]
    assert [line.count("L") for line in lines] == [1, 1]  # 2021/22 to 2022/23, and 2023/24 to 2024/25
    (mark,) = styled(tree, "break")
    assert label(mark) == "2023/24: Lgr22"
    before, after = (float(re.split("[ML ]", line)[at]) for line, at in ((lines[0], 3), (lines[1], 1)))
    assert before < float(mark.get("x1") or 0) < after


def test_every_second_year_is_not_a_gap() -> None:
    given = as_series({"points": [{"period": p, "value": 1.0, "state": "shown"} for p in ("2020", "2022", "2024")]})
    assert len(Periods([p.period for p in given.points]).runs(given)) == 1


def test_school_and_calendar_years_stand_by_the_year_they_end() -> None:
    periods = Periods(["2023/24", "2024", "2024/25"])
    assert periods.of("2023/24") == periods.of("2024") == 2024
    assert periods.labels == {2024.0: "2023/24", 2025.0: "2024/25"}


@pytest.mark.parametrize(
    ("values", "unit", "low", "high"),
    [
        ([71.0, 79.2], "%", 70.0, 82.5),  # ten points at least: 70.1-80.1, steps of 2.5
        ([2.0, 96.0], "%", 0.0, 100.0),  # the smallest is near zero: starts there; steps of 25
        ([99.0, 99.5], "%", 90.0, 100.0),  # a share never passes 100
        ([221.0, 224.0], "", 200.0, 240.0),  # 12 % of 224 = 26.9 at least: 209-236, in steps of 10
    ],
)
def test_axes_are_round_and_calm(values: list[float], unit: str, low: float, high: float) -> None:
    scale = axis(values, unit, 100, 0)
    assert (scale.low, scale.high) == (low, high)
    assert scale(scale.low) == 100
    assert scale(scale.high) == 0


def test_the_drawing_says_when_the_axis_does_not_start_at_zero() -> None:
    cut = draw("line", {"label": "A", "unit": "%", "points": points(71, 79)}, title="t", alt="a")
    whole = draw("line", {"label": "A", "unit": "%", "points": points(2, 96)}, title="t", alt="a")
    assert [words(text) for text in styled(parse(cut), "small")][-1].endswith(("inte vid noll.", "not at zero."))
    assert "noll" not in whole
    assert "zero" not in whole


def test_labels_that_would_collide_move_apart_and_keep_their_order() -> None:
    assert spread([10, 12, 40], 10, 0, 100) == [10, 20, 40]
    assert spread([95, 98], 10, 0, 100) == [90, 100]
    assert spread([40, 12, 10], 10, 0, 100) == [40, 20, 10]
    assert spread([1, 1, 1], 50, 0, 60) == [0, 30, 60]


def test_text_is_measured_cut_and_wrapped() -> None:
    assert width_of("iii", 10) == pytest.approx(7.2)  # 3 x 240/1000 x 10
    assert fit("iiii", 9.6, 10) == "iiii"
    assert fit("iiiiiiiiii", 19.6, 10) == "iiii…"  # the ellipsis takes 10, four letters 9.6
    assert wrap("ii ii ii", 12.4, 10) == ("ii ii", "ii")  # two words and a space: 9.6 + 2.8


def test_long_names_are_cut_and_whole_in_their_label() -> None:
    name = "Grundskolan vid Södra Strandpromenaden och Sjukhusskolan i Västra Götaland, årskurs 7–9"
    for kind in ("dots", "multiples", "slope", "heat", "line"):
        tree = parse(draw(kind, data_for(kind, name), title="t", alt="a"))
        cut = [element for element in tree.iter() if words(element).endswith("…")]
        assert cut, kind
        assert all(label(element) == name or name in label(element) for element in cut), kind


def test_own_unit_differs_in_shape_not_only_in_colour() -> None:
    tree = parse(draw("dots", data_for("dots") | {"items": _two_units()}, title="t", alt="a"))
    assert [element.tag.split("}")[1] for element in styled(tree, "own-dot")] == ["path"]
    assert [element.tag.split("}")[1] for element in styled(tree, "other-dot")] == ["circle"]


def _two_units() -> list[dict[str, object]]:
    return [points(50)[0] | {"label": "A", "own": True}, points(60)[0] | {"label": "B", "own": False}]


def test_likert_bars_are_as_long_as_their_shares() -> None:
    tree = parse(draw("likert", data_for("likert"), title="t", alt="a", width=400))
    bars = [element for element in tree.iter() if label(element).endswith("%") and element.get("width")]
    assert [(bar.get("x"), bar.get("width")) for bar in bars] == [("0", "240"), ("240", "160")]
    assert [label(bar) for bar in bars] == ["Ekskolan. Ekskolan: 60 %", "Ekskolan. Ekskolan: 40 %"]


def test_slope_draws_no_line_from_nothing() -> None:
    tree = parse(draw("slope", data_for("slope"), title="t", alt="a"))
    assert len(styled(tree, "own-line")) == 1
    assert not styled(tree, "other-line")
    assert len(styled(tree, "other-dot")) == 1


def test_funnel_curves_end_at_the_frame() -> None:
    data = data_for("funnel") | {"limits": [{"n": n, "lo2": 40, "hi2": 80, "lo3": 30, "hi3": 90} for n in (10, 1000)]}
    tree = parse(draw("funnel", data, title="t", alt="a", width=480))
    ends = {path.get("d", "").split("L")[-1].split()[0] for path in styled(tree, "limit-inner")}
    assert ends == {"384"}  # the frame's right side: 480 - 96


@pytest.mark.parametrize(
    ("value", "written"), [(79.2, "79,2"), (79.0, "79"), (-3.25, "−3,2"), (-0.01, "0"), (0.04, "0")]
)
def test_numbers_are_written_as_the_reader_writes_them(value: float, written: str) -> None:
    assert number(value) == written
