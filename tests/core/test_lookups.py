"""One of many ids, sent as one array."""

from __future__ import annotations

import pytest
from django.db import DataError

from styrkedja.core.models import AuditEvent
from styrkedja.organisation.models import Node, Placement

pytestmark = pytest.mark.django_db


def test_any_of_finds_what_in_finds_and_nothing_of_nothing(world):
    ids = {world.bjork.pk, world.lind.pk}
    assert set(Node.objects.filter(pk__any_of=ids)) == {world.bjork, world.lind}
    assert set(Node.objects.filter(pk__any_of=[str(pk) for pk in ids])) == {world.bjork, world.lind}
    assert set(Node.objects.exclude(pk__any_of=ids)) == set(Node.objects.all()) - {world.bjork, world.lind}
    assert {p.node_id for p in Placement.objects.filter(node__any_of=ids)} == ids
    assert AuditEvent.objects.filter(node_id__any_of=ids).count() == AuditEvent.objects.filter(node_id__in=ids).count()
    assert not Node.objects.filter(pk__any_of=[]).exists() and not Placement.objects.filter(node__any_of=()).exists()


def test_what_is_no_id_is_refused_by_the_database(world):
    with pytest.raises(DataError):
        list(Node.objects.filter(pk__any_of=["} or true --"]))
