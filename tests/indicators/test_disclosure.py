"""What leaves: hand-worked cells against the limits."""

import pytest

from styrkedja.core.values import Group, State
from styrkedja.indicators.disclosure import MASKED, PUBLIC, Audience, disclose, hides_more
from styrkedja.indicators.disclosure.limits import least
from styrkedja.indicators.figures import aggregate
from tests.indicators.facts import figure

HIDDEN = (State.SUPPRESSED, None, None, None, None)


def shown(f):
    return (f.state, f.value, f.n, f.numerator, f.raw)


@pytest.mark.parametrize(
    ("source", "level", "period", "counts", "floor"),
    [
        ("skv_slutbetyg9", "school_unit", "2024/25", "pupils", 10),
        ("skv_underlag", "kommun", "2022/23", "pupils", 10),
        ("skv_underlag", "kommun", "2024/25", "pupils", 10),  # the source allows 5, we print from 10
        ("skv_salsa_survey", "school_unit", "2024/25", "respondents", 5),
        ("local", "school_unit", "2024/25", "respondents", 5),
        ("local", "huvudman", "2024", "children", 10),
        ("local", "school_unit", "2024/25", "time", 10),
        ("kolada", "kommun", "2024", "staff", 0),
    ],
)
def test_limits_by_source_level_and_year(source, level, period, counts, floor):
    assert least(source, level, period, counts) == floor


def test_nine_pupils_are_hidden_with_their_number_and_ten_are_not():
    nine, ten = disclose([figure(n=9), figure(n=10, period="2023/24")], MASKED)
    assert shown(nine) == HIDDEN
    assert (ten.value, ten.n) == (80.0, 10)


def test_a_small_n_is_hidden_where_the_source_hides_the_value_already():
    (found,) = disclose([figure(state=State.SUPPRESSED, value=None, n=8, raw="..")], PUBLIC)
    assert shown(found) == HIDDEN


def test_not_reported_stays_not_reported():
    (found,) = disclose([figure(state=State.MISSING, value=None, n=8, raw=".")], PUBLIC)
    assert (found.state, found.n) == (State.MISSING, None)


def test_one_sex_below_the_limit_hides_both():
    whole, girls, boys = disclose(
        [figure(n=30), figure(group="K", n=22, value=90.0), figure(group="M", n=8, value=52.5)], MASKED
    )
    assert whole.value == 80.0
    assert shown(girls) == shown(boys) == HIDDEN


def test_the_rest_of_a_whole_counts_as_the_other_sex():
    """Twenty of all and twelve girls: eight boys could be worked out."""
    whole, girls = disclose([figure(n=20), figure(group="K", n=12)], MASKED)
    assert (whole.value, shown(girls)) == (80.0, HIDDEN)


def test_a_hidden_whole_hides_its_parts_though_they_do_not_say_how_many():
    found = disclose([figure(n=9), figure(group="K", n=None), figure(group="M", n=None)], MASKED)
    assert [shown(f) for f in found] == [HIDDEN] * 3


def test_cells_of_different_years_and_sources_do_not_hide_one_another():
    found = disclose([figure(n=9), figure(n=40, period="2023/24"), figure(n=None, source="skv_underlag")], MASKED)
    assert [f.value for f in found] == [None, 80.0, 80.0]


def test_the_unit_itself_sees_its_small_groups_marked():
    full = Audience("full", frozenset([figure().unit]))
    mine, others = disclose([figure(n=9), figure(n=9, code="22222222")], full)
    assert (mine.value, mine.n, mine.small) == (80.0, 9, True)
    assert (shown(others), others.small) == (HIDDEN, False)


def test_what_the_source_hides_nobody_sees():
    full = Audience("full", frozenset([figure().unit]))
    (found,) = disclose([figure(state=State.SUPPRESSED, value=None, n=12, raw="..")], full)
    assert (found.state, found.value) == (State.SUPPRESSED, None)


def test_few_outside_an_own_share_are_told_as_nearly_all():
    whole, girls, boys = disclose(
        [
            figure(source="local", n=62, numerator=56, value=90.3),  # six did not: shown
            figure(source="local", group="K", n=30, numerator=28, value=93.3),  # two did not
            figure(source="local", group="M", n=32, numerator=28, value=87.5),  # four did not
        ],
        MASKED,
    )
    assert whole.value == 90.3
    assert shown(girls)[:2] == (State.APPROXIMATE, None)
    assert (girls.raw, girls.numerator, boys.raw) == ("~100", None, "~100")


def test_nearly_all_of_one_sex_hides_the_other():
    _whole, girls, boys = disclose(
        [
            figure(source="local", n=62, numerator=40, value=64.5),
            figure(source="local", group="K", n=30, numerator=28, value=93.3),
            figure(source="local", group="M", n=32, numerator=12, value=37.5),
        ],
        MASKED,
    )
    assert girls.raw == "~100"
    assert boys.state == State.SUPPRESSED


def test_own_data_of_a_unit_that_do_not_say_how_many_stay_inside():
    (unit,) = disclose([figure(source="local", n=None, indicator="absence_problem")], PUBLIC)
    assert shown(unit) == HIDDEN
    (whole,) = disclose([figure(source="local", n=None, indicator="absence_problem", kind="huvudman")], PUBLIC)
    assert whole.value == 80.0
    (staff,) = disclose([figure(source="local", n=None, indicator="teacher_cert")], PUBLIC)
    assert staff.value == 80.0  # what the employer publishes about its own


def test_hours_are_somebodys_hours():
    """Absence of six pupils stays inside, of sixty not; its hours are no share of the pupils."""
    of = {"source": "local", "indicator": "absence_total", "value": 7.5, "numerator": 3.0}
    unsaid, six, sixty = disclose([figure(**of, n=None), figure(**of, n=6, period="2023/24"),
                                   figure(**of, n=60, period="2022/23")], PUBLIC)  # fmt: skip
    assert shown(unsaid) == shown(six) == HIDDEN
    assert (sixty.value, sixty.n, sixty.interval, sixty.raw) == (7.5, 60, None, None)
    assert aggregate([sixty, sixty]) is None


def test_groups_other_than_the_sexes_of_one_cell_are_left_alone():
    found = disclose([figure(group=Group.ALL, n=50), figure(part="mat", n=4, indicator="pass_subject_y6")], MASKED)
    assert [f.value for f in found] == [80.0, None]


@pytest.mark.parametrize(
    ("value", "n", "told"),
    [(96.7, 30, "~100"), (86.6, 30, "~100"), (83.3, 30, None), (3.3, 30, "~0"), (100.0, 30, None), (0.0, 30, None)],
)
def test_few_outside_an_own_share_are_few_though_only_share_and_number_are_given(value, n, told):
    """29, 26, 25, 1, 30 and 0 of thirty pupils, worked from the share."""
    (found,) = disclose([figure(source="local", value=value, n=n)], PUBLIC)
    assert (found.raw, found.value) == (told, None if told else value)


@pytest.mark.parametrize(
    ("then", "today", "more"),
    [
        (("shown", 80.0), ("suppressed", None), True),
        (("shown", 80.0), ("approximate", None), True),  # "~100"
        (("approximate", None), ("suppressed", None), True),
        (("suppressed", None), ("approximate", None), False),
        (("suppressed", None), ("shown", 80.0), False),
        (("shown", 80.0), ("shown", 60.0), False),
        (("shown", 80.0), ("approximate", 370.0), False),  # "about 370" is a number
        (("shown", 80.0), ("missing", None), False),  # nobody reports it any more: that hides nothing
        (("shown", 80.0), None, False),
    ],
)
def test_what_was_kept_is_told_as_the_stricter_of_both_days_says(then, today, more):
    known = figure(state=today[0], value=today[1]) if today else None
    assert hides_more(known, state=then[0], value=then[1]) is more
