import pytest
from django.db import DatabaseError, transaction

from styrkedja.core.errors import Refused
from styrkedja.core.models import AuditEvent
from styrkedja.observations import loading, queries
from styrkedja.observations.actions import commit_batch, undo_batch
from styrkedja.observations.models import Batch, Facet, Measure, Observation, StatisticalUnit

from .work_files import incoming

pytestmark = pytest.mark.django_db

BORG = ("school_unit", "82520504", "2120000795")
GAVLE = ("school_unit", "64745639", "5564891447")
FIRST = [
    (BORG, "antal_elever", "2024/25", "T", "shown", 10, 10, None),
    (BORG, "meritvarde_17", "2024/25", "T", "suppressed", None, None, ".."),
    (GAVLE, "meritvarde_17", "2024/25", "T", "shown", 118.5, 11, None),
]
# A year later the file is corrected: one figure revised, one repeated, one new.
SECOND = [
    (BORG, "antal_elever", "2024/25", "T", "shown", 10, 10, None),
    (GAVLE, "meritvarde_17", "2024/25", "T", "shown", 121.0, 11, None),
    (GAVLE, "andel_alla_amnen", "2024/25", "T", "approximate", None, None, "~100"),
]


def facts(**narrowed):
    """{(code, measure): (state, value, raw)} of what is current."""
    units = dict(StatisticalUnit.objects.values_list("id", "code"))
    measures = dict(Measure.objects.values_list("id", "code"))
    rows = queries.current(units=None, **narrowed)
    return {(units[r.unit_id], measures[r.measure_id]): (r.state, r.value, r.raw) for r in rows}


def test_a_batch_holds_every_row_as_the_source_gave_it(tmp_path, world):
    by = world.person("quality")
    done = commit_batch(incoming=incoming(tmp_path / "a", FIRST, names={"82520504": "Åkerboskolan"}), by=by)
    assert not done.unchanged
    assert facts() == {
        ("82520504", "antal_elever"): ("shown", 10.0, None),
        ("82520504", "meritvarde_17"): ("suppressed", None, ".."),
        ("64745639", "meritvarde_17"): ("shown", 118.5, None),
    }
    batch = Batch.objects.get()
    assert (batch.rows, batch.observations, batch.states) == (2, 3, {"shown": 2, "suppressed": 1})
    assert (batch.committed_by, batch.periods) == (by, ["2024/25"])
    assert StatisticalUnit.objects.get(code="82520504").name == "Åkerboskolan"
    event = AuditEvent.objects.order_by("-seq")[0]
    assert (event.event, event.actor_id, event.details["observations"]) == ("batch_committed", by.pk, 3)
    assert event.node_id == world.council.pk


def test_a_later_file_covers_and_undoing_it_uncovers(tmp_path):
    first = commit_batch(incoming=incoming(tmp_path / "a", FIRST), by=None).batch
    before = facts()
    second = commit_batch(incoming=incoming(tmp_path / "b", SECOND), by=None).batch
    assert facts() == {
        **before,
        ("64745639", "meritvarde_17"): ("shown", 121.0, None),
        ("64745639", "andel_alla_amnen"): ("approximate", None, "~100"),
    }
    assert Observation.objects.count() == 6  # nothing was overwritten
    undo_batch(batch=second, by=None)
    assert facts() == before
    undo_batch(batch=first, by=None)
    assert facts() == {}
    assert Observation.objects.count() == 6


def test_undoing_the_older_of_two_leaves_the_newer_whole(tmp_path):
    first = commit_batch(incoming=incoming(tmp_path / "a", FIRST), by=None).batch
    commit_batch(incoming=incoming(tmp_path / "b", SECOND), by=None)
    undo_batch(batch=first, by=None)
    assert facts() == {
        ("82520504", "antal_elever"): ("shown", 10.0, None),
        ("64745639", "meritvarde_17"): ("shown", 121.0, None),
        ("64745639", "andel_alla_amnen"): ("approximate", None, "~100"),
    }


def test_a_batch_is_undone_once(tmp_path, world):
    batch = commit_batch(incoming=incoming(tmp_path / "a", FIRST), by=None).batch
    undo_batch(batch=batch, by=world.person("quality"))
    with pytest.raises(Refused):
        undo_batch(batch=batch, by=None)
    batch.refresh_from_db()
    assert (batch.status, batch.undone_by) == ("undone", world.person("quality"))
    assert AuditEvent.objects.filter(event="batch_undone").count() == 1


def test_the_same_file_again_changes_nothing(tmp_path):
    first = commit_batch(incoming=incoming(tmp_path / "a", FIRST), by=None)
    again = commit_batch(incoming=incoming(tmp_path / "a", FIRST), by=None)
    assert again.unchanged
    assert again.batch == first.batch
    assert (Batch.objects.count(), Observation.objects.count()) == (1, 3)


def test_the_same_file_after_undoing_is_a_new_batch(tmp_path):
    first = commit_batch(incoming=incoming(tmp_path / "a", FIRST), by=None).batch
    undo_batch(batch=first, by=None)
    again = commit_batch(incoming=incoming(tmp_path / "a", FIRST), by=None)
    assert not again.unchanged
    assert len(facts()) == 3


def test_the_same_file_that_now_gives_more_rows_is_stored(tmp_path):
    """A local file whose unknown units have been added since."""
    commit_batch(incoming=incoming(tmp_path / "a", FIRST[:2], sha256="f" * 64), by=None)
    again = commit_batch(incoming=incoming(tmp_path / "b", FIRST, sha256="f" * 64), by=None)
    assert not again.unchanged
    assert len(facts()) == 3


def test_a_confirmation_repeated_with_its_uid_writes_once(tmp_path):
    """The worker was killed between storing and saying so."""
    file = incoming(tmp_path / "a", FIRST)
    first = commit_batch(incoming=file, by=None).batch
    undo_batch(batch=first, by=None)  # so that the file itself is no reason to refuse
    assert commit_batch(incoming=file, by=None).batch == first
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    "line",
    [
        "0,0,0,suppressed,12.5,,,..",  # a hidden value with a number
        "0,0,0,shown,,,,",  # a shown one without
        "0,0,0,shown,1.0,,,\n0,0,0,shown,2.0,,,",  # one identity twice
        "0,0,0,shown,1.0,,,\n1,0,0,shown,2.0,,,",  # fewer than promised
    ],
)
def test_rows_that_break_the_rules_leave_nothing(tmp_path, line):
    file = incoming(tmp_path / "a", FIRST)
    (tmp_path / "a" / "observations.csv").write_text(line + "\n")
    with pytest.raises((DatabaseError, ValueError)), transaction.atomic():
        commit_batch(incoming=file, by=None)
    counts = [m.objects.count() for m in (Batch, Observation, StatisticalUnit, Measure, Facet)]
    assert counts == [0, 0, 0, 0, 0]
    assert not AuditEvent.objects.filter(event="batch_committed").exists()


def test_names_are_filled_in_but_never_blanked(tmp_path):
    def name_after(number, name):
        rows = [(BORG, "antal_elever", "2024/25", "T", "shown", number, None, None)]
        commit_batch(incoming=incoming(tmp_path / str(number), rows, names={"82520504": name}), by=None)
        return StatisticalUnit.objects.get().name

    assert name_after(1, "") == ""
    assert name_after(2, "ÅKERBOSKOLAN") == "ÅKERBOSKOLAN"
    assert name_after(3, "") == "ÅKERBOSKOLAN"
    assert name_after(4, "Åkerboskolan") == "Åkerboskolan"
    assert name_after(5, "ÅKERBOSKOLAN") == "Åkerboskolan"


def test_one_code_under_two_organisers_stays_two_units(tmp_path):
    other = ("school_unit", "82520504", "5560000001")
    rows = [FIRST[0], (other, "antal_elever", "2024/25", "T", "shown", 4, None, None)]
    commit_batch(incoming=incoming(tmp_path / "a", rows), by=None)
    found = queries.statistical_units([("school_unit", "82520504")])
    assert [u.organiser for u in found] == ["2120000795", "5560000001"]
    values = {r.unit_id: r.value for r in queries.current(units=[u.pk for u in found])}
    assert [values[u.pk] for u in found] == [10.0, 4.0]


def test_comparison_before_confirming(tmp_path):
    file = incoming(tmp_path / "a", FIRST)
    empty = loading.compare(file.folder, source=file.source)
    assert (empty.new, empty.changed, empty.unchanged, empty.new_units) == (3, 0, 0, 2)
    commit_batch(incoming=file, by=None)
    same = loading.compare(file.folder, source=file.source)
    assert (same.new, same.changed, same.unchanged, same.new_units) == (0, 0, 3, 0)
    later = incoming(tmp_path / "b", SECOND)
    found = loading.compare(later.folder, source=later.source)
    assert (found.new, found.changed, found.unchanged, found.new_units) == (1, 1, 1, 0)
    # From ".." to a published figure is a change, though neither had a number before.
    shown = incoming(tmp_path / "c", [(BORG, "meritvarde_17", "2024/25", "T", "shown", 240.0, 10, None)])
    assert loading.compare(shown.folder, source=shown.source).changed == 1


def test_rows_are_taken_in_block_by_block_also_across_line_breaks(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "BLOCK", 64)  # a row and a half
    marks = ['"rad ett\nrad två"', '"sa ""ja""\n"', "..", '","']
    rows = [
        (
            ("school_unit", str(10_000_000 + i), ""),
            "antal_elever",
            "2024/25",
            "T",
            "suppressed",
            None,
            None,
            marks[i % 4],
        )
        for i in range(40)
    ]
    commit_batch(incoming=incoming(tmp_path / "a", rows), by=None)
    stored = [row.raw for row in queries.current(units=None)]
    assert stored == ["rad ett\nrad två", 'sa "ja"\n', "..", ","] * 10
