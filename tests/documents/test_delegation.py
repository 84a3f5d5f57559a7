"""Who makes what valid: the table of authority, and delegation rules that hold from a day to a day (invariant 2)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents import actions, delegation_actions
from styrkedja.documents.authority import Minutes, table, way_to_establish
from styrkedja.documents.delegation_actions import Delegated
from styrkedja.documents.models import Authority, DelegationRule, DocumentKind, DocumentVersion
from styrkedja.organisation import actions as organisation
from styrkedja.organisation.models import NodeKind

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
DAY = dt.timedelta(days=1)
MINUTES = Minutes(dt.date(2025, 6, 12), "§ 31", "UBN 2025/88")
ABOVE = ("council", "committee", "administration")


def enter(
    world, *, kind="analysis", level="unit", role="quality_lead", node=None, first=None, last=None, minutes=MINUTES
):
    delegated = Delegated(kind, level, role, first or dt.date(2025, 8, 1), last)
    return delegation_actions.enter(
        node=node or world.council, delegated=delegated, minutes=minutes, by=world.person("registrar")
    )


def handed_in(world, node=None):
    document, _new = actions.create(kind=DocumentKind.ANALYSIS, node=node or world.bjork, period="2024/25", by=None)
    by = world.person("principal")
    actions.submit(document=document, expected=1, body={"text": "ord"}, by=by)
    return document


def test_invariant_02_the_table_knows_every_kind_and_keeps_to_the_law():
    assert {kind for kind, _level in table()} == set(DocumentKind.values)
    assert {level for _kind, level in table()} <= set(NodeKind.values)
    for (kind, level), rule in table().items():
        assert rule.own or rule.committee, (kind, level)
        if kind == DocumentKind.QUALITY_REPORT and level in ABOVE:
            assert rule.own is None and rule.committee
            assert not rule.delegable or level == "administration"


@pytest.mark.parametrize(
    ("first", "last", "holds"), [(-10, None, True), (-10, 0, True), (0, 0, True), (-10, -1, False), (1, None, False)]
)
def test_invariant_02_a_delegation_holds_from_its_first_day_to_its_last(world, first, last, holds):
    document, quality = handed_in(world), world.person("quality")
    minutes = Minutes(TODAY() + min(first, 0) * DAY, "§ 31", "UBN 2025/88")
    rule = enter(
        world, first=TODAY() + first * DAY, last=None if last is None else TODAY() + last * DAY, minutes=minutes
    )
    if not holds:
        with pytest.raises(Refused):
            actions.establish(document=document, expected=2, by=quality)
        with pytest.raises(IntegrityError), transaction.atomic():
            DocumentVersion.objects.create(
                document=document, number=2, state="established", body={}, content_hash="x", made_by=quality,
                made_at=timezone.now(), authority="delegation", delegation=rule,
            )  # fmt: skip
        return
    version = actions.establish(document=document, expected=2, by=quality)
    assert (version.authority, version.delegation) == (Authority.DELEGATION, rule)


@pytest.mark.parametrize(
    "wrong", [{"level": "team"}, {"kind": "operational_plan"}, {"role": "chief_education_officer"}, {"node": "ek"}]
)
def test_invariant_02_a_delegation_gives_no_more_than_it_says(world, wrong):
    document = handed_in(world)
    if wrong.get("node"):
        wrong = {"node": world.ek, "role": "principal"}
    enter(world, **wrong)
    for key in ("quality", "principal_ek"):
        assert way_to_establish(Access(world.person(key)), document) is None


def test_invariant_21_with_the_role_ends_the_delegation(world):
    document, quality = handed_in(world), world.person("quality")
    enter(world)
    assert way_to_establish(Access(quality), document) is not None
    held = quality.assignments.get()
    organisation.end_assignment(assignment=held, last_day=TODAY() - DAY, expected=held.version, by=None)
    assert way_to_establish(Access(quality), document) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "quality_report", "level": "council"}, {"kind": "quality_report", "level": "committee"},
        {"role": "principal"}, {"role": "rektor"}, {"first": dt.date(2025, 6, 1)}, {"last": dt.date(2025, 7, 1)},
        {"minutes": Minutes(dt.date(2099, 1, 1), "§ 1", "1")}, {"minutes": Minutes(dt.date(2025, 1, 1), " ", "1")},
    ],
)  # fmt: skip
def test_what_cannot_be_delegated_is_refused(world, wrong):
    with pytest.raises(Refused):
        enter(world, **wrong)
    assert not DelegationRule.objects.exists()


def test_only_a_registrar_enters_one(world):
    delegated = Delegated("analysis", "unit", "quality_lead", dt.date(2025, 8, 1), None)
    with pytest.raises(Refused):
        delegation_actions.enter(node=world.council, delegated=delegated, minutes=MINUTES, by=world.person("quality"))


def test_a_rule_can_only_be_ended_and_never_before_what_rests_on_it(world):
    rule, registrar = enter(world), world.person("registrar")
    with pytest.raises(Refused):
        delegation_actions.end(rule=rule, last_day=TODAY() - DAY, expected=1, by=registrar)
    actions.establish(document=handed_in(world), expected=2, by=world.person("quality"))
    for change in ({"role": "principal"}, {"valid_to": TODAY() - DAY}, {"paragraph": "§ 2"}, {"valid_to": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DelegationRule.objects.filter(pk=rule.pk).update(**change)
    ended = delegation_actions.end(rule=rule, last_day=TODAY(), expected=1, by=registrar)
    assert (ended.valid_to, ended.version) == (TODAY(), 2)
    with pytest.raises(Conflict):
        delegation_actions.end(rule=rule, last_day=TODAY(), expected=1, by=registrar)
    with pytest.raises(Refused):
        delegation_actions.end(rule=rule, last_day=TODAY() + DAY, expected=2, by=registrar)
    assert AuditEvent.objects.filter(event="delegation_entered").count() == 2


class TestPages:
    FORM = {
        "kind": "analysis", "level": "unit", "role": "quality_lead", "valid_from": "2025-08-01", "valid_to": "",
        "decided_on": "2025-06-12", "paragraph": "31", "registry_number": "UBN 2025/88",
    }  # fmt: skip

    def test_it_is_entered_read_and_ended(self, client, world):
        client.force_login(world.person("registrar"))
        assert "Inget är delegerat" in client.get(reverse("documents:delegations")).content.decode()
        new = reverse("documents:delegation_new")
        done = client.post(new, {**self.FORM, "node": str(world.council.pk)}, follow=True).content.decode()
        assert "Delegationen är införd" in done and "§ 31" in done and "Gäller nu" in done
        rule = DelegationRule.objects.get()
        ending = reverse("documents:delegation_end", args=[rule.pk])
        client.post(ending, {"version": 1, "last_day": str(TODAY())})
        rule.refresh_from_db()
        assert rule.valid_to == TODAY()
        client.force_login(world.person("teacher"))
        page = client.get(reverse("documents:delegations")).content.decode()
        assert "UBN 2025/88" in page and ending not in page
        assert client.get(new).status_code == 403

    def test_what_is_wrong_is_said_where_it_is(self, client, world):
        client.force_login(world.person("registrar"))
        form = {**self.FORM, "node": str(world.council.pk), "role": "principal"}
        page = client.post(reverse("documents:delegation_new"), form).content.decode()
        assert "Rollen kan inte innehas vid Ekköpings kommun" in page
        assert not DelegationRule.objects.exists()
