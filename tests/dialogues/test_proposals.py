"""Decisions proposed at a meeting: with their ground kept, in order, withdrawn or decided once; a year's priorities."""

import datetime as dt
import re
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.dialogues.models import Meeting, Proposal
from styrkedja.dialogues.proposals import actions, grounds, priorities, queries
from styrkedja.plans.models import Decision
from tests.analyses.writing import unit_established
from tests.dialogues import meeting as m
from tests.dialogues import seminar as s
from tests.plans import chain_of_goals as goals
from tests.plans.test_initiatives_outcome import judge, with_figures

pytestmark = pytest.mark.django_db
GROUND = "Studieron faller på tre av fyra skolor."
YEAR = "2025/26"


def day(world, **said):
    """A dialogue day of the council about Björkskolan and Ekskolan, called."""
    return m.called(world, "dialogdag", concerns=[world.bjork, world.ek], **said)


def proposed(world, meeting, *, who="quality", title="Studiero", ground=GROUND, **said) -> Proposal:
    said = {"node": world.council, "kind": "development_area", "period": YEAR, **said}
    return actions.propose(meeting=m.fresh(meeting), title=title, ground=ground, by=world.person(who), **said)


def decided(world, proposal, **said) -> Proposal:
    now = queries.proposal(proposal.pk)
    said = {
        "decided_on": timezone.localdate(),
        "paragraph": "§ 84",
        "registry_number": "UN 2026/114",
        "valid_from": dt.date(2025, 7, 1),
        "valid_to": dt.date(2026, 6, 30),
        "expected": now.version,
        **said,
    }
    return actions.decide(proposal=now, by=world.person("registrar"), **said)


def offered(world, meeting, node, who="quality"):
    return grounds.offered(Access(world.person(who)), m.fresh(meeting), node)


def rested(world, proposal, *chosen):
    return actions.rest_on(proposal=proposal, grounds=chosen, by=world.person("quality"))


# Proposed.


def test_a_priority_says_what_it_rests_on_in_the_database_too(world):
    meeting = day(world)
    with pytest.raises(Refused, match="Grund"):
        proposed(world, meeting, ground="  ")
    proposed(world, meeting, ground="", kind="other")
    made = proposed(world, meeting)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=made.pk).update(ground="")


def test_what_cannot_be_proposed_is_refused(world):
    meeting = day(world)
    team = m.called(world, "arbetslagsmote", node=world.bjork_team, concerns=[world.bjork_team], who="team_lead")
    wrong = ({"title": " "}, {"kind": "påhitt"}, {"period": "snart"}, {"node": world.bjork}, {"point": m.point(team)})
    for said in wrong:
        with pytest.raises(Refused):
            proposed(world, meeting, **said)
    above = proposed(world, team, who="team_lead", node=world.bjork)  # its own node or one above it
    assert above.node == world.bjork
    planned = m.plan(world, "dialogdag", concerns=[world.bjork])
    with pytest.raises(Refused, match="kallelsen"):
        proposed(world, planned)


def test_proposals_have_an_order_that_can_be_changed(world):
    meeting = day(world)
    made = [proposed(world, meeting, title=f"Nummer {n}") for n in (1, 2, 3)]

    def order():
        return [one.title[-1] for one in queries.of_meeting(meeting)]

    actions.move(proposal=made[2], up=True, by=world.person("quality"))
    assert order() == ["1", "3", "2"]
    actions.move(proposal=made[0], up=True, by=world.person("quality"))  # it is first already
    actions.move(proposal=made[0], up=False, by=world.person("quality"))
    assert order() == ["3", "1", "2"]
    actions.withdraw(proposal=made[2], reason="Redan på gång.", by=world.person("quality"))
    assert order() == ["1", "2", "3"]


def test_who_keeps_the_meeting_proposes_and_nobody_else(world, client):
    meeting = day(world)
    address = reverse("dialogues:proposal_add", args=[meeting.pk])
    sent = {"kind": "development_area", "title": "Studiero", "ground": GROUND, "node": world.council.pk, "period": YEAR}
    for who, answer in (("principal", 403), ("politician", 403), ("auditor", 403), ("registrar", 403)):
        client.force_login(world.person(who))
        assert client.post(address, sent).status_code == answer, who
    assert not Proposal.objects.exists()
    client.force_login(world.person("quality"))
    page = client.get(address)
    assert page.status_code == 200
    form = page.context["form"]
    assert form["kind"].value() == "development_area"  # a dialogue day leads to priorities
    key = {"_key": "7d3a2f2e-0000-4000-8000-000000000001"}
    period = form.fields["period"].choices[0][0]
    for _again in range(2):
        assert client.post(address, {**sent, **key, "period": period}).status_code == 302
    assert Proposal.objects.count() == 1
    missing = client.post(address, {**sent, "period": period, "ground": " "})
    assert "En prioritering säger vad den" in missing.content.decode()


@pytest.mark.parametrize("name", ["change", "grounds", "move", "withdraw"])
def test_those_called_read_a_proposal_and_do_not_write_it(world, client, name):
    made = proposed(world, day(world))
    address = reverse(f"dialogues:proposal_{name}", args=[made.pk])
    for who in ("principal", "politician", "auditor"):
        client.force_login(world.person(who))
        assert client.get(reverse("dialogues:proposal", args=[made.pk])).status_code == 200, who
        assert client.post(address, {"reason": "Nej", "upp": "1", "version": 1}).status_code in (403, 404), who
    assert queries.proposal(made.pk).version == 1


def test_two_who_change_a_proposal_at_once_are_shown_both_texts(world, client):
    meeting = day(world)
    made = proposed(world, meeting, period=queries.usual_period(meeting))
    client.force_login(world.person("quality"))
    address = reverse("dialogues:proposal_change", args=[made.pk])
    fields = {"kind": made.kind, "ground": GROUND, "node": str(made.node_id), "period": made.period, "text": ""}
    assert client.post(address, {**fields, "version": 1, "title": "Först"}).status_code == 302
    late = client.post(address, {**fields, "version": 1, "title": "Sedan"})
    assert late.status_code == 409
    assert "Först" in late.content.decode()
    assert "Sedan" in late.content.decode()
    assert client.post(address, {**fields, "version": 2, "title": "Sedan"}).status_code == 302
    with pytest.raises(Conflict):
        actions.change(proposal=made, expected=1, fields={"title": "Tredje"}, by=world.person("quality"))


def test_withdrawn_with_a_reason_it_stays_so(world):
    made = proposed(world, day(world))
    with pytest.raises(Refused):
        actions.withdraw(proposal=made, reason=" ", by=world.person("quality"))
    actions.withdraw(proposal=made, reason="Ryms i en annan.", by=world.person("quality"))
    for act in (
        lambda: actions.change(proposal=made, expected=2, fields={"title": "Ny"}, by=world.person("quality")),
        lambda: decided(world, made),
        lambda: actions.withdraw(proposal=made, reason="Igen", by=world.person("quality")),
    ):
        with pytest.raises(Refused, match="tillbaka"):
            act()
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.update(withdrawn_at=None, withdrawn_reason="")


# What it rests on.


def test_needs_are_offered_where_they_stand_and_kept_as_they_stood(world):
    version = unit_established(world)
    meeting = day(world, period=version.document.period)
    found = offered(world, meeting, world.bjork)
    assert not offered(world, meeting, world.ek)
    need = next(one for one in found if one["kind"] == "need")
    assert need["text"] == goals.need_of(world.bjork, meeting.period).text
    made = proposed(world, meeting)
    rested(world, made, need)
    kept = rested(world, queries.proposal(made.pk), need, {**need, "text": "Omskrivet"})
    assert [one["text"] for one in kept.grounds] == [need["text"]]
    actions.leave_ground(proposal=kept, key=need["key"], by=world.person("quality"))
    assert queries.proposal(made.pk).grounds == []


def test_a_seminars_note_let_into_an_analysis_is_not_let_into_a_proposal(world, client):
    version = unit_established(world)
    meeting = s.called(world, period=version.document.period)
    for node in (None, world.bjork):
        s.write(world, meeting, "Kattugglespår", node=node, may_use=True)
    s.show(world, meeting)
    made = proposed(world, meeting)
    client.force_login(world.person("quality"))
    address = reverse("dialogues:proposal_grounds", args=[made.pk])
    for place in (world.council, world.bjork):
        assert {one["kind"] for one in offered(world, meeting, place)} <= {"need", "figure", "effect"}
        assert "Kattugglespår" not in client.get(address, {"plats": str(place.pk)}).content.decode()
    assert offered(world, meeting, world.bjork)  # there is something to choose among


def test_small_numbers_of_a_ground_are_told_to_those_alone_who_may_see_them(world, client):
    judge(world, with_figures(world, n=4))
    meeting = day(world)
    made = proposed(world, meeting)
    rested(world, made, *(one for one in offered(world, meeting, world.bjork) if one["kind"] == "effect"))
    decided(world, made)
    told = {}
    for who in ("quality", "teacher", "politician", "principal_ek"):
        client.force_login(world.person(who))
        address = reverse("dialogues:proposal", args=[made.pk])
        told[who] = re.sub(r"<[^>]*>", " ", client.get(address).content.decode().split("<main")[1])
        assert "Gemensam lektionsstart" in told[who], who
    assert "58" in told.pop("quality")
    assert not [who for who, page in told.items() if "58" in page or "62,5" in page]


def test_grounds_are_picked_on_a_page_place_by_place(world, client):
    version = unit_established(world)
    meeting = day(world, period=version.document.period)
    made = proposed(world, meeting)
    client.force_login(world.person("quality"))
    address = reverse("dialogues:proposal_grounds", args=[made.pk])
    assert client.get(address).status_code == 200
    page = client.get(address, {"plats": str(world.bjork.pk)}).content.decode()
    need = next(one for one in offered(world, meeting, world.bjork) if one["kind"] == "need")
    assert need["text"] in page
    sent = {"plats": str(world.bjork.pk), "grund": [need["key"], "need:påhittad"]}
    assert client.post(address, sent).status_code == 302
    assert [one["key"] for one in queries.proposal(made.pk).grounds] == [need["key"]]
    assert client.post(address, {"plats": str(world.bjork.pk), "bort": need["key"]}).status_code == 302
    assert queries.proposal(made.pk).grounds == []


# Decided.


def test_decided_it_is_a_decision_in_its_words_and_says_where_it_comes_from(world, client):
    version = unit_established(world)
    meeting = day(world, period=version.document.period)
    made = proposed(world, meeting, text="Nämnden prioriterar studiero.")
    need = next(one for one in offered(world, meeting, world.bjork) if one["kind"] == "need")
    rested(world, made, need)
    row = decided(world, made)
    decision = row.decision
    assert (decision.title, decision.text, decision.paragraph) == ("Studiero", "Nämnden prioriterar studiero.", "§ 84")
    assert decision.entered_by == world.person("registrar")
    assert not queries.waiting(world.council)
    for who in ("teacher", "politician", "principal_ek"):
        client.force_login(world.person(who))
        body = client.get(reverse("plans:decision", args=[decision.pk])).content.decode()
        assert GROUND in body, who
        assert need["text"] in body
        assert meeting.title in body


def test_what_is_decided_no_longer_changes(world):
    made = decided(world, proposed(world, day(world)))
    for act in (
        lambda: actions.change(proposal=made, expected=made.version, fields={"title": "Ny"}, by=world.person("head")),
        lambda: actions.withdraw(proposal=made, reason="Nej", by=world.person("quality")),
        lambda: rested(world, made, {"key": "x", "kind": "need"}),
        lambda: decided(world, made),
    ):
        with pytest.raises(Refused, match="beslutat"):
            act()
    for wrong in ({"title": "Ny"}, {"ground": "Annan"}, {"grounds": [1]}, {"decision": None}, {"position": 9}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Proposal.objects.filter(pk=made.pk).update(**wrong)


def test_a_proposal_is_tied_to_a_decision_of_the_same_thing_alone(world):
    made = proposed(world, day(world))
    other = goals.decision(world, kind="development_area", title="Något annat")
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=made.pk).update(decision=other)


def test_the_registrar_decides_from_the_words_she_has_seen(world, client):
    meeting = day(world)
    made = proposed(world, meeting)
    client.force_login(world.person("registrar"))
    waits = client.get(reverse("plans:decisions", args=[world.council.pk])).content.decode()
    assert "Föreslagna beslut" in waits
    assert "Studiero" in waits
    address = reverse("dialogues:proposal_decide", args=[made.pk])
    assert client.get(address).status_code == 200
    today = timezone.localdate().isoformat()
    sent = {
        "version": 1,
        "decided_on": today,
        "paragraph": "§ 9",
        "registry_number": "UN 1",
        "valid_from": "2025-07-01",
    }
    actions.change(proposal=made, expected=1, fields={"title": "Studiero i alla klasser"}, by=world.person("quality"))
    changed = client.post(address, sent)
    assert changed.status_code == 200  # said at the form; nothing is entered
    assert not Decision.objects.exists()
    assert client.post(address, {**sent, "version": 2, "decided_on": "2999-01-01"}).status_code == 200
    assert client.post(address, {**sent, "version": 2}).status_code == 302
    assert client.post(address, {**sent, "version": 3}).status_code == 302  # it is decided already
    assert Decision.objects.get().title == "Studiero i alla klasser"
    every = reverse("dialogues:proposals", args=[world.council.pk])
    for who, one, many in (("quality", 403, 403), ("principal", 404, 404), ("teacher", 404, 404)):
        client.force_login(world.person(who))
        assert (client.get(address).status_code, client.get(every).status_code) == (one, many), who


@pytest.mark.django_db(transaction=True)
def test_two_registrars_at_once_enter_one_decision(world):
    made = proposed(world, day(world))
    told, started = [], threading.Barrier(2)

    def run():
        try:
            started.wait()
            decided(world, made, expected=1)
        except (Refused, Conflict) as refused:
            told.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Decision.objects.count() == 1
    assert len(told) == 1


def test_an_assignment_is_decided_for_a_unit(world):
    made = proposed(world, day(world), kind="assignment", title="Uppdrag")
    with pytest.raises(Refused, match="Enhet"):
        decided(world, made)
    assert decided(world, made, addressed_to=world.bjork).decision.addressed_to == world.bjork


def test_proposals_of_a_cancelled_meeting_wait_for_nobody(world):
    meeting = day(world)
    made = proposed(world, meeting)
    ended = {"state": "cancelled", "cancelled_at": timezone.now(), "cancelled_reason": "Snöstorm"}
    Meeting.objects.filter(pk=meeting.pk).update(**ended)  # no action does: what is proposed is not cancelled away
    assert not queries.waiting(world.council)
    with pytest.raises(Refused, match="blev inte av"):
        decided(world, made)


# Priorities.


def listed(world, who="quality", node=None, period=YEAR):
    return priorities.page(Access(world.person(who)), node or world.council, period)["priorities"]


def test_priorities_stand_with_their_state_and_the_goals_that_stem_from_them(world, client):
    meeting = day(world)
    made = proposed(world, meeting)
    assert [(one.title, one.decision) for one in listed(world)] == [("Studiero", None)]
    decision = decided(world, made).decision
    goal = goals.decided(world, decision=decision, title="Lugna lektioner")
    goals.proposed(world, node=world.ek, who="principal_ek", decision=decision, title="Bara föreslaget")
    [one] = listed(world)
    assert one.decision == decision
    assert [below.goal for below in one.goals] == [goal]
    assert one.goals[0].words == "inga insatser ännu"
    assert {b.goal.title for b in listed(world, "principal_ek")[0].goals} == {"Lugna lektioner", "Bara föreslaget"}
    client.force_login(world.person("principal"))
    body = client.get(reverse("dialogues:priorities", args=[world.bjork.pk]), {"period": YEAR}).content.decode()
    assert "§ 84" in body
    link = reverse("plans:goal_add", args=[world.bjork.pk])
    assert f"{link}?beslut={decision.pk}" in body
    form = client.get(link, {"beslut": str(decision.pk), "period": YEAR}).context["form"]
    assert form["decision"].value() == str(decision.pk)


def test_what_is_only_proposed_is_read_by_those_of_the_meeting_and_those_who_enter_decisions(world, client):
    made = proposed(world, day(world))
    for who in ("quality", "head", "principal", "registrar", "auditor", "politician"):
        assert len(listed(world, who)) == 1, who
    for who in ("teacher", "principal_lind", "team_lead"):
        assert listed(world, who) == [], who
        client.force_login(world.person(who))
        assert client.get(reverse("dialogues:proposal", args=[made.pk])).status_code == 404, who


def test_a_development_area_entered_without_a_meeting_is_a_priority_too_and_a_replaced_one_is_not(world):
    old = goals.decision(world, kind="development_area", title="Gammal")
    goals.decision(world, kind="development_area", title="Ny", replaces=old)
    assert [one.title for one in listed(world)] == ["Ny"]
    assert listed(world, period="2020/21") == []
    assert [one.title for one in listed(world, "principal", world.bjork)] == ["Ny"]


def test_the_priorities_ask_the_database_as_much_however_many_they_are(world, client):
    meeting = day(world)
    client.force_login(world.person("quality"))

    def asked():
        with CaptureQueriesContext(connection) as found:
            address = reverse("dialogues:priorities", args=[world.council.pk])
            assert client.get(address, {"period": YEAR}).status_code == 200
        return len(found)

    def one(number):
        decision = decided(world, proposed(world, meeting, title=f"Område {number}")).decision
        goals.decided(world, decision=decision, title=f"Mål {number}")
        proposed(world, meeting, title=f"Föreslaget {number}")

    one(1)
    asked()
    few = asked()
    for number in range(2, 6):
        one(number)
    assert asked() == few


def test_every_step_leaves_a_trace(world):
    made = proposed(world, day(world))
    decided(world, made)
    events = list(AuditEvent.objects.filter(about__startswith="dialogues.proposal").values_list("event", flat=True))
    assert events == ["proposal_made", "proposal_ended"]
