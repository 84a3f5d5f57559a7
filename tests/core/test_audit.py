import pytest
from django.db import DatabaseError, connection, transaction

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.models import AuditEvent
from tests.conftest import as_owner


def _record(count: int) -> None:
    with transaction.atomic():
        for i in range(count):
            audit.record(Event.SETTING_CHANGED, by=None, details={"i": i})


@pytest.mark.django_db
def test_chain_is_gapless_and_holds():
    _record(3)
    rows = list(AuditEvent.objects.order_by("seq"))
    assert [r.seq for r in rows] == [1, 2, 3]
    assert rows[0].prev_hash == audit.GENESIS
    assert rows[2].prev_hash == rows[1].hash
    assert list(audit.breaks()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE core_auditevent SET event = 'x'", "DELETE FROM core_auditevent"])
def test_program_cannot_change_the_trail(change):
    _record(1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE core_auditevent SET details = '{\"i\": 9}' WHERE seq = 2", [2]),
        ("DELETE FROM core_auditevent WHERE seq = 2", [3, 3]),  # a gap, and a link that does not fit
        ("UPDATE core_auditevent SET prev_hash = repeat('1', 64) WHERE seq = 3", [3, 3]),
    ],
)
def test_tampering_behind_the_walls_is_found(tampering, found):
    _record(3)
    as_owner(tampering)
    assert [b.seq for b in audit.breaks()] == found


@pytest.mark.django_db(transaction=True)
def test_an_audit_row_needs_the_transaction_of_its_change():
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(Event.SETTING_CHANGED, by=None)
