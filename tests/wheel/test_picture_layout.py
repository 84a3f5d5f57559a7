"""Where everything stands in the wheel: angles worked by hand, lanes that are never shared, nothing lost."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from styrkedja.wheel.drawing.geometry import Round, Year, length, turned
from styrkedja.wheel.drawing.layout import APART, lay_out
from styrkedja.wheel.drawing.rings import KINDS, LEVELS
from styrkedja.wheel.entries import RINGS, EntryState, Return
from styrkedja.wheel.models import Kind
from tests.wheel.year_samples import entry, returns, year


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("period", "on", "angle"),
    [
        ("2025/26", "2025-07-01", 0),
        ("2025/26", "2025-10-01", 92 / 365 * 360),  # 31 + 31 + 30 days have gone
        ("2025/26", "2026-01-01", 184 / 365 * 360),
        ("2026", "2026-01-01", 0),
        ("2026", "2026-07-02", 182 / 365 * 360),
        ("2028", "2028-02-29", 59 / 366 * 360),
        ("2027/28", "2028-03-01", 244 / 366 * 360),  # 184 to New Year, 31 + 29 after it
        ("2025/26", "2025-06-30", 0),
        ("2025/26", "2026-08-01", 360),
    ],
)
def test_a_day_stands_at_its_angle(period, on, angle):
    assert Year(period).angle(day(on)) == pytest.approx(angle)


def test_a_year_is_twelve_months_from_its_first_and_its_mondays():
    school, leap = Year("2025/26"), Year("2028")
    assert [first.month for first, _b, _e in school.months] == [7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]
    assert school.months[0][1] == 0 and school.months[-1][2] == pytest.approx(360)
    assert (leap.months[1][2] - leap.months[1][1]) == pytest.approx(29 / 366 * 360)
    assert school.weeks[0] == (28, pytest.approx(6 / 365 * 360))  # Monday 7 July 2025
    assert [number for number, _angle in Year("2026").weeks][-1] == 53  # Monday 28 December 2026


def test_an_arc_spans_its_exact_days():
    assert Year("2025/26").span(day("2025-10-01"), day("2025-10-31")) == pytest.approx(
        (92 / 365 * 360, 123 / 365 * 360)
    )
    assert Year("2025/26").span(day("2026-06-30"), day("2026-06-30")) == pytest.approx((364 / 365 * 360, 360))


def test_points_go_clockwise_from_the_top():
    about = Round(100, 100)
    assert about.point(0, 50) == pytest.approx((100, 50))
    assert about.point(90, 50) == pytest.approx((150, 100))
    assert about.point(270, 50) == pytest.approx((50, 100))
    assert [turned(angle) for angle in (10, 89, 91, 180, 269, 271)] == [False, False, True, True, True, False]


def test_a_long_activity_has_its_days_and_a_short_one_is_still_seen():
    layout = lay_out([entry(starts="2025-10-01", ends="2025-12-31"), entry(starts="2026-03-03")], Year("2025/26"))
    long, short = layout.bars
    assert (long.begin, long.end) == pytest.approx((92 / 365 * 360, 184 / 365 * 360))
    assert short.begin == pytest.approx(245 / 365 * 360)
    assert (short.end - short.begin) * 3.14159 / 180 * short.radius >= 15  # units: an icon and some air


def test_rings_go_from_the_committee_in_to_the_team():
    layout = lay_out([entry(ring=ring) for ring in ("team", "unit", "committee", "administration")], Year("2025/26"))
    assert [ring.key for ring in layout.rings] == list(RINGS)
    assert all(a.inner >= b.outer for a, b in pairwise(layout.rings))
    for bar in layout.bars:
        ring = next(r for r in layout.rings if r.key == bar.ring)
        assert ring.inner + layout.height / 2 <= bar.radius <= ring.outer - layout.height / 2


def test_rings_may_be_the_kinds_of_process_and_every_kind_has_one():
    layout = lay_out([entry(kind=kind) for kind in Kind], Year("2025/26"), returns(), KINDS)
    assert [ring.key for ring in layout.rings] == ["decisions", "reports", "dialogues", "follow_ups"]
    assert {bar.entry.activity.kind: bar.ring for bar in layout.bars}[Kind.SURVEY] == "follow_ups"
    assert len(layout.bars) == len(Kind)
    dialogues = next(ring for ring in layout.rings if ring.key == "dialogues")
    assert layout.back and all(dialogues.inner < b.radius < dialogues.outer and not b.leads for b in layout.back)


def test_what_overlaps_gets_a_lane_of_its_own():
    same = [entry(number=str(n), starts="2025-10-01", ends="2025-11-30") for n in range(3)]
    layout = lay_out([*same, entry(starts="2026-02-01")], Year("2025/26"))
    assert len({bar.radius for bar in layout.bars}) == 3


def test_words_stand_beside_a_short_arc_and_inside_a_long_one():
    layout = lay_out([entry(starts="2025-10-01"), entry(starts="2025-12-01", ends="2026-04-30")], Year("2025/26"))
    short, long = layout.bars
    assert not short.inside and short.label_begin == short.end and short.label_end > short.end + 5
    assert long.inside


def test_at_the_end_of_the_year_words_stand_before_the_arc():
    (bar,) = lay_out([entry(starts="2026-06-29")], Year("2025/26")).bars
    assert not bar.inside and bar.label_end == bar.begin and bar.end <= 360


def gathered(layout) -> list:
    return [bar.entry for bar in layout.bars] + [e for more in layout.more for e in more.entries]


def test_words_before_an_arc_get_all_the_room_there_is_up_to_the_one_before():
    long = "En aktivitet med ett namn som är mycket längre än det som alltid får plats i ett hjul för hela kommunen"
    (alone,) = lay_out([entry(long, starts="2026-06-29")], Year("2025/26")).bars
    assert length(alone.label_end - alone.label_begin, alone.radius) >= alone.words.width > 240  # more than is promised
    first, last = lay_out([entry(starts="2026-04-10"), entry(long, starts="2026-06-29")], Year("2025/26")).bars
    assert first.radius == last.radius and first.reserved[1] < last.label_begin


@pytest.mark.parametrize("count", [0, 1, 6, 40, 120])
def test_a_usual_year_shows_every_activity_by_itself(count):
    entries = year(count, "2025/26", day("2025-11-23"))
    layout = lay_out(entries, Year("2025/26"))
    assert sorted(e.id for e in gathered(layout)) == sorted(e.id for e in entries)
    assert not layout.more and layout.centre >= 82


def test_two_hundred_in_a_month_become_some_and_so_many_more():
    entries = year(200, "2026", day("2026-11-23"), month=10)
    layout = lay_out(entries, Year("2026"))
    assert sorted(e.id for e in gathered(layout)) == sorted(e.id for e in entries)
    assert layout.more and all(len(more.entries) > 1 for more in layout.more)
    assert {more.month for more in layout.more} == {day("2026-10-01")}


KINDS_BY_TURN = list(Kind)
spans = st.tuples(st.integers(0, 364), st.integers(0, 120), st.sampled_from(RINGS), st.sampled_from(EntryState.values))


@given(st.lists(spans, max_size=150), st.booleans(), st.sampled_from([LEVELS, KINDS]))
@settings(max_examples=40, deadline=None)
def test_no_two_things_in_a_lane_ever_overlap(drawn, with_returns, rings):
    first, last = day("2025-07-01"), day("2026-06-30")
    entries = []
    for number, (begin, long, ring, state) in enumerate(drawn):
        starts = first + dt.timedelta(days=begin)
        ends = min(starts + dt.timedelta(days=long), last)
        entries.append(
            entry(
                f"Aktivitet {number}",
                ring,
                starts=starts,
                ends=ends,
                state=EntryState(state),
                kind=KINDS_BY_TURN[number % 10],
            )
        )
    layout = lay_out(entries, Year("2025/26"), returns() if with_returns else [], rings)
    assert len(gathered(layout)) == len(entries)
    lanes = defaultdict(list)
    for bar in layout.bars:
        lanes[bar.radius].append(bar.reserved)
    for more in layout.more:
        lanes[more.radius].append((more.begin, more.end))
    gap = APART / layout.outer
    for radius, taken in lanes.items():
        assert radius - layout.height / 2 > 60
        taken.sort()
        assert all(a[1] + gap <= b[0] for a, b in pairwise(taken))
        assert taken[0][0] >= 0 and taken[-1][1] <= 360.001
    radii = sorted(lanes)
    assert all(b - a >= layout.height - 0.001 for a, b in pairwise(radii))


def test_promised_feedback_lies_at_the_rim_of_the_ring_it_goes_to():
    layout = lay_out([entry(ring=ring) for ring in RINGS], Year("2025/26"), returns())
    unit = next(ring for ring in layout.rings if ring.key == "unit")
    first = next(back for back in layout.back if back.one.title == "Analys 1")
    assert unit.inner < first.radius < unit.outer and first.leads == 1
    assert all(bar.radius < first.radius for bar in layout.bars if bar.ring == "unit")
    assert first.begin == pytest.approx(101 / 365 * 360)  # 10 October


def test_more_feedback_than_lanes_is_counted():
    many = [Return(str(n), "A", "B", day("2025-10-01"), day("2025-12-01"), False, "/") for n in range(5)]
    back = lay_out([], Year("2025/26"), many).back
    assert len(back) + sum(one.more for one in back) == 5
