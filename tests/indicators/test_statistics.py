"""Arithmetic against published answers, and by hand."""

import openpyxl
import pytest

from styrkedja.indicators.statistics.intervals import difference, wilson
from styrkedja.indicators.statistics.sets import quarter, run, spread


def test_wilson_agrees_with_the_published_tables(shared):
    checked = 0
    book = openpyxl.load_workbook(shared / "reference/funnel_ci/testdata_Byars_Wilson.xlsx", data_only=True)
    for x, n, low, high, confidence, method in list(book.active.iter_rows(values_only=True))[1:]:
        if method == "Wilson" and None not in (x, n, low, high):
            assert wilson(x, n, float(confidence.rstrip("%")) / 100) == pytest.approx((low, high), rel=1e-9)
            checked += 1
    book = openpyxl.load_workbook(shared / "reference/funnel_ci/testdata_Proportion.xlsx", data_only=True)
    for row in list(book["testdata_Prop"].iter_rows(values_only=True))[1:]:
        _area, x, n, _value, low, high, low998, high998, _statistic, method, multiplier = row
        if method == "Wilson" and None not in (x, n, low):
            scaled = [end * multiplier for end in (*wilson(x, n), *wilson(x, n, 0.998))]
            assert scaled == pytest.approx([low, high, low998, high998], rel=1e-9)
            checked += 1
    assert checked >= 15


def test_wilson_at_the_ends_stays_a_share():
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(1.0)
    assert wilson(0, 10)[1] == pytest.approx(0.2775, abs=1e-4)  # z²/(n + z²) = 3.8415/13.8415
    for wrong in ((1, 0), (5, 4), (-1, 4)):
        with pytest.raises(ValueError, match="not a share"):
            wilson(*wrong)


def test_newcombes_interval_is_the_published_one():
    """Newcombe (1998), table II, case (a), method 10: 56/70 - 48/80 gives 0.0524 to 0.3339."""
    assert difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    low, high = difference(48, 80, 56, 70)
    assert (low, high) == pytest.approx((-0.3339, -0.0524), abs=5e-5)


def test_quarters_of_a_set():
    seven = [60, 62, 64, 66, 68, 70, 72]  # with one's own there are eight: two in a quarter
    assert quarter(75, seven) == "highest"
    assert quarter(71, seven) == "highest"  # one above
    assert quarter(69, seven) == "middle"  # two above
    assert quarter(61, seven) == "lowest"
    assert quarter(63, seven) == "middle"
    assert quarter(70, [70] * 7) == "middle"  # all equal: nobody stands out
    assert quarter(70, [60, 80]) is None


def test_spread_by_hand():
    found = spread([70.0, 60.0, 90.0, 80.0])
    assert (found.members, found.least, found.most, found.median, found.width) == (4, 60.0, 90.0, 75.0, 30.0)
    assert (found.first_quartile, found.third_quartile) == (67.5, 82.5)
    assert spread([5.0]).first_quartile is None
    assert spread([]) is None


@pytest.mark.parametrize(
    ("values", "way"),
    [
        ([70, 71, 73, 79], 1),
        ([1, 70, 71, 73, 79], 1),
        ([79, 73, 71, 70], -1),
        ([70, 71, 71, 79], 0),
        ([71, 73, 79], 0),
        ([70, None, 73, 79], 0),
    ],
)
def test_three_changes_the_same_way_are_a_run(values, way):
    assert run(values) == way
