import pytest
from django.db import connection

from styrkedja.observations import loading, queries
from styrkedja.observations.actions import commit_batch, undo_batch
from styrkedja.observations.models import Measure, StatisticalUnit
from tests.conftest import as_owner

from .work_files import incoming

pytestmark = pytest.mark.django_db


def school(number):
    return ("school_unit", f"{10000000 + number}", "2120000795")


@pytest.fixture
def stored(tmp_path):
    """Three schools x two measures x two periods x three groups, values 0, 1, 2 ... in that order."""
    rows, value = [], 0
    for unit in (1, 2, 3):
        for measure in ("a", "b"):
            for period in ("2023/24", "2024/25"):
                for group in ("T", "K", "M"):
                    rows.append((school(unit), measure, period, group, "shown", value, None, None))
                    value += 1
    commit_batch(incoming=incoming(tmp_path / "stored", rows), by=None)


@pytest.mark.usefixtures("stored")
def test_narrowing_by_unit_measure_period_and_group():
    second = StatisticalUnit.objects.get(code="10000002").pk
    b = Measure.objects.get(code="b").pk
    rows = queries.current(units=[second], measures=[b], periods=["2024/25"], groups=["T", "K"])
    # School 2 begins at 12, its measure b at 18, the second period of it at 21: T, K, M.
    assert {r.group: r.value for r in rows} == {"T": 21.0, "K": 22.0}
    assert queries.current(units=[]) == []
    assert len(queries.current(units=None)) == 36


@pytest.mark.usefixtures("stored")
def test_streaming_gives_the_same_rows_backwards():
    assert list(queries.stream_current(units=None))[::-1] == queries.current(units=None)


def test_version_of_current_follows_every_confirmation_and_undoing(tmp_path):
    seen = [queries.version_of_current()]
    batch = commit_batch(
        incoming=incoming(tmp_path / "x", [(school(1), "a", "2024", "T", "shown", 1, None, None)]), by=None
    )
    seen.append(queries.version_of_current())
    undo_batch(batch=batch.batch, by=None)
    seen.append(queries.version_of_current())
    assert len(set(seen)) == 3


@pytest.fixture
def never_counted():
    """The table as new: neither the server's housekeeping nor an earlier test has counted it, or can meanwhile."""
    as_owner("TRUNCATE observations_observation")


def rows_counted():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'observations_observation'")
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("never_counted", "stored")
def test_statistics_of_the_table_are_refreshed_by_the_program_that_owns_nothing():
    assert rows_counted() == -1  # PostgreSQL's word for never
    loading.refresh_statistics()
    assert rows_counted() == 36


@pytest.mark.usefixtures("never_counted", "stored")
def test_statistics_stay_while_the_table_has_not_doubled(tmp_path):
    loading.refresh_statistics()
    more = [(school(4), "a", "2024/25", group, "shown", 1, None, None) for group in ("T", "K", "M")]
    commit_batch(incoming=incoming(tmp_path / "more", more), by=None)
    loading.refresh_statistics()
    assert rows_counted() == 36


@pytest.mark.usefixtures("stored")
def test_number_of_queries_does_not_depend_on_what_is_read(django_assert_num_queries):
    every = list(StatisticalUnit.objects.values_list("pk", flat=True))
    for units in (every[:1], every):
        for years in (None, ["2024/25"], ["2023/24", "2024/25"]):
            queries.facets.cache_clear()
            with django_assert_num_queries(3):  # what stands, its facets, the rows
                queries.current(units=units, periods=years)


@pytest.mark.usefixtures("stored")
def test_measures_and_units_are_found_by_their_codes():
    found = queries.measures_of([("skv_slutbetyg9", "a"), ("kolada", "N15505")])
    assert [m.code for m in found] == ["a"]
    assert [u.code for u in queries.units_named("10000003")] == ["10000003"]
    assert list(queries.statistical_units([("kommun", "10000003")])) == []
    assert queries.statistical_units().count() == 3
