"""From observations to figures: states survive, sources stay apart, nothing is made up."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from styrkedja.core.values import State
from styrkedja.indicators.figures import Lookups, aggregate, preferred, raw_figures
from styrkedja.indicators.series import all_series
from styrkedja.observations.models import Batch
from tests.indicators.facts import batch, figure, observe, unit

pytestmark = pytest.mark.django_db


def school():
    return unit("school_unit", "11111111", "Björkskolan")


def test_an_observation_becomes_the_figure_its_measure_means():
    observe(school(), "skv_slutbetyg9", "andel_alla_amnen", [{"period": "2024/25", "value": 79.2, "n": 62}])
    (found,) = raw_figures([school()])
    assert (found.indicator, found.part, found.value, found.n, found.source) == (
        "pass_all_final", "", 79.2, 62, "skv_slutbetyg9",
    )  # fmt: skip
    assert found.interval == pytest.approx((67.5, 87.5), abs=0.1)  # Wilson of 49.1 of 62, by the formula
    assert not found.break_before


def test_every_state_survives_and_none_becomes_a_number():
    rows = [
        {"period": "2020/21", "state": "suppressed", "raw": ".."},
        {"period": "2021/22", "state": "missing", "raw": "."},
        {"period": "2022/23", "state": "approximate", "raw": "~100"},
        {"period": "2023/24", "state": "not_applicable", "raw": "*"},
    ]
    observe(school(), "skv_slutbetyg9", "andel_alla_amnen", rows)
    found = list(raw_figures([school()]))
    assert [(f.state, f.value, f.raw, f.interval) for f in found] == [
        (State.SUPPRESSED, None, "..", None),
        (State.MISSING, None, ".", None),
        (State.APPROXIMATE, None, "~100", None),
        (State.NOT_APPLICABLE, None, "*", None),
    ]
    assert [f.break_before for f in found] == [False, False, True, False]  # Lgr22; the limit of 2023/24 is not schools'


def test_measures_no_indicator_uses_give_no_figure():
    observe(school(), "skv_underlag", "Kostnader: Per elev", [{"period": "2024", "value": 135900}])
    assert list(raw_figures([school()])) == []


def test_place_and_part_come_from_the_catalogue():
    kommun = unit("kommun", "0885", "Borgholm")
    observe(kommun, "kolada", "N15485", [{"period": "2019", "value": 90.7, "place": "kommunal"}])
    (found,) = raw_figures([kommun])
    assert (found.indicator, found.part, found.place) == ("pass_subject_y6", "mat", "kommunal")


def kolada(kommun, rows):
    """(kpi, group, state, value) of 2019."""
    of = batch("kolada")
    for kpi, group, state, value in rows:
        observe(kommun, "kolada", kpi, [{"period": "2019", "group": group, "state": state, "value": value,
                                         "place": "kommunal"}], of)  # fmt: skip


def test_net_deviation_needs_both_shares():
    kommun = unit("kommun", "0885", "Borgholm")
    kolada(
        kommun,
        [
            ("N15570", "T", "shown", 13.1), ("N15569", "T", "shown", 11.6),  # Swedish: 1.5
            ("N15570", "K", "shown", 10.0), ("N15569", "K", "suppressed", None),
            ("N15570", "M", "shown", 16.0), ("N15569", "M", "missing", None),
            ("N15572", "T", "shown", 20.0),  # mathematics without its other half
        ],
    )  # fmt: skip
    net = {(f.part, f.group): f for f in raw_figures([kommun]) if f.indicator == "np_net"}
    assert {key: (f.state, f.value) for key, f in net.items()} == {
        ("sve", "T"): (State.SHOWN, 1.5),
        ("sve", "K"): (State.SUPPRESSED, None),
        ("sve", "M"): (State.MISSING, None),
    }
    assert net["sve", "T"].source == "calc"  # our own calculation does not name Kolada


def test_shares_of_different_places_are_not_subtracted():
    kommun = unit("kommun", "0885")
    observe(kommun, "kolada", "N15570", [{"period": "2019", "value": 13.1, "place": "kommunal"}])
    observe(kommun, "kolada", "U15434", [{"period": "2019", "value": 11.6, "place": "lageskommun"}])
    assert not [f for f in raw_figures([kommun]) if f.indicator == "np_net"]


def test_asked_for_alone_the_difference_brings_its_operands():
    kommun = unit("kommun", "0885")
    kolada(kommun, [("N15570", "T", "shown", 13.1), ("N15569", "T", "shown", 11.6)])
    assert [f.indicator for f in raw_figures([kommun], lookups=Lookups(["np_net"]))] == ["np_net"]


def test_own_data_name_their_indicator_and_part():
    rows = [{"period": "2024/25", "value": 12.5, "n": 40, "numerator": 5}]
    observe(school(), "local", "absence_problem/ak7", rows)
    observe(school(), "local", "no_such_indicator", rows)
    (found,) = raw_figures([school()])
    assert (found.indicator, found.part, found.numerator) == ("absence_problem", "ak7", 5)


def test_a_later_import_supersedes_and_an_undone_one_uncovers():
    observe(school(), "skv_slutbetyg9", "meritvarde_17", [{"period": "2024/25", "value": 224.0}])
    later = observe(school(), "skv_slutbetyg9", "meritvarde_17", [{"period": "2024/25", "value": 225.5}])
    assert [f.value for f in raw_figures([school()])] == [225.5]
    Batch.objects.filter(pk=later.pk).update(status=Batch.Status.UNDONE)
    assert [f.value for f in raw_figures([school()])] == [224.0]


def test_one_figure_per_source_and_the_leading_one_is_not_chosen_for_showing_more():
    """What the CSV hides the API may show: the page leads with the CSV's, hidden."""
    observe(
        school(), "skv_slutbetyg9", "andel_behoriga_yr", [{"period": "2024/25", "state": "suppressed", "raw": ".."}]
    )
    observe(school(), "skv_underlag",
            "Delmål 1: Andel (%) elever som blir behöriga till ett nationellt program i gymnasieskolan",
            [{"period": "2024/25", "value": 91.0}])  # fmt: skip
    found = list(raw_figures([school()]))
    assert len(found) == 2
    (leading,) = preferred(found).values()
    assert (leading.source, leading.value) == ("skv_slutbetyg9", None)


def test_not_reported_gives_way_to_another_source():
    found = [
        figure(state=State.MISSING, value=None),
        figure(source="skv_underlag", value=79.0),
    ]
    assert [f.source for f in preferred(found).values()] == ["skv_underlag"]


def test_a_whole_is_made_of_counts_or_not_at_all():
    """10 of 20 and 30 of 40 are 40 of 60, 66.7 % - not the mean of 50 and 75."""
    two = [figure(numerator=10, n=20, value=50.0), figure(numerator=30, n=40, value=75.0)]
    assert aggregate(two) == (40, 60)
    assert aggregate([*two, figure(numerator=None, n=30)]) is None
    assert aggregate([*two, figure(state=State.SUPPRESSED, value=None, n=None)]) is None
    assert aggregate([]) is None


def test_no_interval_where_the_number_is_unknown_or_it_is_no_share_of_people():
    assert figure(n=None).interval is None
    assert figure(indicator="merit17", value=224.0).interval is None
    assert figure(indicator="teacher_cert", n=20).interval is None
    assert figure(state=State.SUPPRESSED, value=None).interval is None


def test_years_of_two_publishers_are_not_one_line():
    kommun = [figure(kind="kommun", code="0885", source="kolada", place="kommunal", period=str(y), n=None)
              for y in (2021, 2022, 2023)]  # fmt: skip
    own = [figure(kind="huvudman", code="2120000795", source="skv_underlag", period="2024/25", n=None)]
    (series,) = all_series([*kommun, *own], [own[0].unit, kommun[0].unit], ("", "kommunal")).values()
    assert [f.period for f in series.whole] == ["2024/25"]  # reaches furthest
    assert sorted(f.period for f in series.others) == ["2021", "2022", "2023"]


def test_years_of_one_publishers_sources_are_one_line():
    api = [figure(source="skv_planned_educations", period=p, n=None) for p in ("2022/23", "2023/24", "2024/25")]
    (series,) = all_series([*api, figure()], [figure().unit], ("",)).values()
    assert [(f.period, f.source) for f in series.whole] == [
        ("2022/23", "skv_planned_educations"), ("2023/24", "skv_planned_educations"), ("2024/25", "skv_slutbetyg9"),
    ]  # fmt: skip
    assert [f.source for f in series.others] == ["skv_planned_educations"]


def queries_for(units):
    with CaptureQueriesContext(connection) as captured:
        count = len(list(raw_figures(units)))
    return count, len(captured)


def test_queries_do_not_grow_with_units_years_and_indicators():
    few = [unit("school_unit", "10000000")]
    observe(few[0], "skv_slutbetyg9", "meritvarde_17", [{"period": "2024/25", "value": 224.0}])
    small = queries_for(few)
    many = [unit("school_unit", f"{10000000 + i}") for i in range(1, 8)]
    for one in many:
        for measure in ("meritvarde_17", "andel_alla_amnen", "andel_behoriga_yr"):
            observe(one, "skv_slutbetyg9", measure,
                    [{"period": f"{y - 1}/{y % 100}", "value": 60.0 + y % 10} for y in range(2020, 2026)])  # fmt: skip
    assert queries_for(few + many) == (1 + 7 * 18, small[1])


def test_retrieval_time_and_batch_are_kept():
    at = dt.datetime(2026, 4, 21, 9, tzinfo=dt.UTC)
    of = batch("skv_slutbetyg9", at)
    observe(school(), "skv_slutbetyg9", "meritvarde_17", [{"period": "2024/25", "value": 224.0}], of)
    (found,) = raw_figures([school()])
    assert (found.batch, found.retrieved_at) == (str(of.uid), at)
