"""The world that is laid back is the world that is built: the same rows in the same tables, and nothing else."""

from __future__ import annotations

import pickle
import re

from django.db import connection, transaction

from styrkedja.core import audit
from styrkedja.organisation import actions as organisation
from tests.standing import ROWS, _standing, put_up
from tests.world import build

# What differs between two times of building: what is drawn, the clock, and what is hashed of them.
VARIES = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d{4}-\d\d-\d\d \d\d:\d\d:[\d.]+\+\d\d|[0-9a-f]{64}|md5\$\S+"
)


def everything() -> dict[str, list[str]]:
    """Every table's rows as text, without what varies, in order."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        tables = [name for name, _columns in cursor.fetchall()]
        held = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            held[table] = sorted(VARIES.sub("?", row) for (row,) in cursor.fetchall())
    return held


def test_what_is_laid_back_is_what_is_built(db):
    def seen(make) -> dict[str, list[str]]:
        with transaction.atomic():
            make()
            held = everything()
            transaction.set_rollback(True)
        return held

    built = seen(build)
    seen(put_up)  # the first time it may build
    assert seen(put_up) == built


def test_the_trail_of_what_is_laid_back_is_whole_and_goes_on(world):
    assert not list(audit.breaks())
    organisation.add_person(email="ny@ekkoping.example", name="Ny Person", by=world.person("operator"))
    assert not list(audit.breaks())


def test_each_gets_objects_of_their_own(world):
    world.person("principal").name = "Någon annan"
    assert pickle.loads(_standing[0].world).person("principal").name == "Ragnar Björk"
