"""Decisions of the political chain: entered once, found again, replaced; and the organiser's own settings."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.organisation.tree import tree_on
from styrkedja.plans.frame import actions, queries
from styrkedja.plans.models import Decision, PlanSettings
from tests.plans.chain_of_goals import decision

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def log_in(client, world):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


def form(world, **changed):
    sent = {
        "kind": "vision",
        "title": "Vision 2030",
        "text": "Alla barn når sin fulla potential.",
        "decided_on": "2026-05-20",
        "paragraph": "§ 84",
        "registry_number": "KF 2026/114",
        "valid_from": "2026-07-01",
        "_key": str(uuid.uuid4()),
    }
    return {**sent, **changed}


def text_of(response):
    return response.content.decode()


class TestEntering:
    def test_the_registrar_enters_and_everybody_reads(self, log_in, world):
        address = reverse("plans:decision_add", args=[world.council.pk])
        answer = log_in("registrar").post(address, form(world, global_goals=["4", "16"]))
        made = Decision.objects.get()
        assert answer.headers["Location"] == reverse("plans:decision", args=[made.pk])
        assert made.entered_by == world.person("registrar")
        assert made.global_goals == [4, 16]
        page = text_of(log_in("teacher").get(answer.headers["Location"]))
        for words in ("Vision 2030", "§ 84", "KF 2026/114", "20 maj 2026", "God utbildning för alla"):
            assert words in page

    def test_entering_leaves_an_audit_row(self, world):
        made = decision(world)
        row = AuditEvent.objects.get(event="decision_entered")
        assert row.about == f"plans.decision:{made.pk}"
        assert row.details["registry_number"] == "UN 2025/114"

    @pytest.mark.parametrize("who", ["quality", "head", "principal", "teacher", "operator"])
    def test_nobody_else_enters(self, log_in, world, who):
        address = reverse("plans:decision_add", args=[world.council.pk])
        assert log_in(who).post(address, form(world)).status_code in (403, 404)
        assert not Decision.objects.exists()

    @pytest.mark.parametrize(
        ("changed", "field", "words"),
        [
            ({"decided_on": "2026-11-23"}, "decided_on", "framåt i tiden"),
            ({"valid_to": "2026-06-30"}, "valid_to", "före första dagen"),
            ({"paragraph": ""}, "paragraph", ""),
            ({"registry_number": " "}, "registry_number", ""),
            ({"text": " \n"}, "text", ""),
            ({"kind": "assignment"}, "addressed_to", "Välj den enhet"),
            ({"valid_from": "2026-13-01"}, "valid_from", ""),
            ({"title": "a" * 201}, "title", ""),
        ],
    )
    def test_an_error_stands_at_its_field_and_nothing_is_lost(self, log_in, world, changed, field, words):
        address = reverse("plans:decision_add", args=[world.council.pk])
        page = log_in("registrar").post(address, form(world, **changed))
        assert list(page.context["form"].errors) == [field]
        assert f'id="id_{field}_error"' in text_of(page)
        assert words in text_of(page)
        assert "Vision 2030" in text_of(page) or field == "title"
        assert not Decision.objects.exists()

    def test_the_same_form_twice_enters_once(self, log_in, world):
        address, sent = reverse("plans:decision_add", args=[world.council.pk]), form(world)
        client = log_in("registrar")
        assert client.post(address, sent).headers["Location"] == client.post(address, sent).headers["Location"]
        assert Decision.objects.count() == 1

    def test_an_assignment_is_given_to_a_unit_below(self, world):
        made = decision(world, node=world.administration, kind="assignment", addressed_to=world.bjork)
        assert made.addressed_to == world.bjork
        with pytest.raises(Refused, match="Enhet"):
            decision(world, node=world.bjork, kind="assignment", addressed_to=world.ek)
        with pytest.raises(Refused, match="Enhet"):
            decision(world, kind="vision", addressed_to=world.bjork)


class TestTiesAndTime:
    def test_what_it_carries_out_is_made_here_or_above(self, world):
        vision = decision(world, kind="vision", title="Vision")
        below = decision(world, node=world.administration, kind="development_area", title="Område", above=vision)
        assert below.above == vision
        with pytest.raises(Refused, match="Verkställer"):
            decision(world, kind="programme", above=below)

    def test_a_correction_is_a_new_decision_that_replaces(self, world):
        wrong = decision(world, paragraph="§ 48")
        right = decision(world, paragraph="§ 84", replaces=wrong)
        assert queries.decisions_of(world.council, TODAY) == {"now": [right], "coming": [], "earlier": [wrong]}
        with pytest.raises(Refused, match="redan ersatts"):
            decision(world, replaces=wrong)
        with pytest.raises(Refused, match="samma nod"):
            decision(world, node=world.administration, replaces=right)

    def test_what_is_to_be_replaced_holds_until_then(self, world):
        old = decision(world, title="Budget 2026", kind="budget")
        new = decision(world, title="Budget 2027", kind="budget", replaces=old, valid_from=dt.date(2027, 1, 1))
        found = queries.decisions_of(world.council, TODAY)
        assert found == {"now": [old], "coming": [new], "earlier": []}
        assert list(Decision.objects.filter(queries.holds_on(TODAY))) == [old]
        assert list(Decision.objects.filter(queries.holds_on(dt.date(2027, 1, 1)))) == [new]

    def test_its_last_day_is_the_last_it_holds(self, world):
        made = decision(world, valid_to=TODAY)
        assert queries.state_of(made, TODAY) == "now"
        assert queries.state_of(made, TODAY + dt.timedelta(days=1)) == "earlier"
        assert list(Decision.objects.filter(queries.holds_on(TODAY))) == [made]
        assert not Decision.objects.filter(queries.holds_on(TODAY + dt.timedelta(days=1))).exists()

    def test_a_decision_is_never_changed_or_removed(self, world):
        made = decision(world)
        for write in (lambda: Decision.objects.update(title="Annat"), made.delete):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                write()

    def test_what_holds_from_above_has_own_assignments_and_no_others(self, world):
        vision = decision(world, kind="vision")
        ours = decision(world, node=world.administration, kind="assignment", addressed_to=world.bjork)
        decision(world, node=world.administration, kind="assignment", addressed_to=world.ek)
        decision(world, node=world.ek, kind="other")
        found = queries.from_above(tree_on(TODAY), world.bjork_team, TODAY)
        assert found == [ours, vision]

    def test_the_form_to_correct_begins_with_the_decision(self, log_in, world):
        made = decision(world, title="Fel titel")
        address = reverse("plans:decision_add", args=[world.council.pk]) + f"?ersatter={made.pk}"
        page = text_of(log_in("registrar").get(address))
        assert 'value="Fel titel"' in page
        assert f'<option value="{made.pk}" selected>' in page
        assert log_in("registrar").get(address + "x").status_code == 200

    def test_the_list_tells_now_later_and_earlier(self, log_in, world):
        wrong = decision(world, title="Felskrivet")
        decision(world, title="Rättat", replaces=wrong)
        page = text_of(log_in("teacher").get(reverse("plans:decisions", args=[world.council.pk])))
        assert page.index("Gäller nu") < page.index("Rättat") < page.index("Tidigare") < page.index("Felskrivet")
        assert "Ange ett beslut" not in page
        below = text_of(log_in("teacher").get(reverse("plans:decisions", args=[world.bjork.pk])))
        assert "Inga beslut som gäller nu" in below
        assert "Rättat" in below


class TestSettings:
    def test_the_quality_lead_sets_what_is_many(self, log_in, world):
        client, address = log_in("quality"), reverse("plans:settings")
        assert client.get(address).status_code == 200
        sent = {"version": 1, "follow_up": "tertial", "goals_at_most": 3, "initiatives_at_most": 6}
        assert client.post(address, sent).status_code == 302
        row = queries.settings()
        assert (row.follow_up, row.goals_at_most, row.initiatives_at_most, row.version) == ("tertial", 3, 6, 2)
        event = AuditEvent.objects.get(event="setting_changed")
        assert event.details["before"]["goals_at_most"] == 5
        assert event.details["after"]["goals_at_most"] == 3

    def test_two_who_change_are_told(self, log_in, world):
        actions.change_settings(
            expected=1, follow_up="term", goals_at_most=4, initiatives_at_most=8, by=world.person("quality")
        )
        with pytest.raises(Conflict):
            actions.change_settings(
                expected=1, follow_up="term", goals_at_most=9, initiatives_at_most=8, by=world.person("quality")
            )
        sent = {"version": 1, "follow_up": "term", "goals_at_most": 9, "initiatives_at_most": 8}
        page = text_of(log_in("quality").post(reverse("plans:settings"), sent))
        assert "Någon annan" in page
        assert PlanSettings.objects.get().goals_at_most == 4

    def test_others_may_not(self, log_in, world):
        assert log_in("principal").get(reverse("plans:settings")).status_code == 403
