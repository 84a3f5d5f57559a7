"""Operational plans through their actions: what gathers by itself, what is demanded, what is frozen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from styrkedja.analyses.models import EarlierText
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents import actions as documents
from styrkedja.documents.hashing import content_hash
from styrkedja.documents.models import Document, DocumentVersion
from styrkedja.plans.models import Goal, MeasureOutcome, OperationalPlan, PlanMeasure, PlanSection
from styrkedja.plans.operational import actions, restore_actions, row_actions, rules
from styrkedja.plans.operational.body import working_body
from styrkedja.plans.operational.plan_types import plan_types
from tests.analyses.writing import unit_established
from tests.plans import initiating
from tests.plans.operating import (
    DEGRADING,
    PERIOD,
    PLAN,
    begin,
    consulted,
    corrected,
    established,
    fill,
    section,
    submitted,
    whole,
    write,
)


def texts(missing) -> str:
    return " | ".join(one.text for one in missing)


def test_a_plan_has_the_sections_of_its_type_and_is_begun_once(world):
    plan = begin(world)
    assert [s.key for s in plan_types()[PLAN]] == list(
        PlanSection.objects.filter(plan=plan).order_by("created_at").values_list("key", flat=True)
    ) or PlanSection.objects.filter(plan=plan).count() == len(plan_types()[PLAN])
    assert begin(world).pk == plan.pk
    assert OperationalPlan.objects.count() == 1


def test_every_key_of_the_plan_types_is_used_once():
    for sections in plan_types().values():
        keys = [one.key for one in sections]
        assert len(keys) == len(set(keys))


def test_a_team_has_no_plan_against_degrading_treatment(world):
    with pytest.raises(Refused):
        begin(world, DEGRADING, node=world.bjork_team)


def test_needs_goals_and_initiatives_gather_by_themselves(world):
    unit_established(world)
    running = initiating.ongoing(world)
    initiating.proposed(world, title="Bara en tanke")
    plan = begin(world)
    body = working_body(plan)
    assert [need["text"] for need in body["needs"]] == ["Fler uppgifter som kräver resonemang."]
    assert body["needs_from"]["period"] == "2024/25"
    [initiative] = body["initiatives"]  # a proposal is nobody else's yet
    assert initiative["title"] == running.title
    assert initiative["holder"] == "Filip Förste"
    assert initiative["participants"] == ["Arbetslag 7-9"]
    assert body["uses"] == [body["needs_from"]["document"]]


def test_the_draft_is_live_and_what_is_handed_in_is_frozen(world):
    plan, who = begin(world), world.person("principal")
    fill(plan, who)
    version = submitted(world, plan)
    initiating.ongoing(world)
    assert working_body(plan)["initiatives"]
    assert DocumentVersion.objects.get(pk=version.pk).body["initiatives"] == []
    with pytest.raises(Refused):
        write(section(plan, "mal"), who, text="För sent")
    valid = actions.establish(plan=plan, expected=plan.document.version, by=who)
    assert valid.body == version.body


def test_proposed_goals_are_not_part_of_the_plan(world):
    plan = begin(world)
    Goal.objects.create(node=world.bjork, period=PERIOD, title="Bara ett förslag")
    assert working_body(plan)["goals"] == []


def test_a_plan_is_not_rolled_over_with_unjudged_initiatives(world):
    before = dt.date(2027, 6, 1)
    waits = initiating.ongoing(world, evaluation_date=before, ends_on=before)
    with pytest.raises(actions.Unjudged) as refused:
        begin(world, period="2027/28")
    assert [one.pk for one in refused.value.initiatives] == [waits.pk]
    assert not Document.objects.filter(kind=PLAN).exists()
    begin(world, period="2026/27")  # it is to be judged within this one
    document = Document.objects.create(kind=PLAN, node=world.bjork, period="2027/28")
    with pytest.raises(IntegrityError, match="roll over"), transaction.atomic():
        OperationalPlan.objects.create(document=document)


def test_an_empty_plan_says_what_is_missing(world):
    plan = begin(world)
    with pytest.raises(actions.Incomplete) as refused:
        submitted(world, plan)
    assert [one.anchor for one in refused.value.missing] == ["del-bakgrund", "samrad"]


def test_a_consultation_needs_forum_date_and_views(world):
    plan, who = begin(world), world.person("principal")
    fill(plan, who)
    consulted(plan, who, held_on=None)
    consulted(plan, who, views=" ")
    said = texts(rules.missing(working_body(plan)))
    assert "datum" in said
    assert "synpunkter" in said


def test_a_plan_is_established_only_when_it_is_consulted_on(world):
    plan = begin(world)
    fill(plan, world.person("principal"))
    body = {**working_body(plan), "consultations": []}
    with pytest.raises(IntegrityError, match="consultation"), transaction.atomic():
        DocumentVersion.objects.create(
            document=plan.document,
            number=1,
            state="established",
            body=body,
            content_hash=content_hash(body),
            authority="own",
            made_by=world.person("principal"),
            made_at=timezone.now(),
        )


def test_the_consultation_is_frozen_with_who_entered_it(world):
    plan = whole(world)
    [one] = plan.document.versions.get(state="established").body["consultations"]
    assert (one["forum"], one["held_on"], one["entered_by"]) == ("Arbetsplatsträff", "2026-09-15", "Ragnar Björk")


def test_invariant_14_the_plan_contains_the_outcome_of_last_years_measures(world):
    who = world.person("principal")
    whole(world, DEGRADING, "2025/26")
    plan = begin(world, DEGRADING, "2026/27")
    [waits] = MeasureOutcome.objects.filter(plan=plan)
    assert waits.what == "Vuxna i omklädningsrummen"  # arrives by itself
    for key in ("kartlaggning", "delaktighet"):
        write(section(plan, key), who, text="Text")
    write(PlanMeasure.objects.filter(plan=plan).first(), who, what="Fler vuxna ute")
    consulted(plan, who)
    with pytest.raises(actions.Incomplete) as refused:
        submitted(world, plan)
    assert [one.anchor for one in refused.value.missing] == [f"matt-{waits.measure}"]
    write(waits, who, carried_out="yes", outcome="Färre anmälningar.")
    body = established(world, plan).body
    assert body["last_year"]["measures"][0]["outcome"] == "Färre anmälningar."


def test_invariant_14_holds_in_the_database_too(world):
    plan = begin(world, DEGRADING)
    body = {**working_body(plan), "consultations": [{"id": "1"}]}
    with pytest.raises(IntegrityError, match="outcome of last year"), transaction.atomic():
        DocumentVersion.objects.create(
            document=plan.document,
            number=1,
            state="submitted",
            body=body,
            content_hash=content_hash(body),
            made_at=timezone.now(),
        )


def test_last_years_measures_are_gathered_also_when_its_plan_came_late(world):
    plan = begin(world, DEGRADING, "2026/27")
    whole(world, DEGRADING, "2025/26")
    assert not MeasureOutcome.objects.filter(plan=plan).exists()
    assert "förra årets åtgärd" in texts(rules.missing(working_body(plan))).lower()
    begin(world, DEGRADING, "2026/27")
    assert MeasureOutcome.objects.filter(plan=plan).count() == 1


def test_two_who_write_in_a_section_both_keep_their_words(world):
    plan = begin(world)
    row = section(plan, "mal")
    first = row_actions.save_row(row=row, expected=1, fields={"text": "Ragnars ord"}, by=world.person("principal"))
    with pytest.raises(Conflict) as conflict:
        row_actions.save_row(row=row, expected=1, fields={"text": "Hannas ord"}, by=world.person("head"))
    assert conflict.value.current.text == "Ragnars ord"
    row_actions.save_row(row=row, expected=first.version, fields={"text": "Hannas ord"}, by=world.person("head"))
    assert EarlierText.objects.get(row_id=row.pk).fields == {"text": "Ragnars ord"}


def test_the_same_words_again_are_no_change(world):
    row, who = section(begin(world), "mal"), world.person("principal")
    row_actions.save_row(row=row, expected=1, fields={"text": "Ord"}, by=who)
    again = row_actions.save_row(row=row, expected=1, fields={"text": "Ord"}, by=who)
    assert again.version == 2


def test_a_correction_opens_the_draft_and_the_established_plan_holds(world):
    plan = whole(world)
    corrected(world, plan)
    write(section(plan, "mal"), world.person("principal"), text="Nytt")
    established(world, plan)
    assert [v.state for v in plan.document.versions.all()] == ["submitted", "established"] * 2
    assert plan.document.versions.get(number=2).body["sections"][1]["text"] == ""


def test_only_the_principal_establishes_the_units_plan(world):
    plan = begin(world, by="principal")
    fill(plan, world.person("principal"))
    submitted(world, plan)
    for who in ("head", "quality", "team_lead", "registrar", "principal_ek"):
        with pytest.raises(Refused):
            actions.establish(plan=plan, expected=plan.document.version, by=world.person(who))
    actions.establish(plan=plan, expected=plan.document.version, by=world.person("principal"))


def test_above_the_units_the_head_of_administration_establishes(world):
    plan = actions.start(kind=PLAN, node=world.council, period=PERIOD, by=world.person("head"))
    fill(plan, world.person("head"))
    with pytest.raises(Refused):
        established(world, plan, "quality")
    plan.document.refresh_from_db()
    actions.establish(plan=plan, expected=plan.document.version, by=world.person("head"))


class TestAnEarlierVersionAgain:
    def test_the_draft_is_the_version_again_and_nothing_is_lost(self, world):
        plan, by = whole(world, DEGRADING), world.person("principal")
        version = plan.document.versions.latest("number")
        corrected(world, plan)
        row = section(plan, "kartlaggning")
        write(row, by, text="Helt andra ord")
        measure = PlanMeasure.objects.get(plan=plan)
        row_actions.remove_row(row=measure, removed=True, by=by)
        more = write(row_actions.add_row(plan=plan, slug="atgard", by=by), by, what="Tillkom senare")
        plan.document.refresh_from_db()
        assert working_body(plan) != version.body
        restore_actions.restore(plan=plan, version=version, expected=plan.document.version, reason="", by=by)
        assert working_body(plan) == version.body
        assert {"text": "Helt andra ord"} in [e.fields for e in EarlierText.objects.filter(row_id=row.pk)]
        more.refresh_from_db()
        assert more.deleted_at is not None and more.what == "Tillkom senare"
        assert AuditEvent.objects.get(event="document_restored").details["hash"] == version.content_hash

    def test_of_what_holds_a_correction_is_opened_with_a_reason(self, client, world):
        plan = whole(world)
        client.force_login(world.person("principal"))
        version = plan.document.versions.latest("number")
        page = reverse("plans:plan_restore", args=[plan.pk, version.number])
        assert page in client.get(reverse("plans:plan_read", args=[plan.pk])).content.decode()
        plan.document.refresh_from_db()
        said = {"version": plan.document.version, "reason": ""}
        assert "Skriv varför" in client.post(page, said).content.decode()
        done = client.post(page, {**said, "reason": "Den första var bättre"})
        assert done.headers["Location"] == reverse("plans:plan_edit", args=[plan.pk])
        plan.document.refresh_from_db()
        assert (plan.document.state, plan.document.correction_reason) == ("draft", "Den första var bättre")
        client.force_login(world.person("teacher"))
        assert client.get(page).status_code == 404

    def test_not_over_somebody_elses_words_nor_what_is_handed_in(self, world):
        plan, by = begin(world), world.person("principal")
        fill(plan, by)
        version = submitted(world, plan)
        said = {"plan": plan, "version": version, "reason": "Om", "by": by}
        with pytest.raises(Refused):
            restore_actions.restore(**said, expected=plan.document.version)
        documents.give_back(document=plan.document, expected=plan.document.version, reason="Om", by=by)
        read = plan.document.version
        write(section(plan, "mal"), by, text="Nyare ord")
        with pytest.raises(Conflict):
            restore_actions.restore(**said, expected=read)
        assert section(plan, "mal").text == "Nyare ord"
