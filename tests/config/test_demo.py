"""The demo holds what it promises, goes through the same actions as anybody's work, and can be loaded again."""

import pytest

from demo import cast
from demo.load import load, logins
from styrkedja.access.roles import ROLES
from styrkedja.core import audit
from styrkedja.core.models import AuditEvent
from styrkedja.documents.models import Document, DocumentState
from styrkedja.documents.queries import altered_versions
from styrkedja.indicators.queries import as_published
from styrkedja.observations.models import Batch
from styrkedja.observations.queries import statistical_units
from styrkedja.organisation.models import Node, Organiser
from styrkedja.reports.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Loaded once for the module, twice over; taken away with its transaction."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        load()
        first = AuditEvent.objects.count()
        load()
        yield first
        transaction.set_rollback(True)


def test_loading_again_changes_nothing(demo):
    assert AuditEvent.objects.count() == demo


def test_it_is_a_whole_chain_over_three_school_forms():
    units = Node.objects.filter(kind="unit")
    assert 8 <= units.count() <= 12
    assert {"fs", "gr", "gy"} <= {form for unit in units for form in unit.school_forms}
    assert Organiser.objects.get().fictional


def test_every_role_has_a_login():
    assert {member.role for member in cast.PEOPLE if member.shown} == set(ROLES)
    assert len(logins()) == len(ROLES) + 1


def test_its_work_is_in_every_state_and_its_report_made():
    assert {"draft", "submitted", "established"} <= set(Document.objects.values_list("state", flat=True))
    root = Organiser.objects.get().root
    assert Document.objects.get(node=root).state == DocumentState.ESTABLISHED
    assert Report.objects.filter(node=root).exists()
    assert list(audit.breaks()) == []
    assert list(altered_versions()) == []


def test_its_figures_are_the_published_ones():
    """Read off the published files by eye: the nation's year 6 in the workbook, a school's row in the CSV."""
    assert Batch.objects.count() == 6
    nation = as_published(list(statistical_units([("riket", "riket")])), indicators=["pass_all_y6"])
    assert [f.value for f in nation] == [70.4]
    school = as_published(list(statistical_units([("school_unit", "00010002")])), indicators=["pass_all_final"])
    assert [(f.value, f.n) for f in school if f.source == "skv_slutbetyg9"] == [(58.8, 51)]
