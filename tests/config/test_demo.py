"""The demo holds what it promises, goes through the same actions as anybody's work, and can be loaded again."""

import pytest
from django.utils import timezone

from demo import cast
from demo.load import load, logins
from styrkedja.access.roles import ROLES
from styrkedja.core import audit, periods
from styrkedja.core.models import AuditEvent
from styrkedja.dialogues.models import Feedback, Meeting, RequestReceiver, SelfCheck, SeminarNote, What
from styrkedja.documents.models import Document, DocumentState, VersionEvent
from styrkedja.documents.queries import altered_versions
from styrkedja.indicators.queries import as_published
from styrkedja.observations.models import Batch
from styrkedja.observations.queries import statistical_units
from styrkedja.organisation.models import Node, Organiser, Person
from styrkedja.plans.models import MeasureOutcome, OperationalPlan, PlanMention
from styrkedja.reports.models import Report
from styrkedja.wheel.catalogue import wheels
from styrkedja.wheel.models import AnnualCycle, Task
from styrkedja.wheel.years import actions as years

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


def test_its_work_is_in_every_state_an_open_document_can_have():
    states = {"draft", "submitted", "returned", "established", "published"}
    assert states <= set(Document.objects.values_list("state", flat=True))
    returned = VersionEvent.objects.get(state=DocumentState.RETURNED)
    assert "samtalsturer" in returned.reason
    assert list(audit.breaks()) == []
    assert list(altered_versions()) == []


def test_the_organisers_report_is_decided_by_the_committee_and_published_by_another():
    root = Organiser.objects.get().root
    report, document = Report.objects.get(node=root), Document.objects.get(node=root, kind="quality_report")
    version = document.versions.get(state=DocumentState.ESTABLISHED)
    assert document.state == DocumentState.PUBLISHED
    assert (version.authority, version.paragraph, version.registry_number) == ("committee", "§ 22", "BUN 2026/61")
    published = VersionEvent.objects.get(version=version, state=DocumentState.PUBLISHED)
    assert len({report.made_by_id, version.made_by_id, published.by_id}) == 3


def test_a_unit_plans_and_tells_how_last_years_plan_went():
    root = Node.objects.get(name="Björkängsskolan")
    last, now = OperationalPlan.objects.filter(document__node=root, document__kind="operational_plan").order_by(
        "document__period"
    )
    assert (last.document.state, now.document.state) == ("established", "draft")
    (frozen,) = last.document.versions.filter(state=DocumentState.ESTABLISHED)
    assert {one["state"] for one in frozen.body["initiatives"]} == {"ongoing"}  # established before it was judged
    assert {m.person.name for m in PlanMention.objects.filter(comment__plan=now)} == {"Nils Persson", "Erik Hallgren"}
    assert now.consultations.count() == 1
    against = OperationalPlan.objects.filter(document__node=root, document__kind="degrading_treatment_plan")
    outcomes = MeasureOutcome.objects.filter(plan__in=against)
    assert {row.carried_out for row in outcomes} == {"yes", "partly", "no"}
    assert {plan.document.state for plan in against} == {"established"}


def test_a_team_reflects_again_with_last_terms_answers_used():
    before, now = RequestReceiver.objects.filter(request__what=What.REFLECTION).order_by("request__asked_at")
    assert (before.state, now.state) == ("accepted", "waiting")
    assert "kartläggning i åk 7" in Feedback.objects.get(receiver=before).use
    assert [bool(answer.text) for answer in now.answers.order_by("number")] == [True, False, False]
    assert now.comments.count() == 2


def test_its_figures_are_the_published_ones():
    """Read off the published files by eye: the nation's year 6 in the workbook, a school's row in the CSV."""
    assert Batch.objects.count() == 6
    nation = as_published(list(statistical_units([("riket", "riket")])), indicators=["pass_all_y6"])
    assert [f.value for f in nation] == [70.4]
    school = as_published(list(statistical_units([("school_unit", "00010002")])), indicators=["pass_all_final"])
    assert [(f.value, f.n) for f in school if f.source == "skv_slutbetyg9"] == [(58.8, 51)]


def test_its_year_is_published_and_each_of_the_four_wheels_makes_another():
    root, planner = Organiser.objects.get().root, Person.objects.get(name="Amina Warsame")
    cycle = AnnualCycle.objects.get()
    assert (cycle.state, cycle.period, cycle.node) == ("published", periods.school_year_on(timezone.localdate()), root)
    assert {row["node__kind"] for row in Task.objects.values("node__kind")} >= {"committee", "administration", "unit"}
    units = list(Node.objects.filter(kind="unit"))
    assert len(wheels()) == 4
    for wheel in wheels().values():
        following = periods.end_year(cycle.period) + 1
        year = periods.school_year(following) if wheel.starts == 7 else str(following)
        said = {"wheel": wheel, "title": wheel.title.sv, "school_forms": (), "units": units, "by": planner}
        made = years.make_cycle(node=root, period=year, **said)
        made = years.publish(cycle=made, expected=made.version, by=planner)
        assert made.activities.count() == len(wheel.processes)
        assert Task.objects.filter(activity__cycle=made).exists()


def test_its_meetings_have_come_as_far_as_meetings_come():
    day = Meeting.objects.get(kind="dialogdag")
    assert (day.state, day.node.kind, day.minutes.count()) == ("minuted", "committee", 1)
    decided = day.proposals.filter(decision__isnull=False)
    assert {one.kind for one in decided} == {"development_area"}
    assert all(one.grounds and one.decision.paragraph for one in decided)
    seminar = Meeting.objects.get(kind="analysseminarium")
    assert (seminar.state, seminar.revealed) == ("called", 0)
    assert {"unit_summaries", "analyses_side_by_side"} <= set(seminar.material.values_list("gatherer", flat=True))
    assert SeminarNote.objects.filter(meeting=seminar, late=False).count() >= 3
    check = SelfCheck.objects.get()
    handed_in = check.sheets.filter(handed_in_at__isnull=False)
    assert 0 < handed_in.count() < check.sheets.count()
    assert {sheet.node.kind for sheet in handed_in} >= {"unit", "team"}
