"""The pages of initiatives: what each shows, saves and refuses; without script, with script, and on bad days."""

import json
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from styrkedja.organisation import actions as organisation
from styrkedja.plans.initiatives import actions, outcome_actions
from styrkedja.plans.models import Activity, Evaluation, FollowUp, Initiative
from tests.plans.initiating import DAY, completed, decided, need_keys, ongoing, proposed, reread, today
from tests.plans.test_initiatives_outcome import follow_up, judge, with_figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_in(client, world):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


def address(name, *args):
    return reverse(f"plans:{name}", args=args)


def text_of(response):
    return response.content.decode()


def post(client, name, *args, **data):
    headers = data.pop("headers", {})
    return client.post(address(name, *args), {"_key": str(uuid.uuid4()), **data}, headers=headers)


def fields_of(made):
    """What the edit page would send for a proposal as it stands."""
    made = reread(made)
    return {
        "version": made.version, "title": made.title, "kind": made.kind, "period": made.period, "aim": made.aim,
        "effect": made.effect, "measure": "", "sign": made.sign, "ground": made.ground, "reference": made.reference,
        "holder": str(made.holder_id), "participants": [str(p.node_id) for p in made.participants.all()],
        "needs": [f"{n.source_id}:{n.need}" for n in made.needs.all()], "starts_on": made.starts_on.isoformat(),
        "ends_on": made.ends_on.isoformat(), "resources": made.resources, "evaluation_form": made.evaluation_form,
        "evaluation_date": made.evaluation_date.isoformat(),
    }  # fmt: skip


SCRIPT = {"X-Autosave": "1"}


class TestHow:
    def test_it_is_empty_with_a_way_on(self, log_in, world):
        page = text_of(log_in("principal").get(address("how", world.bjork.pk)))
        assert address("initiative_add", world.bjork.pk) in page
        assert address("initiative_add", world.bjork.pk) not in text_of(
            log_in("politician").get(address("how", world.bjork.pk))
        )

    def test_every_level_above_lists_it_overdue_first(self, log_in, world):
        ongoing(world)
        late = ongoing(world, title="Försenad", starts_on=today() - 90 * DAY, evaluation_date=today() - 3 * DAY)
        client = log_in("politician")
        for node in (world.bjork, world.administration, world.committee, world.council):
            page = text_of(client.get(address("how", node.pk)))
            assert page.index("Försenad") < page.index("Gemensam lektionsstart")
            assert "3 dagar" in page
            assert str(late.pk) in page

    def test_an_assignment_has_a_place_of_its_own(self, log_in, world):
        ongoing(world, kind="assignment")
        page = text_of(log_in("principal").get(address("how", world.bjork.pk)))
        assert 'id="uppdrag"' in page

    def test_a_need_without_an_initiative_is_a_way_to_start(self, log_in, world):
        (key,) = need_keys(world)
        client = log_in("principal")
        page = text_of(client.get(address("how", world.bjork.pk)))
        assert "Fler uppgifter som kräver resonemang." in page
        start = client.get(address("initiative_add", world.bjork.pk), {"behov": key})
        assert f'value="{key}"' in text_of(start)
        assert "checked" in text_of(start)
        made = post(
            client, "initiative_add", world.bjork.pk, title="Resonera", kind="initiative", period="2026/27", needs=[key]
        )
        one = Initiative.objects.get()
        assert made.headers["Location"].startswith(address("initiative_change", one.pk))
        assert one.needs.get().text == "Fler uppgifter som kräver resonemang."
        assert "Behov utan insats" not in text_of(client.get(address("how", world.bjork.pk)))

    def test_who_leads_is_asked_to_name_another(self, log_in, world):
        made = ongoing(world)
        held = world.person("lead_teacher").assignments.get()
        organisation.end_assignment(assignment=held, last_day=today() - DAY, by=None)
        page = text_of(log_in("principal").get(address("how", world.bjork.pk)))
        assert "Utse en annan ansvarig" in page
        assert address("initiative_adjust", made.pk) in page

    def test_queries_do_not_grow(self, log_in, world):
        client = log_in("principal")

        def count(name):
            with CaptureQueriesContext(connection) as queries:
                client.get(address(name, world.council.pk))
            return len(queries)

        follow_up(world, ongoing(world), status="deviates", deviation="D", measure="M")
        judge(world, completed(world))
        first = [count("how"), count("outcome")]
        for _ in range(3):
            follow_up(world, ongoing(world), status="deviates", deviation="D", measure="M")
            judge(world, completed(world))
        assert [count("how"), count("outcome")] == first


class TestWriting:
    def test_saved_as_one_types(self, log_in, world):
        made, client = proposed(world), log_in("principal")
        sent = fields_of(made) | {"aim": "Nya ord"}
        answer = post(client, "initiative_change", made.pk, headers=SCRIPT, **sent)
        assert answer.status_code == 200, answer.content
        assert answer.json()["version"] == reread(made).version
        assert reread(made).aim == "Nya ord"

    def test_nothing_is_saved_under_another_name(self, log_in, world):
        made, client = proposed(world), log_in("principal")
        row, another = Activity.objects.get(), {"_person": str(world.person("team_lead").pk)}
        sent = fields_of(made) | {"aim": "Toves ord"} | another
        assert post(client, "initiative_change", made.pk, headers=SCRIPT, **sent).status_code == 403
        said = {"what": "Toves ord", "who": "Tove", "due": "2027-01-01", "version": row.version} | another
        assert post(client, "activity", made.pk, row.pk, headers=SCRIPT, **said).status_code == 403
        assert "Toves ord" not in (reread(made).aim, Activity.objects.get().what)

    def test_two_writers_both_texts_stand(self, log_in, world):
        made, client = proposed(world), log_in("principal")
        mine = fields_of(made) | {"aim": "Ragnars ord"}
        actions.change(initiative=made, expected=reread(made).version, fields={"aim": "Hannas <b>ord</b>"}, by=None)
        answer = post(client, "initiative_change", made.pk, headers=SCRIPT, **mine)
        assert answer.status_code == 409
        assert "Ragnars" in answer.json()["html"]
        assert "<b>" not in answer.json()["html"]
        page = post(client, "initiative_change", made.pk, **mine)
        assert page.status_code == 409
        assert "Ragnars" in text_of(page)
        assert "Hannas" in text_of(page)
        again = post(client, "initiative_change", made.pk, **(mine | {"version": reread(made).version}))
        assert again.status_code == 302
        assert reread(made).aim == "Ragnars ord"

    def test_what_cannot_be_stored_keeps_its_text(self, log_in, world):
        made, client = proposed(world), log_in("principal")
        wrong = fields_of(made) | {"aim": "Mina ord", "starts_on": "i höst"}
        page = post(client, "initiative_change", made.pk, **wrong)
        assert page.status_code == 422
        assert "Mina ord" in text_of(page)
        backwards = fields_of(made) | {"ends_on": "2020-01-01"}
        assert post(client, "initiative_change", made.pk, **backwards).status_code == 422
        assert post(client, "initiative_change", made.pk, headers=SCRIPT, **backwards).status_code == 422

    def test_an_expired_login_answers_a_script_so_that_it_keeps_the_text(self, client, world):
        made = proposed(world)
        headers = {**SCRIPT, "X-Requested-With": "fetch"}
        assert post(client, "initiative_change", made.pk, headers=headers, **fields_of(made)).status_code == 401

    def test_an_indicator_is_chosen_with_its_figure(self, log_in, world):
        with_figures(world)
        made, client = proposed(world), log_in("principal")
        page = text_of(client.get(address("initiative_change", made.pk)))
        assert 'value="pass_all_final|"' in page
        sent = fields_of(made) | {
            "effect": "indicator", "measure": "pass_all_final|", "target": "68,5", "target_date": "2027-06-15",
        }  # fmt: skip
        assert post(client, "initiative_change", made.pk, **sent).status_code == 302
        made = reread(made)
        assert (made.target, made.baseline["full"]["value"]) == (68.5, 62.5)
        assert 'value="68,5"' in text_of(client.get(address("initiative_change", made.pk)))

    def test_activities_are_added_written_and_removed(self, log_in, world):
        made, client = proposed(world), log_in("principal")
        post(client, "activity_add", made.pk)
        row = Activity.objects.get(initiative=made, what="")
        said = {"version": 1, "what": "Läs", "who": "Vi", "due": "2027-01-15"}
        assert post(client, "activity", made.pk, row.pk, headers=SCRIPT, **said).json()["version"] == 2
        assert post(client, "activity", made.pk, row.pk, headers=SCRIPT, **(said | {"what": "X"})).status_code == 409
        post(client, "activity_remove", made.pk, row.pk)
        assert Activity.objects.get(pk=row.pk).deleted_at

    def test_the_decision_lists_what_is_missing_with_links(self, log_in, world):
        made, client = proposed(world, aim="", evaluation_form=""), log_in("principal")
        page = text_of(client.get(address("initiative_decide", made.pk)))
        assert f"{address('initiative_change', made.pk)}#id_aim" in page
        assert "Skriv hur insatsen ska utvärderas." in page
        assert post(client, "initiative_decide", made.pk, version=reread(made).version).status_code == 200
        assert reread(made).state == "proposed"

    def test_the_whole_way_by_the_pages(self, log_in, world):
        made, client = proposed(world), log_in("principal")
        for name in ("initiative_decide", "initiative_begin", "initiative_complete"):
            assert post(client, name, made.pk, version=reread(made).version).status_code == 302
        assert reread(made).state == "completed"
        said = {
            "words": "Lugnare", "carried_out": "yes", "other_explanations": "Inga", "verdict": "no_effect",
            "decision": "change", "learned": "Börja tidigare",
        }  # fmt: skip
        assert post(client, "evaluate", made.pk, **said).status_code == 302
        page = text_of(client.get(address("initiative", made.pk)))
        for words in ("Ingen effekt", "Börja tidigare", "Lektionerna börjar inom två minuter", "Lugnare"):
            assert words in page
        assert "Ingen effekt" in text_of(client.get(address("outcome", world.council.pk)))
        again = post(client, "carry_on", made.pk)
        assert again.headers["Location"] == address("initiative_change", Initiative.objects.get(continues=made).pk)

    def test_a_double_click_on_a_follow_up_writes_once(self, log_in, world):
        made, client = ongoing(world), log_in("lead_teacher")
        said = {"cycle": "2026-HT", "status": "as_planned", "done": "Två möten", "_key": str(uuid.uuid4())}
        said["cycle"] = (
            text_of(client.get(address("follow_up", made.pk))).partition('name="cycle"')[2].split('value="')[1][:7]
        )
        for _ in "12":
            assert post(client, "follow_up", made.pk, **said).status_code == 302
        assert FollowUp.objects.count() == 1

    def test_only_cycles_in_which_it_ran_are_offered(self, log_in, world):
        begun, earlier = ongoing(world, starts_on=today()), ongoing(world, starts_on=today() - 370 * DAY)
        client = log_in("principal")
        for made, expected in ((begun, 1), (earlier, 2)):
            offered = re.findall(r'value="\d{4}-[VHT]\w"', text_of(client.get(address("follow_up", made.pk))))
            assert len(offered) == expected

    def test_what_was_said_stands_with_its_cycle_and_in_one_sentence(self, log_in, world):
        made = ongoing(world, sign="Lektionerna börjar i tid.", reference="Skolverket.")
        follow_up(world, made, cycle="2026-VT")
        page = text_of(log_in("principal").get(address("initiative", made.pk)))
        assert "Vårterminen 2026 ·" in page
        assert "Lektionerna börjar i tid</span></strong>, eftersom det vilar på" in page
        assert "Skolverket</span></strong>." in page

    def test_a_deviation_without_measure_stays_on_the_page_with_its_words(self, log_in, world):
        made, client = ongoing(world), log_in("principal")
        page = post(client, "follow_up", made.pk, cycle="2026-HT", status="deviates", done="Mina ord")
        assert page.status_code == 200
        assert "Mina ord" in text_of(page)
        assert "Skriv vad ni gör åt det." in text_of(page)

    def test_dates_change_with_a_reason_shown_on_the_page(self, log_in, world):
        made, client = ongoing(world), log_in("principal")
        sent = {k: v for k, v in fields_of(made).items() if k in (
            "version", "holder", "participants", "starts_on", "ends_on", "evaluation_date", "resources")}  # fmt: skip
        sent |= {"ends_on": (made.ends_on + DAY).isoformat()}
        assert "Skriv varför" in text_of(post(client, "initiative_adjust", made.pk, **sent))
        assert post(client, "initiative_adjust", made.pk, reason="Sjukdom", **sent).status_code == 302
        page = text_of(client.get(address("initiative", made.pk)))
        assert "Sjukdom" in page
        assert (made.ends_on + DAY).isoformat() in page


class TestWho:
    def test_proposals_are_hidden_from_others(self, log_in, world):
        made = proposed(world)
        assert log_in("principal").get(address("initiative", made.pk)).status_code == 200
        assert log_in("lead_teacher").get(address("initiative", made.pk)).status_code == 403
        assert log_in("principal_ek").get(address("initiative", made.pk)).status_code == 404

    def test_the_holder_sees_what_they_may_do(self, log_in, world):
        made = ongoing(world)
        page = text_of(log_in("lead_teacher").get(address("initiative", made.pk)))
        assert address("follow_up", made.pk) in page
        assert address("initiative_adjust", made.pk) not in page
        assert address("follow_up", made.pk) not in text_of(log_in("teacher").get(address("initiative", made.pk)))
        assert log_in("health").get(address("follow_up", made.pk)).status_code == 403
        assert log_in("principal_ek").get(address("follow_up", made.pk)).status_code == 404

    def test_small_numbers_stay_with_who_has_a_right_to_them(self, log_in, world):
        made = with_figures(world, n=4)
        judge(world, made)
        for name, of in (("initiative", made.pk), ("outcome", world.bjork.pk)):
            assert "62,5" in text_of(log_in("principal").get(address(name, of)))
            for who in ("politician", "lead_teacher", "principal_ek"):
                page = text_of(log_in(who).get(address(name, of)))
                assert "62,5" not in page
                assert "58,0" not in page
        assert "62,5" not in text_of(log_in("principal_ek").get(address("library")))


LONG = "å" * 100_000


class TestBadInput:
    def test_a_hundred_thousand_characters_in_every_field(self, log_in, world):
        made, client = proposed(world), log_in("principal")
        words = " ".join(f"ord{i:05}ö" for i in range(10_000))[:100_000]
        texts = dict.fromkeys(("aim", "sign", "reference", "resources", "evaluation_form"), words)
        assert post(client, "initiative_change", made.pk, **(fields_of(made) | texts)).status_code == 302
        assert reread(made).aim == words
        too_long = fields_of(made) | {"aim": LONG + "å"}
        assert post(client, "initiative_change", made.pk, **too_long).status_code == 422
        made = reread(made)
        made = actions.decide(initiative=made, expected=made.version, by=world.person("principal"))
        made = actions.begin(initiative=made, expected=made.version, by=world.person("principal"))
        said = {"cycle": "2026-HT", "status": "deviates", "done": words, "deviation": words, "measure": words}
        said["cycle"] = follow_up(world, made).cycle
        assert post(client, "follow_up", made.pk, **said).status_code == 302
        made = actions.complete(initiative=made, expected=made.version, by=world.person("principal"))
        judged = dict.fromkeys(("words", "carried_out_how", "other_explanations", "learned"), words)
        chosen = {"carried_out": "partly", "verdict": "effect", "decision": "keep"}
        assert post(client, "evaluate", made.pk, **judged, **chosen).status_code == 302
        assert Evaluation.objects.get().learned == words
        for name, of in (("initiative", made.pk), ("how", world.bjork.pk), ("outcome", world.bjork.pk)):
            assert client.get(address(name, of)).status_code == 200
        assert client.get(address("library"), {"q": "ord00001ö"}).status_code == 200

    def test_naughty_strings_are_words_like_any_other(self, log_in, world, shared):
        naughty = [s for s in json.loads((shared / "badinput" / "blns.json").read_text("utf-8")) if s.strip()]
        clean = [s for s in naughty if "\x00" not in s]
        made, client = proposed(world), log_in("principal")
        for start in range(0, len(clean), 60):
            words = "\n".join(clean[start : start + 60])
            texts = dict.fromkeys(("aim", "sign", "reference", "resources", "evaluation_form"), words)
            answer = post(client, "initiative_change", made.pk, **(fields_of(made) | texts))
            assert answer.status_code == 302
            assert reread(made).aim == words.replace("\r\n", "\n").replace("\r", "\n")
            page = text_of(client.get(address("initiative", made.pk)))
            assert "<script>alert" not in page
        for one in clean[::7]:
            assert client.get(address("library"), {"q": one, "form": one, "indicator": one}).status_code == 200


def test_pages_open_in_english(log_in, world):
    made = ongoing(world)
    judged = completed(world)
    judge(world, judged)
    client = log_in("principal")
    client.cookies["django_language"] = "en"
    for name, of in (
        ("how", world.bjork.pk), ("outcome", world.bjork.pk), ("initiative", made.pk), ("initiative", judged.pk),
        ("follow_up", made.pk), ("evaluate", judged.pk), ("initiative_adjust", made.pk), ("initiative_stop", made.pk),
        ("initiative_add", world.bjork.pk), ("activity_add", made.pk), ("start_like", judged.pk),
        ("initiative_decide", proposed(world).pk), ("initiative_change", proposed(world).pk),
    ):  # fmt: skip
        assert client.get(address(name, of)).status_code == 200, name


def test_a_merged_unit_s_initiative_is_worked_on_by_the_successor(log_in, world):
    made = ongoing(world)
    organisation.merge_nodes(predecessors=[world.bjork], successor=world.ek, on_date=today(), by=None, with_below=True)
    client = log_in("principal_ek")
    assert "Björkskolan" in text_of(client.get(address("how", world.ek.pk)))
    assert client.get(address("initiative", made.pk)).status_code == 200
    assert client.get(address("follow_up", made.pk)).status_code == 200
    assert client.get(address("how", world.bjork.pk)).status_code == 200


def test_carried_on_only_from_the_button(world):
    judge(world, made := completed(world))
    assert not Initiative.objects.filter(continues=made).exists()
    outcome_actions.carry_on(initiative=made, period="2026/27", by=world.person("principal"))
    assert decided(world).continues is None
