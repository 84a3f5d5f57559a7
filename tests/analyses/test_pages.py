"""The pages: what each shows, saves, refuses; and that nothing leaks to who may not read it."""

import datetime as dt
import json
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from styrkedja.analyses import actions, queries, row_actions
from styrkedja.analyses.models import (
    Analysis,
    Cause,
    Citation,
    EarlierText,
    Finding,
    Need,
    Participation,
    UnitInclusion,
)
from styrkedja.core.models import AuditEvent
from styrkedja.documents.models import DocumentState
from styrkedja.organisation import actions as organisation
from tests.analyses.writing import begin, established, fill, reread, submitted, unit_established, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_in(client, world):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


def address(name, *args):
    return reverse(f"analyses:{name}", args=args)


def row_address(row, name="row"):
    return address(name, row.analysis_id, row.slug, row.pk)


def save(client, row, *, version=None, script=True, **data):
    headers = {"X-Autosave": "1", "Accept": "application/json"} if script else {}
    data = {"version": version or reread(row).version, "_key": str(uuid.uuid4()), **data}
    return client.post(row_address(row), data, headers=headers)


def text_of(response):
    return response.content.decode()


class TestBeginning:
    def test_three_clicks_to_the_first_sentence(self, log_in, world):
        client = log_in("principal")
        page = client.get(address("node", world.bjork.pk))
        assert 'name="period"' in text_of(page)
        begun = client.post(address("start", world.bjork.pk), {"period": "2024/25"})
        analysis = Analysis.objects.get()
        assert begun.headers["Location"] == address("edit", analysis.pk)
        page = client.get(begun.headers["Location"])
        assert text_of(page).count("data-autosave=") >= 8
        assert "Sparat" in text_of(page)

    def test_beginning_twice_leads_to_the_same(self, log_in, world):
        client = log_in("principal")
        places = {
            client.post(address("start", world.bjork.pk), {"period": "2024/25"}).headers["Location"] for _ in "12"
        }
        assert len(places) == 1

    def test_a_period_that_is_none_is_refused_in_words(self, log_in, world):
        client = log_in("principal")
        page = client.post(address("start", world.bjork.pk), {"period": "2024/30"}, follow=True)
        assert "Välj ett läsår" in text_of(page)
        assert not Analysis.objects.exists()

    def test_the_likeliest_year_is_chosen_and_begun_years_are_not_offered(self, log_in, world, monkeypatch):
        monkeypatch.setattr(queries, "default_period", lambda _day: "2025/26")
        client = log_in("principal")
        assert '<option value="2025/26" selected>' in text_of(client.get(address("node", world.bjork.pk)))
        begin(world, period="2025/26")
        page = text_of(client.get(address("node", world.bjork.pk)))
        assert '<option value="2025/26"' not in page
        assert '<option value="2024/25" selected>' in page


class TestSaving:
    def test_a_script_that_saves_is_told_version_and_time(self, log_in, world):
        finding = Finding.objects.filter(analysis=begin(world)).first()
        answer = save(log_in("principal"), finding, text="Vi ser att …")
        assert answer.status_code == 200
        assert answer.json()["version"] == 2
        assert re.fullmatch(r"\d\d:\d\d", answer.json()["saved_at"])
        assert reread(finding).text == "Vi ser att …"

    def test_a_save_whose_answer_was_lost_is_answered_as_before(self, log_in, world):
        finding = Finding.objects.filter(analysis=begin(world)).first()
        client, key = log_in("principal"), str(uuid.uuid4())
        answers = [save(client, finding, version=1, text="Ord", _key=key).json() for _ in range(2)]
        assert answers[0]["version"] == answers[1]["version"] == 2
        assert EarlierText.objects.count() == 0

    def test_two_editors_see_both_texts(self, log_in, world):
        analysis = begin(world)
        finding = Finding.objects.filter(analysis=analysis).first()
        write(finding, world.person("head"), text="Hannas <b>ord</b>")
        answer = save(log_in("principal"), finding, version=1, text="Ragnars ord")
        assert answer.status_code == 409
        assert answer.json()["version"] == 2
        assert "Ragnars" in answer.json()["html"]
        assert "Hannas" in answer.json()["html"]
        assert "<b>" not in answer.json()["html"]
        assert reread(finding).text == "Hannas <b>ord</b>"

    def test_without_script_both_texts_stand_on_a_page_and_can_be_put_together(self, log_in, world):
        finding = Finding.objects.filter(analysis=begin(world)).first()
        write(finding, world.person("head"), text="Hannas ord")
        client = log_in("principal")
        page = save(client, finding, version=1, script=False, text="Ragnars ord")
        assert page.status_code == 409
        assert "Ragnars" in text_of(page)
        assert "Hannas" in text_of(page)
        assert 'name="version" value="2"' in text_of(page)
        merged = save(client, finding, version=2, script=False, text="Ragnars och Hannas ord")
        assert merged.headers["Location"] == f"{address('edit', finding.analysis_id)}#{finding.anchor}"
        assert reread(finding).text == "Ragnars och Hannas ord"
        assert [e.fields["text"] for e in EarlierText.objects.filter(row_id=finding.pk)] == ["Hannas ord"]

    def test_links_and_boxes_are_shown_in_words_where_two_differ(self, log_in, world):
        analysis = begin(world)
        rows = fill(analysis, world.person("head"))
        answer = save(log_in("principal"), rows["cause"], version=1, text="Min orsak", rival="", links=[])
        assert answer.status_code == 409
        assert "Elevrådet" in answer.json()["html"]

    def test_an_expired_login_is_said_to_the_script_and_leads_a_person_to_the_login(self, client, world):
        finding = Finding.objects.filter(analysis=begin(world)).first()
        headers = {"X-Autosave": "1", "X-Requested-With": "fetch"}
        answer = client.post(row_address(finding), {"version": 1, "text": "Ord"}, headers=headers)
        assert answer.status_code in (302, 401)
        assert client.post(row_address(finding), {"version": 1, "text": "Ord"}).status_code == 302
        assert reread(finding).text == ""

    def test_a_text_is_not_saved_under_another_name(self, log_in, world):
        finding = Finding.objects.filter(analysis=begin(world)).first()
        answer = save(log_in("principal"), finding, text="Tove skrev detta", _person=str(world.person("team_lead").pk))
        assert answer.status_code == 403
        assert reread(finding).text == ""

    @pytest.mark.parametrize("script", [True, False])
    def test_nul_is_answered_with_a_clear_error(self, log_in, world, script):
        finding = Finding.objects.filter(analysis=begin(world)).first()
        answer = save(log_in("principal"), finding, script=script, text="före\x00efter")
        assert answer.status_code == 422
        assert "NUL" in (answer.json()["error"] if script else text_of(answer))

    def test_a_hundred_thousand_characters_fit_and_one_more_is_refused(self, log_in, world):
        finding = Finding.objects.filter(analysis=begin(world)).first()
        client = log_in("principal")
        assert save(client, finding, text="å" * 100_000).status_code == 200
        assert len(reread(finding).text) == 100_000
        answer = save(client, finding, text="å" * 100_001)
        assert answer.status_code == 422
        assert "100" in answer.json()["error"]
        assert client.get(address("edit", finding.analysis_id)).status_code == 200

    @pytest.mark.parametrize("data", [{"version": "x"}, {"version": ""}, {"version": "-1"}, {"version": "9" * 30}, {}])
    def test_a_form_without_a_sound_version_writes_nothing(self, log_in, world, data):
        finding = Finding.objects.filter(analysis=begin(world)).first()
        answer = log_in("principal").post(row_address(finding), {"text": "x", **data}, headers={"X-Autosave": "1"})
        assert answer.status_code in (409, 422)
        assert reread(finding).text == ""

    def test_a_date_that_is_none_is_refused_in_words(self, log_in, world):
        analysis = begin(world)
        rows = fill(analysis, world.person("principal"))
        answer = save(log_in("principal"), rows["evidence"], text="x", author="y", date="i går", kind="other")
        assert answer.status_code == 422
        assert "2026-05-31" in answer.json()["error"]

    def test_every_naughty_string_is_stored_and_shown_as_written(self, log_in, world, shared):
        strings = json.loads((shared / "badinput" / "blns.json").read_text("utf-8"))
        client, analysis = log_in("principal"), begin(world)
        rows = fill(analysis, world.person("principal"))
        evidence, cause = rows["evidence"], rows["cause"]
        everything = "\n".join(s for s in strings if "\x00" not in s)
        for row, fields in ((rows["finding"], ("text",)), (evidence, ("text", "author")), (cause, ("text", "rival"))):
            data = dict.fromkeys(fields, everything)
            if row is evidence:
                data |= {"kind": "other", "date": "2025-01-01"}
            if row is cause:
                data["links"] = [str(evidence.pk)]
            assert save(client, row, **data).status_code == 200
            stored = everything.replace("\r\n", "\n").replace("\r", "\n")
            assert all(getattr(reread(row), field) == stored for field in fields)
        version = established(world, analysis)
        for name, args in (("read", (analysis.pk,)), ("read", (analysis.pk, version.number))):
            page = client.get(address(name, *args))
            assert page.status_code == 200
            body = text_of(page)
            assert "<script>alert" not in body
            assert "<img src=x" not in body
            assert "&lt;script&gt;alert(" in body

    def test_every_naughty_string_by_itself_is_no_500(self, log_in, world, shared):
        client = log_in("principal")
        finding = Finding.objects.filter(analysis=begin(world)).first()
        for text in json.loads((shared / "badinput" / "blns.json").read_text("utf-8")):
            assert save(client, finding, text=text).status_code in (200, 422)

    def test_the_page_comes_back_with_what_was_written(self, log_in, world):
        analysis = begin(world)
        fill(analysis, world.person("principal"))
        page = text_of(log_in("principal").get(address("edit", analysis.pk)))
        assert "Få tillfällen att resonera." in page
        assert 'value="2025-06-04"' in page
        assert page.count(" checked") >= 4  # two grounds, one cause, one offer


class TestRows:
    def test_add_remove_undo(self, log_in, world):
        client, analysis = log_in("principal"), begin(world)
        client.post(address("add", analysis.pk, "underlag"), {"area": "lgr22/normer"})
        row = analysis.evidences.get()
        gone = client.post(row_address(row, "delete"), follow=True)
        assert "Borttaget" in text_of(gone)
        assert row_address(row, "restore") in text_of(gone)
        client.post(row_address(row, "restore"))
        assert reread(row).deleted_at is None

    def test_a_press_counted_once(self, log_in, world):
        client, analysis, key = log_in("principal"), begin(world), str(uuid.uuid4())
        for _ in range(3):
            client.post(address("add", analysis.pk, "orsak"), {"_key": key})
        assert Cause.objects.filter(analysis=analysis).count() == 2

    @pytest.mark.parametrize("slug", ["enhet", "siffra", "okand", "delaktighet"])
    def test_only_rows_people_add_can_be_added(self, log_in, world, slug):
        client, analysis = log_in("principal"), begin(world)
        client.post(address("add", analysis.pk, slug), {"area": "lgr22/normer"})
        assert analysis.participations.count() == 4
        assert analysis.quotes.count() == 0

    @pytest.mark.parametrize("area", ["", "lgr22", "lgr22/okand", "../x", "lgr22/kunskaper/x"])
    def test_an_area_there_is_none_of_is_404(self, log_in, world, area):
        analysis = begin(world)
        assert log_in("principal").post(address("add", analysis.pk, "resultat"), {"area": area}).status_code == 404

    def test_a_row_of_another_analysis_is_not_reached(self, log_in, world):
        mine, theirs = begin(world), begin(world, node=world.ek, who="principal_ek")
        foreign = Finding.objects.filter(analysis=theirs).first()
        client = log_in("principal")
        answer = client.post(address("row", mine.pk, "resultat", foreign.pk), {"version": 1, "text": "x"})
        assert answer.status_code == 404
        assert client.post(row_address(foreign), {"version": 1, "text": "x"}).status_code == 404
        assert reread(foreign).text == ""

    def test_needs_move(self, log_in, world):
        client, analysis = log_in("principal"), begin(world)
        client.post(address("add", analysis.pk, "behov"))
        first, second = Need.objects.filter(analysis=analysis)
        client.post(address("move", analysis.pk, second.pk), {"way": "up"})
        assert list(Need.objects.filter(analysis=analysis)) == [second, first]

    def test_earlier_texts_can_be_taken_back(self, log_in, world):
        client, analysis = log_in("principal"), begin(world)
        finding = Finding.objects.filter(analysis=analysis).first()
        write(finding, world.person("head"), text="Hannas ord")
        write(finding, world.person("principal"), text="Nya ord")
        page = client.get(row_address(finding, "history"))
        assert "Hannas" in text_of(page)
        assert 'value="Hannas ord"' in text_of(page)
        save(client, finding, script=False, text="Hannas ord")
        assert reread(finding).text == "Hannas ord"

    @pytest.mark.parametrize("step", ["resultat", "delaktighet"])
    def test_steps_are_marked_by_the_one_who_writes(self, log_in, world, step):
        client, analysis = log_in("principal"), begin(world)
        client.post(address("step", analysis.pk, step), {"done": "1"})
        assert Analysis.objects.get().done_steps == [step]
        assert client.post(address("step", analysis.pk, "okant"), {"done": "1"}).status_code == 404

    def test_queries_do_not_grow_with_the_rows(self, log_in, world, django_assert_max_num_queries):
        client, analysis = log_in("principal"), begin(world)
        by = world.person("principal")
        rows = fill(analysis, by)
        client.get(address("edit", analysis.pk))
        with django_assert_max_num_queries(60) as first:
            client.get(address("edit", analysis.pk))
        for _ in range(6):
            for slug in ("resultat", "underlag", "orsak", "behov"):
                row = row_actions.add_row(analysis=analysis, slug=slug, area="lgr22/kunskaper", by=by)
                if slug == "orsak":
                    write(row, by, [str(rows["finding"].pk)], text="Också")
        with django_assert_max_num_queries(len(first)):
            client.get(address("edit", analysis.pk))


class TestHandingIn:
    def test_what_is_missing_is_listed_with_links_to_where(self, log_in, world):
        client, analysis = log_in("principal"), begin(world)
        page = text_of(client.get(address("submit", analysis.pk)))
        assert f"{address('edit', analysis.pk)}#steg-orsaker" in page
        assert f"{address('edit', analysis.pk)}#grupp-pupils" in page
        client.post(address("submit", analysis.pk), {"version": analysis.document.version})
        analysis.document.refresh_from_db()
        assert analysis.document.state == DocumentState.DRAFT

    def test_hand_in_establish_read_for_ever(self, log_in, world):
        client, analysis = log_in("principal"), begin(world)
        fill(analysis, world.person("principal"))
        analysis.document.refresh_from_db()
        handed = client.post(address("submit", analysis.pk), {"version": analysis.document.version}, follow=True)
        assert "lämnats in" in text_of(handed)
        assert client.get(address("edit", analysis.pk)).status_code == 302
        analysis.document.refresh_from_db()
        done = client.post(address("establish", analysis.pk), {"version": analysis.document.version}, follow=True)
        assert "är fastställd" in text_of(done)
        version = queries.frozen_analysis(world.bjork, "2024/25")
        page = text_of(client.get(address("read", analysis.pk, version.number)))
        assert version.content_hash in page
        assert "Ragnar Björk" in page

    def test_what_was_changed_while_it_was_read_is_not_handed_in(self, log_in, world):
        client, analysis = log_in("principal"), begin(world)
        rows = fill(analysis, world.person("principal"))
        analysis.document.refresh_from_db()
        read = analysis.document.version
        write(rows["finding"], world.person("head"), text="Något annat")
        page = client.post(address("submit", analysis.pk), {"version": read}, follow=True)
        assert "ändrades" in text_of(page)
        assert not analysis.document.versions.exists()

    def test_who_establishes_second_is_told(self, log_in, world):
        client, analysis = log_in("principal"), begin(world)
        fill(analysis, world.person("principal"))
        established(world, analysis)
        page = client.post(address("establish", analysis.pk), {"version": 99}, follow=True)
        assert "Ingenting har ändrats" in text_of(page)
        assert analysis.document.versions.count() == 2

    def test_a_correction_asks_for_its_reason(self, log_in, world):
        client = log_in("principal")
        analysis = unit_established(world)
        version = analysis.document.version
        refused = client.post(address("correct", analysis.pk), {"version": version, "reason": "  "})
        assert "Skriv varför" in text_of(refused)
        opened = client.post(address("correct", analysis.pk), {"version": version, "reason": "Fel år i siffran"})
        assert opened.headers["Location"] == address("edit", analysis.pk)
        assert "Fel år i siffran" in text_of(client.get(address("edit", analysis.pk)))
        established(world, analysis)
        old, new = client.get(address("read", analysis.pk, 2)), client.get(address("read", analysis.pk))
        assert "Det finns en senare version" in text_of(old)
        assert "Fel år i siffran" in text_of(new)


class TestWhoMayRead:
    """Invariant 19 and trust.md §3: drafts by their node, handed in upward, established everywhere."""

    @pytest.mark.parametrize(
        ("who", "draft", "handed_in", "established_"),
        [
            ("principal", 200, 200, 200),
            ("team_lead", 404, 200, 200),
            ("teacher", 404, 200, 200),
            ("health", 403, 200, 200),
            ("principal_ek", 404, 404, 200),
            ("head", 403, 200, 200),
            ("quality", 403, 200, 200),
            ("chief", 403, 200, 200),
            ("auditor", 403, 200, 200),
            ("politician", 403, 403, 200),
            ("registrar", 403, 403, 200),
            ("operator", 403, 403, 403),
        ],
    )
    def test_invariant_19_by_state(self, log_in, world, who, draft, handed_in, established_):
        analysis = begin(world)
        rows = fill(analysis, world.person("principal"))
        write(rows["finding"], world.person("principal"), text="KANARIEFÅGEL")
        client = log_in(who)
        got = []
        for turn in (lambda: None, lambda: submitted(world, analysis), lambda: actions.establish(
            analysis=analysis, expected=analysis.document.version, by=world.person("principal")
        )):  # fmt: skip
            turn()
            answers = [
                client.get(address("read", analysis.pk), follow=True),
                client.get(address("node", world.bjork.pk)),
            ]
            got.append(answers[0].status_code)
            if answers[0].status_code != 200:
                assert all("KANARIEFÅGEL" not in text_of(a) for a in answers)
                assert all("Utkast" not in text_of(a) for a in answers)
        assert got == [draft, handed_in, established_]

    def test_a_draft_cannot_be_guessed_through_its_pages(self, log_in, world):
        analysis = begin(world)
        client = log_in("principal_ek")
        for name in ("edit", "preview", "submit", "establish", "correct", "read"):
            assert client.get(address(name, analysis.pk)).status_code == 404, name
        head = log_in("head")
        for name in ("edit", "preview", "submit", "correct", "read"):
            assert head.get(address(name, analysis.pk)).status_code == 403, name

    def test_the_draft_of_a_correction_stays_inside_while_the_established_is_read(self, log_in, world):
        analysis = unit_established(world)
        by = world.person("principal")
        actions.open_correction(analysis=analysis, expected=analysis.document.version, reason="Fel", by=by)
        write(Finding.objects.filter(analysis=analysis, text__gt="").first(), by, text="KANARIEFÅGEL")
        client = log_in("principal_ek")
        page = client.get(address("read", analysis.pk))
        assert page.status_code == 200
        assert "KANARIEFÅGEL" not in text_of(page)
        assert client.get(address("preview", analysis.pk)).status_code == 404
        assert client.get(address("read", analysis.pk, 1)).status_code == 404  # handed in, not established

    def test_a_team_s_draft_is_read_by_its_leader_and_the_principal(self, log_in, world):
        analysis = begin(world, node=world.bjork_team, who="team_lead")
        assert log_in("team_lead").get(address("preview", analysis.pk)).status_code == 200
        principal = log_in("principal")
        assert principal.get(address("preview", analysis.pk)).status_code == 200
        assert principal.get(address("edit", analysis.pk)).status_code == 403
        assert log_in("teacher").get(address("preview", analysis.pk)).status_code == 403

    def test_the_node_page_tells_above_only_what_may_be_known_of_the_units(self, log_in, world):
        begin(world)
        of_ek = begin(world, node=world.ek, who="principal_ek")
        fill(of_ek, world.person("principal_ek"))
        submitted(world, of_ek, "principal_ek")
        begin(world, node=world.council, who="head")
        page = text_of(log_in("quality").get(address("node", world.council.pk)))
        assert page.count("Inlämnad") == 1
        page = text_of(log_in("politician").get(address("node", world.council.pk)))
        assert "Inlämnad" not in page
        assert "Utkast" not in page


class TestQuotingUnits:
    def test_from_the_unit_s_page_into_the_organiser_s_draft_and_back(self, log_in, world):
        of_bjork = unit_established(world)
        council = begin(world, node=world.council, who="head")
        client = log_in("head")
        version = queries.frozen_analysis(world.bjork, "2024/25")
        page = text_of(client.get(address("read", of_bjork.pk)))
        part = f"behov:{version.body['needs'][0]['id']}"
        assert address("cite", council.pk) in page
        assert f'value="{part}"' in page
        client.post(address("cite", council.pk), {"version": str(version.pk), "part": part})
        cited = Citation.objects.get()
        assert (cited.passage, cited.area) == ("Fler uppgifter som kräver resonemang.", "lgr22/kunskaper")
        fill(council, world.person("head"))
        for row in UnitInclusion.objects.filter(analysis=council, included=None):
            write(row, world.person("head"), included_id=None, reason="Ej klar")
        established(world, council, "head")
        seen = text_of(log_in("principal").get(address("read", of_bjork.pk)))
        assert address("read", council.pk, 2) in seen
        assert "Fler uppgifter" in seen
        listed = text_of(log_in("principal").get(address("node", world.bjork.pk)))
        assert address("read", council.pk, 2) in listed

    def test_a_passage_is_taken_from_the_version_not_from_the_form(self, log_in, world):
        unit_established(world)
        council = begin(world, node=world.council, who="head")
        version = queries.frozen_analysis(world.bjork, "2024/25")
        client = log_in("head")
        for data in (
            {"version": str(version.pk), "part": "behov:hittepå"},
            {"version": str(uuid.uuid4()), "part": "x"},
            {"version": "x", "part": "x"},
            {},
        ):
            assert client.post(address("cite", council.pk), data).status_code == 404
        assert not Citation.objects.exists()

    def test_what_is_only_handed_in_cannot_be_quoted(self, log_in, world):
        analysis = begin(world)
        fill(analysis, world.person("principal"))
        version = submitted(world, analysis)
        council = begin(world, node=world.council, who="head")
        part = f"behov:{version.body['needs'][0]['id']}"
        answer = log_in("head").post(address("cite", council.pk), {"version": str(version.pk), "part": part})
        assert answer.status_code == 404


def test_last_year_s_conclusions_stand_on_top(log_in, world):
    last = begin(world, period="2023/24")
    rows = fill(last, world.person("principal"))
    assessment = last.assessments.get(area=rows["finding"].area)
    write(assessment, world.person("principal"), attainment="low", text="Långt kvar i matematik")
    established(world, last)
    page = text_of(log_in("principal").get(address("edit", begin(world).pk)))
    assert "Långt kvar i matematik" in page
    assert "2023/24" in page


def test_every_change_leaves_a_trail_without_words(log_in, world):
    client, analysis = log_in("principal"), begin(world)
    finding = Finding.objects.filter(analysis=analysis).first()
    save(client, finding, text="KANARIEFÅGEL")
    participation = Participation.objects.filter(analysis=analysis).first()
    save(client, participation, how="KANARIEFÅGEL")
    events = [str(e.details) for e in AuditEvent.objects.filter(event="document_changed")]
    assert len(events) == 2
    assert not any("KANARIEFÅGEL" in e for e in events)


def test_a_version_that_is_not_there_is_not_found_by_anybody(log_in, world):
    draft = begin(world)
    # Its writer, one in whose scope it lies but who may not read drafts, and one outside it.
    for who in ("principal", "quality", "principal_ek"):
        assert log_in(who).get(address("read", draft.pk, 1)).status_code == 404, who
    assert log_in("principal").get(address("read", draft.pk)).url == address("preview", draft.pk)
    assert log_in("quality").get(address("read", draft.pk)).status_code == 403  # there, but not for those above
    assert log_in("principal_ek").get(address("read", draft.pk)).status_code == 404
    fill(draft, world.person("principal"))
    submitted(world, draft)
    for who, status in (("principal", 200), ("quality", 200), ("politician", 403), ("principal_ek", 404)):
        assert log_in(who).get(address("read", draft.pk, 1)).status_code == status, who
        assert log_in(who).get(address("read", draft.pk, 2)).status_code == 404, who


def test_the_analyses_of_a_closed_unit_are_read_as_before(log_in, world):
    """What was established is there for ever, also after a merger; a team's draft is not lost to its principal."""
    found = unit_established(world)
    handed_in = begin(world, period="2025/26")
    fill(handed_in, world.person("principal"))
    submitted(world, handed_in)
    draft = begin(world, node=world.bjork_team, who="team_lead")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    organisation.close_node(node=world.bjork_team, last_day=yesterday, by=None)
    assert log_in("principal").get(address("preview", draft.pk)).status_code == 200
    assert log_in("principal").get(address("edit", draft.pk)).status_code == 404
    organisation.merge_nodes(predecessors=[world.bjork], successor=world.ek, on_date=timezone.localdate(), by=None)
    for who in ("principal_ek", "politician", "quality", "teacher"):
        expected = 404 if who == "teacher" else 200  # the teacher's own role ended with the team
        assert log_in(who).get(address("read", found.pk)).status_code == expected, who
        assert log_in(who).get(address("node", world.bjork.pk)).status_code == expected, who
    # What is only handed in is still for those above alone.
    assert log_in("quality").get(address("read", handed_in.pk)).status_code == 200
    assert log_in("politician").get(address("read", handed_in.pk)).status_code == 403
    assert log_in("principal_ek").get(address("read", handed_in.pk)).status_code == 404
    page = text_of(log_in("politician").get(reverse("organisation:node", args=[world.bjork.pk])))
    assert address("node", world.bjork.pk) in page
    assert reverse("reports:node", args=[world.bjork.pk]) in page
    assert reverse("indicators:node", args=[world.bjork.pk]) not in page
