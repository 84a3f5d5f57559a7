"""Retention deletion needs a rule and leaves a tombstone (invariant 23): by the actions, and against the database."""

import datetime as dt
from argparse import Namespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse
from django.utils import timezone

from styrkedja.analyses import actions as analyses
from styrkedja.analyses import row_actions
from styrkedja.analyses.models import Finding, VersionWords
from styrkedja.config.commands import check
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents import actions, queries, retention, retention_actions
from styrkedja.documents.authority import Minutes
from styrkedja.documents.models import (
    DisposalProposal,
    Document,
    DocumentKind,
    DocumentState,
    DocumentVersion,
    RetentionRule,
    Tombstone,
    VersionEvent,
)
from styrkedja.documents.retention_actions import Kept
from styrkedja.organisation import actions as organisation
from styrkedja.organisation.models import NodeKind
from styrkedja.plans.operational import talk_actions
from styrkedja.reports import actions as reports
from styrkedja.reports import files
from styrkedja.reports.models import Report
from tests.analyses import writing
from tests.plans import operating

pytestmark = pytest.mark.django_db

CANARY = "KANARIEFÅGEL"
OLD = "2021/22"  # ended on 30 June 2022: three years later is long ago
MINUTES = Minutes(dt.date(2020, 9, 1), "§ 77", "UBN 2020/140")
DAY = dt.timedelta(days=1)


def rule(world, kind="analysis", what="archived", years=3, node=None, minutes=MINUTES) -> RetentionRule:
    kept = Kept(kind, what, years, dt.date(2020, 9, 1))
    return retention_actions.enter(node=node or world.council, kept=kept, minutes=minutes, by=world.person("registrar"))


def archived(world, document: Document) -> Document:
    document.refresh_from_db()
    actions.archive(document=document, expected=document.version, by=world.person("registrar"))
    return document


def archived_analysis(world, period=OLD):
    """Every place where words can stand holds the canary: rows, a removed row, versions, why it came back."""
    by = world.person("principal")
    analysis = writing.begin(world, period=period)
    rows = writing.fill(analysis, by)
    for row in rows.values():
        writing.write(row, by, text=CANARY + row.slug) if row.slug != "orsak" else None
    extra = row_actions.add_row(analysis=analysis, slug="resultat", area=rows["finding"].area, by=by)
    writing.write(extra, by, text=f"{CANARY} borttagen")
    row_actions.delete_row(row=Finding.objects.select_related("analysis").get(pk=extra.pk), by=by)
    writing.submitted(world, analysis)
    document = Document.objects.get(pk=analysis.document_id)
    actions.give_back(document=document, expected=document.version, reason=f"{CANARY} skäl", by=by)
    writing.established(world, analysis)
    return analysis, archived(world, Document.objects.get(pk=analysis.document_id))


def gone(world, document: Document, by_rule: RetentionRule) -> Tombstone:
    proposal = retention_actions.propose(rule=by_rule, document=document, by=world.person("registrar"))
    document.refresh_from_db()
    return retention_actions.dispose(proposal=proposal, expected=document.version, by=world.person("head"))


def tables_that_say(text: str) -> set[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = set()
        for name in names:
            cursor.execute(f'SELECT 1 FROM "{name}" t WHERE t::text LIKE %s LIMIT 1', [f"%{text}%"])
            if cursor.fetchone():
                found.add(name)
    return found


def test_invariant_23_not_a_word_is_left_and_the_tombstone_says_what_there_was(world):
    _analysis, document = archived_analysis(world)
    before = list(document.versions.order_by("number").values_list("number", "state", "content_hash"))
    assert {"analyses_finding", "documents_documentversion", "documents_versionevent"} <= tables_that_say(CANARY)
    by_rule = rule(world)
    stone = gone(world, document, by_rule)
    assert tables_that_say(CANARY) == set()
    assert not VersionWords.objects.filter(version__document=document).exists()
    assert (stone.kind, stone.node, stone.period) == ("analysis", world.bjork, OLD)
    assert [(v["number"], v["state"], v["hash"]) for v in stone.versions] == before
    assert (stone.rule, stone.proposed_by, stone.by) == (by_rule, world.person("registrar"), world.person("head"))
    document.refresh_from_db()
    assert document.state == DocumentState.DISPOSED
    assert {v.standing for v in queries.versions(document)} == {DocumentState.DISPOSED}
    told = AuditEvent.objects.get(event="document_disposed")
    assert [v["hash"] for v in told.details["versions"]] == [one[2] for one in before]
    assert CANARY not in str(told.details)
    assert not list(queries.altered_versions())
    assert queries.lost_versions() == []
    assert check.run(Namespace()) == 0


def test_invariant_23_a_plan_goes_with_what_was_said_about_it(world):
    plan = operating.begin(world, period=OLD)
    by = world.person("principal")
    operating.fill(plan, by)
    operating.write(operating.section(plan, "bakgrund"), by, text=CANARY)
    operating.consulted(plan, by, views=f"{CANARY} samråd")
    talk_actions.comment(plan=plan, section="bakgrund", text=f"{CANARY} kommentar", by=by)
    operating.established(world, plan)
    document = archived(world, Document.objects.get(pk=plan.pk))
    assert {"plans_plansection", "plans_plancomment", "plans_consultation"} <= tables_that_say(CANARY)
    gone(world, document, rule(world, kind="operational_plan"))
    assert tables_that_say(CANARY) == set()


def test_invariant_23_a_report_goes_with_its_files(world, client):
    writing.unit_established(world, period=OLD)
    by = world.person("principal")
    report = reports.make_report(node=world.bjork, period=OLD, by=by)
    version = reports.hand_in(report=report, expected=1, by=by)
    actions.establish(document=version.document, expected=version.document.version, by=by)
    path = files.path_of(report, "sv")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF %%EOF")
    other = path.with_name("f" * 64 + ".sv.pdf")
    other.write_bytes(b"%PDF %%EOF")
    document = archived(world, Document.objects.get(pk=version.document_id))
    gone(world, document, rule(world, kind="quality_report"))
    assert Report.objects.get(pk=report.pk).snapshot == {}
    assert files.remove_disposed() == 1
    assert not path.exists()
    assert other.exists()
    client.force_login(world.person("teacher"))
    for name in ("reports:read", "reports:pdf"):
        page = client.get(reverse(name, args=[report.pk]))
        assert page.status_code == 410
        assert "Gallrad" in page.content.decode()
    node = client.get(reverse("reports:node", args=[world.bjork.pk]), {"period": OLD}).content.decode()
    assert "Gallrad" in node
    assert reverse("reports:pdf", args=[report.pk]) not in node
    assert check.run(Namespace()) == 0


def test_invariant_23_what_points_at_it_opens_and_says_so(world, client):
    analysis, document = archived_analysis(world)
    version = queries.latest_version(document, [DocumentState.ESTABLISHED])
    need = version.body["needs"][0]["id"]
    above = analyses.start(node=world.council, period=OLD, by=world.person("quality"))
    row_actions.cite(
        analysis=above, source=version, part=f"behov:{need}", passage="Ord ur den", area=writing.KNOWLEDGE,
        by=world.person("quality"),
    )  # fmt: skip
    gone(world, document, rule(world))
    client.force_login(world.person("quality"))
    assert "Ord ur den" in client.get(reverse("analyses:edit", args=[above.pk])).content.decode()
    asked = [
        reverse("analyses:read", args=[analysis.pk]),
        reverse("analyses:read", args=[analysis.pk, version.number]),
        reverse("analyses:compare", args=[analysis.pk]),
        reverse("plans:need_thread", args=[version.pk, need]),
    ]
    for address in asked:
        page = client.get(address)
        assert page.status_code == 410, address
        text = page.content.decode()
        assert "Gallrad" in text
        assert "UBN 2020/140" in text
        assert version.content_hash in text
    listed = client.get(reverse("analyses:node", args=[world.bjork.pk])).content.decode()
    assert reverse("analyses:read", args=[analysis.pk]) in listed
    assert "Gallrad" in listed


@pytest.mark.parametrize("kind", ["draft", "submitted", "returned"])
def test_invariant_23_a_draft_that_was_never_established_goes_by_its_own_rule(world, client, kind):
    analysis = writing.begin(world, period=OLD)
    writing.fill(analysis, world.person("principal"))
    if kind != "draft":
        writing.submitted(world, analysis)
    document = Document.objects.get(pk=analysis.document_id)
    if kind == "returned":
        actions.give_back(document=document, expected=document.version, reason="Mer", by=world.person("principal"))
    by_rule = rule(world, what="drafts", years=1)
    with pytest.raises(Refused, match="regel"):  # written in today
        retention_actions.propose(rule=by_rule, document=document, by=world.person("registrar"))
    Document.objects.filter(pk=document.pk).update(changed_at=timezone.now() - 400 * DAY)
    document.refresh_from_db()
    stone = gone(world, document, by_rule)
    assert len(stone.versions) == (kind != "draft")
    assert not Finding.objects.filter(analysis=analysis).exists()
    client.force_login(world.person("principal"))
    page = client.get(reverse("analyses:read", args=[analysis.pk]))
    assert page.status_code == 410
    assert client.get(reverse("analyses:edit", args=[analysis.pk]), follow=True).status_code == 410
    assert client.get(reverse("analyses:preview", args=[analysis.pk]), follow=True).status_code == 410
    listed = client.get(reverse("analyses:node", args=[world.bjork.pk])).content.decode()
    assert reverse("analyses:read", args=[analysis.pk]) in listed


def test_invariant_23_two_people_and_the_right(world):
    _analysis, document = archived_analysis(world)
    by_rule = rule(world)
    with pytest.raises(Refused):
        retention_actions.propose(rule=by_rule, document=document, by=world.person("head"))
    proposal = retention_actions.propose(rule=by_rule, document=document, by=world.person("registrar"))
    with pytest.raises(Refused, match="redan"):
        retention_actions.propose(rule=by_rule, document=document, by=world.person("registrar"))
    for who in ("registrar", "principal", "quality", "politician"):
        with pytest.raises(Refused):
            retention_actions.dispose(proposal=proposal, expected=document.version, by=world.person(who))
    with pytest.raises(Conflict):
        retention_actions.dispose(proposal=proposal, expected=document.version - 1, by=world.person("head"))
    with pytest.raises(Refused):
        retention_actions.decline(proposal=proposal, by=world.person("principal"))
    retention_actions.decline(proposal=proposal, by=world.person("head"))
    with pytest.raises(Conflict):
        retention_actions.dispose(proposal=proposal, expected=document.version, by=world.person("head"))
    assert not Tombstone.objects.exists()
    assert queries.latest_version(document, [DocumentState.ESTABLISHED]).body["needs"]


NO_DECISION = (None, Minutes(dt.date(2020, 9, 1), " ", "x"), Minutes(dt.date(2099, 1, 1), "1", "2"))


@pytest.mark.parametrize("minutes", NO_DECISION)
def test_invariant_23_a_rule_without_a_decision_is_none(world, minutes):
    with pytest.raises(Refused):
        retention_actions.enter(
            node=world.council, kept=Kept("analysis", "archived", 3, dt.date(2020, 9, 1)), minutes=minutes,
            by=world.person("registrar"),
        )  # fmt: skip


def test_invariant_23_a_rule_is_only_ended_and_then_lets_nothing_go(world):
    _analysis, document = archived_analysis(world)
    by_rule = rule(world)
    proposal = retention_actions.propose(rule=by_rule, document=document, by=world.person("registrar"))
    for change in ({"years": 1}, {"node": world.bjork}, {"registry_number": "annat"}, {"kind": "quality_report"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RetentionRule.objects.filter(pk=by_rule.pk).update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        RetentionRule.objects.filter(pk=by_rule.pk)._raw_delete("default")
    with pytest.raises(Refused):
        yesterday = timezone.localdate() - DAY
        retention_actions.end(rule=by_rule, last_day=yesterday, expected=1, by=world.person("registrar"))
    retention_actions.end(rule=by_rule, last_day=timezone.localdate(), expected=1, by=world.person("registrar"))
    RetentionRule.objects.filter(pk=by_rule.pk).update(valid_to=timezone.localdate() - DAY)
    with pytest.raises(Refused):
        retention_actions.dispose(proposal=proposal, expected=document.version, by=world.person("head"))
    with pytest.raises(IntegrityError), transaction.atomic():
        tombstone(world, document, by_rule)


def tombstone(world, document, by_rule, by="head") -> Tombstone:
    """Straight into the table, past the action."""
    return Tombstone.objects.create(
        document=document, rule=by_rule, kind="analysis", node=world.bjork, period=OLD, versions=[],
        proposed_by=world.person("quality"), by=world.person(by), at=timezone.now(),
    )  # fmt: skip


def proposed(world, document, by_rule, by="registrar"):
    DisposalProposal.objects.create(document=document, rule=by_rule, by=world.person(by))
    return by_rule


WRONG = {
    "nobody proposed it": lambda w, d: (rule(w), "head"),
    "one person alone": lambda w, d: (proposed(w, d, rule(w)), "registrar"),
    "another kind": lambda w, d: (proposed(w, d, rule(w, kind="operational_plan")), "head"),
    "not due for ages": lambda w, d: (proposed(w, d, rule(w, years=50)), "head"),
    "another place": lambda w, d: (proposed(w, d, rule(w, node=w.ek)), "head"),
    "a rule of drafts": lambda w, d: (proposed(w, d, rule(w, what="drafts")), "head"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_invariant_23_the_database_asks_for_a_rule_that_is_due(world, wrong, monkeypatch):
    _analysis, document = archived_analysis(world)
    monkeypatch.setattr("styrkedja.access.gate.Access.can", lambda *_: True)  # a rule for a unit alone
    by_rule, by = WRONG[wrong](world, document)
    with pytest.raises(IntegrityError), transaction.atomic():
        tombstone(world, document, by_rule, by)
    document.refresh_from_db()
    assert document.state == DocumentState.ARCHIVED
    assert CANARY in str(queries.latest_version(document, [DocumentState.ESTABLISHED]).body)


def test_invariant_23_the_database_keeps_what_is_not_archived(world):
    analysis = writing.unit_established(world, period=OLD)
    document = Document.objects.get(pk=analysis.document_id)
    by_rule = rule(world)
    with pytest.raises(Refused):
        retention_actions.propose(rule=by_rule, document=document, by=world.person("registrar"))
    proposed(world, document, by_rule)
    with pytest.raises(IntegrityError), transaction.atomic():
        tombstone(world, document, by_rule)


@pytest.mark.parametrize(("years", "goes"), [(0, True), (1, False)])
def test_invariant_23_due_is_the_day_after_the_last_year(world, monkeypatch, years, goes):
    """A calendar-year document of six years ago: due on 1 January after its sixth year, not on 31 December."""
    document, _new = actions.create(kind=DocumentKind.ANALYSIS, node=world.bjork, period="2019", by=None)
    Document.objects.filter(pk=document.pk).update(changed_at=timezone.now() - 4000 * DAY)
    document.refresh_from_db()
    kept = timezone.localdate().year - 2020 + years
    by_rule = rule(world, what="drafts", years=max(kept, 1))
    assert retention.due_since(by_rule, document) == dt.date(2020 + kept, 1, 1)
    proposed(world, document, by_rule)
    if goes:
        assert tombstone(world, document, by_rule)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        tombstone(world, document, by_rule)


FORBIDDEN = (
    "UPDATE documents_documentversion SET body = '{}'",
    "DELETE FROM documents_documentversion",
    "DELETE FROM documents_tombstone",
    "UPDATE documents_tombstone SET versions = '[]'",
    "DELETE FROM documents_versionevent",
    "DELETE FROM analyses_versionwords",
    "UPDATE reports_report SET snapshot = '{}'",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_invariant_23_there_is_no_way_round_the_tombstone(world, statement):
    archived_analysis(world)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('styrkedja.disposing', 'on', true)")
        cursor.execute(statement)


def test_invariant_23_the_word_is_never_said_without_the_stone(world):
    _analysis, document = archived_analysis(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(state=DocumentState.DISPOSED)
    version = document.versions.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        VersionEvent.objects.create(version=version, state=DocumentState.DISPOSED, at=timezone.now())


def test_invariant_23_what_is_gone_stays_gone(world):
    _analysis, document = archived_analysis(world)
    gone(world, document, rule(world))
    document.refresh_from_db()
    for state in set(DocumentState) - {DocumentState.DISPOSED}:
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(state=state)
    with pytest.raises(Refused):
        actions.submit(document=document, expected=document.version, body={}, by=world.person("principal"))
    with pytest.raises(Refused), transaction.atomic():
        actions.lock_draft(document.pk)


def test_what_was_put_back_behind_our_back_is_found(world):
    from tests.conftest import as_owner

    _analysis, document = archived_analysis(world)
    gone(world, document, rule(world))
    version = document.versions.first()
    as_owner(f"""UPDATE documents_documentversion SET body = '{{"needs": [1]}}' WHERE id = '{version.pk}'""")
    assert [v.pk for v in queries.altered_versions()] == [version.pk]


def test_registrar_proposes_and_the_head_confirms(world, client):
    """Rules, what is due, a proposal, a confirmation: as the pages lead."""
    analysis, document = archived_analysis(world)
    client.force_login(world.person("registrar"))
    said = {
        "kind": "analysis", "what": "archived", "years": "3", "node": str(world.council.pk),
        "valid_from": "2020-09-01", "decided_on": "2020-09-01", "paragraph": "77", "registry_number": "UBN 2020/140",
    }  # fmt: skip
    assert client.post(reverse("documents:retention_new"), said).status_code == 302
    by_rule = RetentionRule.objects.get()
    assert by_rule.paragraph == "§ 77"
    overview = client.get(reverse("documents:retention")).content.decode()
    due_page = reverse("documents:retention_due", args=[by_rule.pk])
    assert due_page in overview
    assert "Björkskolan" in client.get(due_page).content.decode()
    assert client.post(due_page, {"document": str(document.pk)}).status_code == 302
    assert "Björkskolan" not in client.get(due_page).content.decode()
    disposal = reverse("documents:retention_proposals")
    proposal = DisposalProposal.objects.get()
    document.refresh_from_db()
    chosen = {"proposal": f"{proposal.pk}:{document.version}", "do": "dispose"}
    page = client.post(disposal, chosen, follow=True).content.decode()
    assert "Någon annan" in page
    assert not Tombstone.objects.exists()
    client.force_login(world.person("head"))
    assert f"{proposal.pk}:{document.version}" in client.get(disposal).content.decode()
    page = client.post(disposal, chosen, follow=True).content.decode()
    assert Tombstone.objects.get().document_id == document.pk
    assert "Inget är föreslaget" in page
    assert "Björkskolan" in client.get(reverse("documents:retention")).content.decode()
    assert client.get(reverse("analyses:read", args=[analysis.pk])).status_code == 410


def test_a_place_that_is_closed_leaves_documents_that_can_go(world):
    _analysis, document = archived_analysis(world)
    organisation.close_node(node=world.bjork_team, last_day=timezone.localdate() - DAY, by=None)
    organisation.close_node(node=world.bjork, last_day=timezone.localdate() - DAY, by=None)
    assert gone(world, document, rule(world)).node == world.bjork


def test_the_list_of_what_is_due_costs_the_same_for_many(world, client, django_assert_max_num_queries):
    archived_analysis(world)
    by_rule = rule(world)
    for number in range(12):
        node = organisation.add_node(
            parent=world.administration, kind=NodeKind.UNIT, name=f"Skola {number}", school_forms=["gr"],
            statistical_kind="", statistical_code="", valid_from=dt.date(2020, 7, 1), by=None,
        )  # fmt: skip
        document, _new = actions.create(kind=DocumentKind.ANALYSIS, node=node, period=OLD, by=None)
        DocumentVersion.objects.create(
            document=document, number=1, state="established", body={}, content_hash="x", authority="own",
            made_by=world.person("principal"), made_at=timezone.now(),
        )  # fmt: skip
        for state in ("submitted", "established", "archived"):
            Document.objects.filter(pk=document.pk).update(state=state)
    client.force_login(world.person("registrar"))
    with django_assert_max_num_queries(22):
        page = client.get(reverse("documents:retention_due", args=[by_rule.pk])).content.decode()
    assert page.count('name="document"') == 13
