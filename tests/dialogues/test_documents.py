"""Documents in a dialogue: what was handed in is read, and feedback given on its parts; and where it was used."""

import pytest
from django.urls import reverse

from styrkedja.access.gate import Access
from styrkedja.dialogues.models import What
from styrkedja.dialogues.overview import provenance
from styrkedja.dialogues.requests import answer_actions, handed_in
from styrkedja.documents.models import DocumentKind, DocumentVersion
from styrkedja.plans.initiatives import outcome_actions
from styrkedja.plans.models import Initiative
from styrkedja.reports import actions as reports
from styrkedja.reports.provenance import built_on
from tests.analyses.writing import unit_established
from tests.dialogues.talking import accept, ask, of
from tests.plans import operating
from tests.plans.chain_of_goals import committee_goal
from tests.plans.initiating import completed, decided
from tests.plans.test_initiatives_outcome import judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted_plan(world):
    """Björkskolan's operational plan, established and handed in on a request, and accepted."""
    decided(world)
    plan = operating.whole(world)
    request = ask(world, of=[world.bjork], what=What.DOCUMENT, kind=DocumentKind.OPERATIONAL_PLAN, period="2026/27")
    row = of(request, world.bjork)
    version = handed_in.document_to_hand_in(row)
    answer_actions.hand_in_document(receiver=row, version=version, expected=row.version, by=world.person("principal"))
    accept(world, row)
    return plan, row, version


class TestPlan:
    def test_both_sides_read_it_from_the_dialogue(self, world, client, accepted_plan):
        plan, row, version = accepted_plan
        address = reverse("plans:plan_read", args=[plan.pk, version.number])
        for who, page in (("quality", "dialogues:answer"), ("principal", "dialogues:receiver")):
            client.force_login(world.person(who))
            assert f'href="{address}"' in client.get(reverse(page, args=[row.pk])).content.decode(), who
            assert client.get(address).status_code == 200

    def test_feedback_on_a_section_leads_to_it(self, world, client, accepted_plan):
        plan, row, version = accepted_plan
        parts = dict(handed_in.sections(version))
        assert parts["avsnitt:bakgrund"] == "Bakgrund och behov"
        assert "Insats: Gemensam lektionsstart" in parts.values()
        client.force_login(world.person("quality"))
        form = {"section": "avsnitt:bakgrund", "saw": "Tydlig koppling."}
        assert client.post(reverse("dialogues:feedback", args=[row.pk]), form).status_code == 302
        client.force_login(world.person("principal"))
        page = client.get(reverse("dialogues:receiver", args=[row.pk])).content.decode()
        address = reverse("plans:plan_read", args=[plan.pk, version.number])
        assert f'<a href="{address}#del-bakgrund" class="words">Bakgrund och behov</a>' in page
        assert 'id="del-bakgrund"' in client.get(address).content.decode()

    def test_a_part_that_is_not_in_it_is_refused(self, world, client, accepted_plan):
        _plan, row, _version = accepted_plan
        client.force_login(world.person("quality"))
        client.post(reverse("dialogues:feedback", args=[row.pk]), {"section": "avsnitt:annat", "saw": "Ord"})
        assert not row.feedback.exists()

    def test_who_may_not_read_what_is_handed_in_gets_no_link(self, world):
        plan = operating.begin(world)
        operating.fill(plan, world.person("principal"))
        version = operating.submitted(world, plan)
        assert handed_in.addresses_of([version], Access(world.person("quality")))
        for who in ("principal_ek", "politician", "registrar"):
            assert handed_in.addresses_of([version], Access(world.person(who))) == {}, who


def test_a_report_that_is_handed_in_is_read_from_the_dialogue(world):
    unit_established(world)
    by = world.person("principal")
    report = reports.make_report(node=world.bjork, period="2024/25", by=by)
    made = reports.hand_in(report=report, expected=1, by=by)
    version = DocumentVersion.objects.select_related("document__node").get(pk=made.pk)
    told = handed_in.addresses_of([version], Access(world.person("quality")))
    assert told == {version.pk: reverse("reports:read", args=[report.pk])}


class TestUses:
    def uses(self, world, who="principal", node=None):
        return provenance.uses(Access(world.person(who)), node or world.bjork)

    def test_an_initiative_that_others_start_one_like(self, world, client):
        tried = completed(world)
        judge(world, tried)
        outcome_actions.start_like(initiative=tried, node=world.ek, period="2026/27", by=world.person("principal_ek"))
        assert self.uses(world)["likenesses"] == []  # a proposal is its writers' alone
        made = Initiative.objects.get(node=world.ek)
        assert made.like == tried
        other = decided(world, node=world.bjork_team)  # as if it had been started like the first
        Initiative.objects.filter(pk=other.pk).update(like=made.like)
        (use,) = self.uses(world)["likenesses"]
        assert (use.what, use.what.like) == (other, tried)
        client.force_login(world.person("principal"))
        page = client.get(reverse("dialogues:uses", args=[world.bjork.pk])).content.decode()
        assert "Insatser som andra har påbörjat efter våra" in page

    def test_reports_built_on_an_analysis_that_uses_ours(self, world):
        theirs = unit_established(world, node=world.ek, who="principal_ek")
        version = theirs.document.versions.get(state="established")
        report = reports.make_report(node=world.ek, period="2024/25", by=world.person("principal_ek"))
        access = Access(world.person("principal"))
        assert built_on in provenance.FURTHER
        (use,) = built_on(access, world.bjork, [version.pk])
        assert (use.place, use.url) == ("Ekskolan", reverse("reports:read", args=[report.pk]))
        assert built_on(access, world.ek, [version.pk]) == []  # one's own
        assert built_on(Access(world.person("operator")), world.bjork, [version.pk]) == []

    def test_goals_above_that_our_initiatives_work_for(self, world):
        goal = committee_goal(world)
        decided(world, goal=goal)
        (use,) = self.uses(world)["serves"]
        assert (use.what, use.url) == (goal, reverse("plans:goal", args=[goal.pk]))

    def test_plans_that_stand_on_our_analysis(self, world):
        unit_established(world)
        plan = operating.begin(world, node=world.bjork_team, by="team_lead")
        operating.fill(plan, world.person("team_lead"))
        operating.submitted(world, plan, "team_lead")
        assert self.uses(world)["plans"] == []
        operating.actions.establish(plan=plan, expected=plan.document.version, by=world.person("principal"))
        (use,) = self.uses(world)["plans"]
        assert (use.title, use.place) == ("Verksamhetsplan 2026/27", "Arbetslag 7-9")
        assert self.uses(world, node=world.bjork_team, who="team_lead")["plans"] == []
