"""What happens to an analysis once it is handed in: returned, compared, restored, published, archived."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse

from styrkedja.analyses import queries, restore_actions, row_actions
from styrkedja.analyses.body import working_body
from styrkedja.analyses.models import Cause, EarlierText, Finding, Need
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents import actions as documents
from styrkedja.documents.comparing import Change, Line, compare, marked
from styrkedja.documents.models import DelegationRule, DocumentState
from tests.analyses.writing import KNOWLEDGE, begin, established, fill, reread, submitted, unit_established, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_in(client, world):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


def address(name, *args):
    return reverse(f"analyses:{name}", args=args)


def text_of(response):
    return response.content.decode()


def plain(response):
    """The page's words alone."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(response).split("<main")[1]).split())


@pytest.fixture
def handed_in(world):
    analysis = begin(world)
    fill(analysis, world.person("principal"))
    submitted(world, analysis)
    return analysis


class TestReturning:
    def test_it_opens_again_and_says_who_when_and_why(self, log_in, world, handed_in):
        page = text_of(log_in("quality").get(address("read", handed_in.pk)))
        assert address("return", handed_in.pk) in page
        form = {"version": handed_in.document.version, "reason": "Orsak 1 vilar på för lite.", "_key": uuid.uuid4()}
        done = log_in("quality").post(address("return", handed_in.pk), form, follow=True)
        assert "Analysen har lämnats tillbaka" in text_of(done)
        assert "Återlämnad" in plain(done)
        handed_in.document.refresh_from_db()
        assert handed_in.document.state == DocumentState.RETURNED
        writing = plain(log_in("principal").get(address("edit", handed_in.pk)))
        assert "Återlämnad av Karin Kvalitet" in writing
        assert "Orsak 1 vilar på för lite." in writing
        assert "Återlämnad" in plain(log_in("principal").get(address("node", world.bjork.pk)))
        write(Finding.objects.filter(analysis=handed_in).exclude(text="").first(), world.person("principal"), text="Ny")
        submitted(world, handed_in)
        assert "Återlämnad av" not in plain(log_in("principal").get(address("read", handed_in.pk)))

    def test_a_return_without_a_reason_asks_for_it(self, log_in, handed_in):
        form = {"version": handed_in.document.version, "reason": " "}
        assert "Skriv varför" in text_of(log_in("head").post(address("return", handed_in.pk), form))
        handed_in.document.refresh_from_db()
        assert handed_in.document.state == DocumentState.SUBMITTED

    def test_what_was_established_meanwhile_is_not_returned(self, log_in, world, handed_in):
        version = handed_in.document.version
        documents.establish(document=handed_in.document, expected=version, by=world.person("principal"))
        form = {"version": version, "reason": "För sent"}
        page = text_of(log_in("head").post(address("return", handed_in.pk), form, follow=True))
        assert "Ingenting har ändrats" in page

    @pytest.mark.parametrize(
        ("who", "status"),
        [("principal", 200), ("quality", 200), ("teacher", 200), ("politician", 403), ("principal_ek", 404)],
    )
    def test_invariant_19_what_has_come_back_is_a_draft_again(self, log_in, world, handed_in, who, status):
        version, head = handed_in.document.version, world.person("head")
        documents.give_back(document=handed_in.document, expected=version, reason="Om", by=head)
        write(Cause.objects.get(analysis=handed_in), world.person("principal"), text="KANARIEFÅGEL")
        client, words = log_in(who), {"fran": "1", "till": "utkast"}
        pages = {n: client.get(address(n, handed_in.pk), words) for n in ("read", "compare", "preview", "edit")}
        told = {name for name, page in pages.items() if "KANARIEFÅGEL" in text_of(page)}
        assert told == ({"compare", "preview", "edit"} if who == "principal" else set())
        assert pages["read"].status_code == status  # what was handed in is read as before

    @pytest.mark.parametrize(("who", "status"), [("teacher", 404), ("auditor", 403), ("politician", 403)])
    def test_who_may_not(self, log_in, handed_in, who, status):
        client = log_in(who)
        assert client.get(address("return", handed_in.pk)).status_code == status

    def test_a_text_of_a_hundred_thousand_letters_is_kept_whole(self, log_in, handed_in):
        form = {"version": handed_in.document.version, "reason": "å" * 100_000}
        log_in("head").post(address("return", handed_in.pk), form)
        handed_in.document.refresh_from_db()
        assert handed_in.document.state == DocumentState.RETURNED
        assert handed_in.document.versions.get().events.get().reason == "å" * 100_000


class TestDelegation:
    def test_invariant_02_on_delegation_only_while_the_rule_holds(self, log_in, world, handed_in):
        quality = world.person("quality")
        client = log_in("quality")
        assert client.get(address("establish", handed_in.pk)).status_code == 403
        rule = DelegationRule.objects.create(
            kind="analysis", level="unit", role="quality_lead", node=world.council, valid_from=dt.date(2024, 8, 1),
            decided_on=dt.date(2024, 6, 12), paragraph="§ 31", registry_number="UBN 2024/88",
        )  # fmt: skip
        assert "Lämna tillbaka" in plain(client.get(address("read", handed_in.pk)))
        form = {"version": handed_in.document.version}
        page = plain(client.post(address("establish", handed_in.pk), form, follow=True))
        assert "Fastställd av Karin Kvalitet på delegation (§ 31, dnr UBN 2024/88)" in page
        version = queries.frozen_analysis(world.bjork, "2024/25")
        assert (version.delegation, version.made_by) == (rule, quality)


class TestComparing:
    def test_words_are_marked_and_said(self):
        html = marked("Fyra av fem elever", "Tre av fem elever")
        assert "<del>" in html and "<ins>" in html
        assert "borttaget:" in html and "tillagt:" in html
        assert marked("<b>", "<b>") == "&lt;b&gt;"

    def test_lines_keep_their_order_and_what_is_gone_its_place(self):
        def lines(*texts):
            return [Line(key, "Del", key, text) for key, text in texts]

        (part,) = compare(
            lines(("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")), lines(("c", "3"), ("a", "1"), ("d", "5"), ("e", "6"))
        )
        found = {row.line.key: row.change for row in part.rows}
        assert found == {
            "a": Change.SAME, "b": Change.REMOVED, "c": Change.SAME, "d": Change.CHANGED, "e": Change.ADDED,
        }  # fmt: skip
        assert [row.line.key for row in part.rows if row.change is not Change.REMOVED] == ["c", "a", "d", "e"]

    def test_two_versions_side_by_side(self, log_in, world):
        analysis = unit_established(world)
        principal = world.person("principal")
        documents.open_correction(
            document=analysis.document, expected=analysis.document.version, reason="Fel andel", by=principal
        )
        finding = Finding.objects.filter(analysis=analysis).exclude(text="").first()
        write(finding, principal, text="Tre av fem elever nådde betygskriterierna i alla ämnen.")
        draft = plain(log_in("principal").get(address("compare", analysis.pk)))
        assert "[borttaget: Fyra ]" in draft and "[tillagt: Tre ]" in draft
        established(world, analysis)
        client = log_in("politician")
        page = plain(client.get(address("compare", analysis.pk), {"fran": "2", "till": "4"}))
        assert "[tillagt: Tre ]" in page
        assert "Varför: Fel andel" in page
        assert "Fastställd av Ragnar Björk" in page
        # What this person may not read is not to choose, and not to be had by its number either.
        assert 'value="3"' not in text_of(client.get(address("compare", analysis.pk)))
        assert "[tillagt: Tre ]" in plain(client.get(address("compare", analysis.pk), {"fran": "1", "till": "x"}))

    def test_with_one_version_there_is_nothing_to_compare(self, log_in, handed_in):
        assert "Det finns bara en version" in text_of(log_in("head").get(address("compare", handed_in.pk)))

    def test_queries_do_not_grow_with_the_texts(self, log_in, world, django_assert_max_num_queries):
        analysis, principal = unit_established(world), world.person("principal")
        client = log_in("principal")
        client.get(address("compare", analysis.pk))
        with django_assert_max_num_queries(60) as first:
            client.get(address("compare", analysis.pk))
        documents.open_correction(
            document=analysis.document, expected=analysis.document.version, reason="Mer", by=principal
        )
        for number in range(12):
            row = row_actions.add_row(analysis=analysis, slug="resultat", area=KNOWLEDGE, by=principal)
            write(row, principal, text=f"Resultat {number}")
        established(world, analysis)
        with django_assert_max_num_queries(len(first) + 2):
            client.get(address("compare", analysis.pk))


class TestRestoring:
    def rewritten(self, world, analysis):
        """Everything changed: words, links, order, a row away and a row more."""
        by = world.person("principal")
        finding = Finding.objects.filter(analysis=analysis).exclude(text="").first()
        cause, need = Cause.objects.get(analysis=analysis), Need.objects.get(analysis=analysis)
        write(finding, by, text="Helt andra ord")
        write(cause, by, [], text="En annan orsak")
        more = row_actions.add_row(analysis=analysis, slug="orsak", by=by)
        write(more, by, [str(finding.pk)], text="Tillkom senare")
        second = row_actions.add_row(analysis=analysis, slug="behov", by=by)
        write(second, by, [str(more.pk)], text="Ett nytt behov")
        row_actions.move_need(need=second, up=True, by=by)
        row_actions.delete_row(row=need, by=by)
        return finding, cause, more

    def test_the_draft_is_the_version_again_and_nothing_is_lost(self, world):
        analysis, principal = unit_established(world), world.person("principal")
        version = queries.frozen_analysis(world.bjork, "2024/25")
        documents.open_correction(
            document=analysis.document, expected=analysis.document.version, reason="Nytt försök", by=principal
        )
        finding, cause, more = self.rewritten(world, analysis)
        analysis.document.refresh_from_db()
        assert working_body(analysis) != version.body
        restore_actions.restore(
            analysis=analysis, version=version, expected=analysis.document.version, reason="", by=principal
        )
        assert working_body(analysis) == version.body
        kept = {str(e.fields.get("text")) for e in EarlierText.objects.filter(row_id__in=[finding.pk, cause.pk])}
        assert {"Helt andra ord", "En annan orsak"} <= kept
        assert reread(more).deleted_at is not None and reread(more).text == "Tillkom senare"
        assert more in queries.deleted_rows(analysis)
        assert AuditEvent.objects.get(event="document_restored").details["hash"] == version.content_hash

    def test_of_what_holds_a_correction_is_opened_with_a_reason(self, log_in, world):
        analysis = unit_established(world)
        client, page = log_in("principal"), address("version_restore", analysis.pk, 1)
        version = analysis.document.version
        assert "Skriv varför" in text_of(client.post(page, {"version": version, "reason": ""}))
        done = client.post(page, {"version": version, "reason": "Den första var bättre"})
        assert done.headers["Location"] == address("edit", analysis.pk)
        analysis.document.refresh_from_db()
        assert (analysis.document.state, analysis.document.correction_reason) == ("draft", "Den första var bättre")

    def test_not_over_somebody_elses_words_nor_what_is_handed_in(self, world, handed_in):
        version = handed_in.document.versions.get()
        said = {"analysis": handed_in, "version": version, "reason": "", "by": world.person("principal")}
        with pytest.raises(Refused):
            restore_actions.restore(**said, expected=handed_in.document.version)
        documents.give_back(
            document=handed_in.document, expected=handed_in.document.version, reason="Om", by=world.person("head")
        )
        read = handed_in.document.version
        write(Cause.objects.get(analysis=handed_in), world.person("head"), text="Nyare ord")
        with pytest.raises(Conflict):
            restore_actions.restore(**said, expected=read)
        assert Cause.objects.get(analysis=handed_in).text == "Nyare ord"


class TestPublishingAndArchiving:
    def test_two_people_stand_behind_what_is_published(self, log_in, world):
        analysis = unit_established(world)
        page = log_in("principal").get(address("read", analysis.pk))
        assert address("publish", analysis.pk) not in text_of(page)
        done = log_in("head").post(address("publish", analysis.pk), {"version": analysis.document.version}, follow=True)
        assert "Analysen är publicerad" in text_of(done)
        assert "Publicerad" in plain(log_in("politician").get(address("read", analysis.pk)))

    def test_what_is_archived_leaves_the_list_and_is_read_for_ever(self, log_in, world):
        analysis = unit_established(world)
        form = {"version": analysis.document.version}
        assert "Analysen är arkiverad" in text_of(
            log_in("registrar").post(address("archive", analysis.pk), form, follow=True)
        )
        page = plain(log_in("teacher").get(address("node", world.bjork.pk)))
        assert "1 arkiverad analys" in page
        read = log_in("teacher").get(address("read", analysis.pk))
        assert "Fyra av fem elever" in text_of(read) and "Arkiverad" in plain(read)
        assert address("correct", analysis.pk) not in text_of(log_in("principal").get(address("read", analysis.pk)))
