"""Reading facts: what stands today of each identity, whom it is about, and in which batch it came.

The current observation of an identity (unit, measure, period, group, place, population) is the one of its
latest batch that stands: a later import covers, an undone one uncovers (invariant 17).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from .models import Batch, Facet, Measure, StatisticalUnit

SAME = "unit_id, measure_id, facet_id"
COLUMNS = f"{SAME}, batch_id, state, value, n, numerator, raw"
# The primary key read backwards: the latest batch of an identity comes first, and nothing needs sorting.
BACKWARDS = "unit_id DESC, measure_id DESC, facet_id DESC, batch_id DESC"
STANDING = "batch_id <> ALL(ARRAY(SELECT id FROM observations_batch WHERE status = 'undone'))"
CHUNK = 5000


class FacetOf(NamedTuple):
    """A facet's texts, as `core.values` has them."""

    period: str
    group: str
    place: str
    population: str


@dataclass(slots=True)
class ObservationRow:
    """One current observation. Not a model: pages read tens of thousands.

    period, group, place, population and state are the texts of `core.values`; value is None unless the state is
    shown or a numeric approximate; raw is what the file said where that was not a plain number.
    """

    unit_id: int
    measure_id: int
    period: str
    group: str
    place: str
    population: str
    batch_id: int
    state: str
    value: float | None
    n: int | None
    numerator: float | None
    raw: str | None


class Version(NamedTuple):
    """What stands at a moment: changes whenever a batch is confirmed or undone. last: no later batch is in it."""

    last: int
    uid: str
    undone: int


def version_of_current() -> Version:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, uid::text, (SELECT count(*) FROM observations_batch WHERE status = 'undone')"
            " FROM observations_batch ORDER BY id DESC LIMIT 1"
        )
        return Version(*(cursor.fetchone() or (0, "", 0)))


@lru_cache(maxsize=4)
def facets(version: Version) -> dict[int, FacetOf]:  # noqa: ARG001 - what the cache goes by
    """Every facet by id; a few hundred, which come with the batches that need them."""
    of = Facet.objects.values_list("pk", "period", "group", "place", "population")
    return {row[0]: FacetOf(*row[1:]) for row in of}


def current(
    *,
    units: Iterable[int] | None,
    measures: Iterable[int] | None = None,
    periods: Iterable[str] | None = None,
    groups: Iterable[str] | None = None,
    version: Version | None = None,
) -> list[ObservationRow]:
    """The current observations of units (ids of `StatisticalUnit`), one query whatever their number.

    None means "all of them", an empty iterable none. Ordered by unit and measure.
    Undone batches do not count. Nothing is masked here: what leaves goes through `indicators.disclosure`.
    version: for readers that have asked for it; without it a query or two more.
    """
    version = version or version_of_current()
    rows = current_tuples(units=units, measures=measures, facets=_wanted(version, periods, groups), version=version)
    known = facets(version)
    return [as_row(row, known) for row in reversed(rows)]


def current_tuples(
    *, units: Iterable[int] | None, measures: Iterable[int] | None, facets: Iterable[int] | None, version: Version
) -> list[tuple[Any, ...]]:
    """The same rows as plain tuples, backwards, for readers of very many.

    (unit_id, measure_id, facet_id, batch_id, state, value, n, numerator, raw); `facets`: ids.
    """
    with connection.cursor() as cursor:
        cursor.execute(*_statement(units, measures, facets, version))
        return list(cursor.fetchall())


def stream_current(
    *,
    units: Iterable[int] | None,
    measures: Iterable[int] | None = None,
    periods: Iterable[str] | None = None,
    groups: Iterable[str] | None = None,
    version: Version | None = None,
) -> Iterator[ObservationRow]:
    """The same rows one by one, in the opposite order, held in the database: for exports larger than the memory."""
    version = version or version_of_current()
    known = facets(version)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(*_statement(units, measures, _wanted(version, periods, groups), version))
        while rows := cursor.fetchmany(CHUNK):
            yield from (as_row(row, known) for row in rows)


def as_row(row: tuple[Any, ...], known: Mapping[int, FacetOf]) -> ObservationRow:
    """One of `current_tuples` with its facet written out."""
    return ObservationRow(row[0], row[1], *known[row[2]], *row[3:])


def _wanted(version: Version, periods: Iterable[str] | None, groups: Iterable[str] | None) -> list[int] | None:
    """Facets of the periods and groups; None for all."""
    if periods is None and groups is None:
        return None
    when, whom = (None if wanted is None else set(wanted) for wanted in (periods, groups))
    return [
        id
        for id, facet in facets(version).items()
        if (when is None or facet.period in when) and (whom is None or facet.group in whom)
    ]


def _statement(
    units: Iterable[int] | None, measures: Iterable[int] | None, facets: Iterable[int] | None, version: Version
) -> tuple[str, list[Any]]:
    conditions = [STANDING, "batch_id <= %s"]
    parameters: list[Any] = [version.last]
    for column, wanted in (("unit_id", units), ("measure_id", measures), ("facet_id", facets)):
        if wanted is not None:
            conditions.append(f"{column} = ANY(%s)")
            parameters.append(list(wanted))
    statement = (
        f"SELECT DISTINCT ON ({SAME}) {COLUMNS} FROM observations_observation"  # noqa: S608 - columns of our own
        f" WHERE {' AND '.join(conditions)} ORDER BY {BACKWARDS}"
    )
    return statement, parameters


def statistical_units(wanted: Iterable[tuple[str, str]] | None = None) -> QuerySet[StatisticalUnit]:
    """Units by (kind, code): `[("school_unit", "82520504"), ("riket", "riket")]`; None means every unit.

    A code may give several rows, one an organiser the sources name and one ("") where they name none.
    """
    if wanted is None:
        return StatisticalUnit.objects.order_by("kind", "code", "organiser")
    codes: dict[str, list[str]] = {}
    for kind, code in wanted:
        codes.setdefault(kind, []).append(code)
    condition = Q(pk__in=())
    for kind, of_kind in codes.items():
        condition |= Q(kind=kind, code__in=of_kind)
    return StatisticalUnit.objects.filter(condition).order_by("kind", "code", "organiser")


def units_named(code: str) -> QuerySet[StatisticalUnit]:
    """Units of any kind with this code (8-digit school, 4-digit kommun, 10-digit huvudman, `riket`)."""
    return StatisticalUnit.objects.filter(code=code).order_by("kind", "organiser")


def measures_of(codes: Iterable[tuple[str, str]]) -> QuerySet[Measure]:
    """Measures by (source, code); those no file has brought yet are not there."""
    by_source: dict[str, list[str]] = {}
    for source, code in codes:
        by_source.setdefault(source, []).append(code)
    condition = Q(pk__in=())
    for source, of_source in by_source.items():
        condition |= Q(source=source, code__in=of_source)
    return Measure.objects.filter(condition).order_by("source", "code")


def measures_with(*, codes: Iterable[str], source: str) -> list[tuple[int, str, str]]:
    """(id, source, code) of every measure with one of the codes, of whatever source, and of all measures of `source`.

    The codes go as one parameter: naming hundreds one by one costs more than the query.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, source, code FROM observations_measure WHERE source = %s OR code = ANY(%s)",
            [source, list(codes)],
        )
        return list(cursor.fetchall())


def batches() -> QuerySet[Batch]:
    """Every batch, latest first, with the people who confirmed and undid."""
    return Batch.objects.select_related("committed_by", "undone_by").order_by("-id")


def batch(uid: UUID) -> Batch | None:
    return batches().filter(uid=uid).first()


def standing_batch(*, sha256: str, format: str, observations: int) -> Batch | None:
    """The batch that already holds this very file, read to as many observations, if it stands."""
    standing = batches().filter(sha256=sha256, format=format, observations=observations)
    return standing.filter(status=Batch.Status.STANDING).first()


@dataclass(frozen=True)
class Effect:
    """What undoing a batch would do: so many of its values are in use, so many of them would give way to older ones."""

    in_use: int
    replaced: int


def effect_of_undoing(batch: Batch) -> Effect:
    """Counts over the batch's own rows; two look-ups by key for each, a second or so for a national file."""
    same = " AND ".join(f"x.{column} = o.{column}" for column in SAME.split(", "))
    other = f"SELECT FROM observations_observation x WHERE {same} AND x.{STANDING} AND x.batch_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE EXISTS ({other} < %s)) FROM observations_observation o"  # noqa: S608
            f" WHERE batch_id = %s AND NOT EXISTS ({other} > %s)",
            [batch.pk] * 3,
        )
        in_use, replaced = cursor.fetchone()
    return Effect(in_use, replaced)
