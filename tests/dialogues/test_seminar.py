"""An analysis seminar: each writes alone, a step is shown once and for all, notes flow on as their authors let them."""

import json
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from styrkedja.analyses import actions as analyses
from styrkedja.analyses.models import Cause, EarlierText, Finding, Need
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.dialogues.models import Meeting, SeminarNote, SeminarUse
from styrkedja.dialogues.seminar import actions, queries
from tests.dialogues import meeting as m
from tests.dialogues import seminar as s

pytestmark = pytest.mark.django_db
PLANTED = "Kattugglespår"
BESIDE = "Fladdermusfynd"  # stands in the same note, and is searched for
AREA = "lgr22/kunskaper"


def page(client, world, who, name, *args, **query):
    client.force_login(world.person(who))
    return client.get(reverse(f"dialogues:{name}", args=args, query=query or None))


def draft(world, node=None, period="2024/25"):
    return analyses.start(node=node or world.bjork, period=period, by=world.person("principal"))


def taken(world, note, analysis, slug="resultat", area=AREA, who="principal"):
    return actions.take_in(note=note, analysis=analysis, slug=slug, area=area, by=world.person(who))


# Alone until it is shown.


def test_nobody_reads_anothers_note_before_its_step_is_shown_by_any_way_in(world, client):
    meeting = s.called(world)
    note = s.write(world, meeting, f"{PLANTED} {BESIDE}", node=world.bjork, may_use=True)
    draft(world)
    for who in ("quality", "principal_ek", "head", "chief", "auditor"):
        addresses = [
            *(reverse("dialogues:seminar", args=[meeting.pk], query={"steg": word}) for word in queries.SLUGS),
            reverse("dialogues:meeting", args=[meeting.pk]),
            reverse("dialogues:minutes_prepare", args=[meeting.pk]),
            reverse("dialogues:meeting_material", args=[meeting.pk]),
            reverse("dialogues:meetings", args=[world.council.pk]),
            reverse("dialogues:seminar_notes", args=[world.ek.pk]),
            reverse("dialogues:priorities", args=[world.council.pk]),
            reverse("organisation:trail", args=[world.council.pk]),
            reverse("desk:search", query={"q": BESIDE}),
            reverse("desk:start"),
        ]
        client.force_login(world.person(who))
        for address in addresses:
            for language in ("sv", "en"):
                body = client.get(address, headers={"accept-language": language}).content.decode()
                assert PLANTED not in body, (who, address)
    assert PLANTED in page(client, world, "principal", "seminar", meeting.pk).content.decode()
    others = queries.readable(meeting, world.person("quality"))
    assert note not in others
    assert not queries.shown(meeting).exists()
    assert not queries.usable().exists()
    assert AuditEvent.objects.filter(event="seminar_noted").count() == 1
    assert not any(PLANTED in json.dumps(d) for d in AuditEvent.objects.values_list("details", flat=True))


def test_a_stale_meeting_in_hand_shows_nothing_the_database_does_not(world):
    meeting = s.called(world)
    s.write(world, meeting, PLANTED)
    meeting.revealed = 3  # what a program believes
    assert not queries.readable(meeting, world.person("quality")).exists()


def test_before_it_is_shown_one_sees_how_many_have_written_and_not_who(world, client):
    meeting = s.called(world)
    s.write(world, meeting, "Ett", node=world.bjork)
    s.write(world, meeting, "Två till", node=world.ek)
    s.write(world, meeting, "  ", who="principal_ek")
    body = page(client, world, "quality", "seminar", meeting.pk).content.decode()
    assert "1 av 3 kallade har skrivit något" in body
    assert "Ragnar Björk" not in body.split("<main")[1]


def test_shown_all_read_it_by_unit_with_authors_and_late_words_are_marked(world, client):
    meeting = s.called(world)
    s.write(world, meeting, PLANTED, node=world.bjork)
    s.show(world, meeting)
    late = s.write(world, meeting, "Kom på efteråt", who="principal_ek", node=world.bjork)
    late.refresh_from_db()
    assert late.late
    assert not SeminarNote.objects.get(text=PLANTED).late
    body = page(client, world, "principal_ek", "seminar", meeting.pk, steg="se").content.decode()
    assert PLANTED in body
    assert "Ragnar Björk" in body
    assert "efter att det visades" in body


def test_a_note_changed_after_it_was_shown_is_marked_and_consent_alone_is_no_change_of_words(world):
    meeting = s.called(world)
    s.write(world, meeting, "Först")
    s.show(world, meeting)
    note = s.write(world, meeting, "Först", may_use=True)
    note.refresh_from_db()
    assert not note.late
    assert not EarlierText.objects.exists()
    note = s.write(world, meeting, "Ändrat")
    note.refresh_from_db()
    assert note.late


def test_words_that_others_have_read_are_kept_when_they_are_changed(world, client):
    meeting = s.called(world)
    s.write(world, meeting, "Utkast")
    s.write(world, meeting, PLANTED)
    assert not EarlierText.objects.exists()  # nobody else has read them
    s.show(world, meeting)
    s.write(world, meeting, "Ångrat")
    s.write(world, meeting, "Ångrat mig")  # the same spell of writing
    assert [one.fields["text"] for one in EarlierText.objects.all()] == [PLANTED]
    body = page(client, world, "quality", "seminar", meeting.pk, steg="se").content.decode()
    assert "Ångrat mig" in body
    assert PLANTED in body.split("Tidigare texter")[1]


def test_the_agenda_takes_no_notes_until_each_has_thought_alone(world, client):
    meeting = s.called(world)
    field = 'name="text"'  # the principal keeps no conclusions
    shown = page(client, world, "principal", "meeting", meeting.pk).content.decode()
    assert field not in shown
    assert reverse("dialogues:seminar", args=[meeting.pk]) in shown.split('id="dagordning"')[1]
    for step in ("see", "causes", "priorities"):
        with pytest.raises(Refused, match="var för sig"):
            m.note(world, meeting, PLANTED)
        s.show(world, meeting, step)
    assert m.note(world, meeting, PLANTED).text == PLANTED
    assert field in page(client, world, "principal", "meeting", meeting.pk).content.decode()
    held = m.hold(world, s.called(world))  # in which nothing was shown
    assert m.note(world, held, "Efteråt").text == "Efteråt"


def test_steps_are_shown_in_order_once_and_stay_shown(world):
    meeting = s.called(world)
    with pytest.raises(Refused, match="före"):
        s.show(world, meeting, "causes")
    s.show(world, meeting)
    s.show(world, meeting)  # pressed twice
    assert m.fresh(meeting).revealed == 1
    assert AuditEvent.objects.filter(event="seminar_revealed").count() == 1
    for wrong in (0, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(revealed=wrong)


def test_only_who_keeps_the_meeting_shows_a_step(world, client):
    meeting = s.called(world)
    address = reverse("dialogues:seminar_reveal", args=[meeting.pk])
    for who, answer in (("principal", 403), ("politician", 404), ("teacher", 404), ("auditor", 403)):
        client.force_login(world.person(who))
        assert client.post(address, {"steg": "se"}).status_code == answer, who
    assert m.fresh(meeting).revealed == 0
    client.force_login(world.person("quality"))
    assert client.post(address, {"steg": "se"}).status_code == 302
    assert m.fresh(meeting).revealed == 1


def test_those_not_called_neither_read_nor_write(world, client):
    meeting = s.called(world)
    s.write(world, meeting, PLANTED)
    s.show(world, meeting)
    save = reverse("dialogues:seminar_write", args=[meeting.pk, "se", "alla"])
    for who, answer in (("principal_lind", 404), ("teacher", 404), ("auditor", 403), ("chief", 403)):
        response = page(client, world, who, "seminar", meeting.pk)
        assert response.status_code == answer, who
        assert client.post(save, {"version": 0, "text": "x"}).status_code == answer, who
    assert SeminarNote.objects.count() == 1


def test_a_meeting_of_another_kind_is_no_seminar(world, client):
    meeting = m.called(world)
    assert page(client, world, "quality", "seminar", meeting.pk).status_code == 404


# Writing.


def save(client, meeting, text, version=0, script=True, about="alla", **more):
    address = reverse("dialogues:seminar_write", args=[meeting.pk, "se", about])
    headers = {"X-Autosave": "1"} if script else {}
    return client.post(address, {"text": text, "version": version, **more}, headers=headers)


def test_it_is_saved_as_one_types_by_script_and_by_button(world, client):
    meeting = s.called(world)
    client.force_login(world.person("principal"))
    assert save(client, meeting, "Ett").json()["version"] == 1
    assert save(client, meeting, "Ett två", 1, may_use="on").json()["version"] == 2
    assert SeminarNote.objects.get().may_use
    answer = save(client, meeting, "Tre", 0, script=False, about=str(world.ek.pk))
    assert answer.status_code == 302
    assert answer.url.endswith(f"#om-{world.ek.pk}")
    assert client.get(answer.url).status_code == 200
    other = {"_person": str(world.person("quality").pk)}
    assert save(client, meeting, "Fyra", 2, **other).status_code == 403
    assert save(client, meeting, "Fem", about=str(world.lind.pk)).status_code == 404  # it does not concern it


def test_two_windows_of_one_person_lose_nothing(world, client):
    meeting = s.called(world)
    client.force_login(world.person("principal"))
    save(client, meeting, "Ett")
    save(client, meeting, "Från det ena fönstret", 1)
    answer = save(client, meeting, "Från det andra", 1)
    assert answer.status_code == 409
    assert "ena" in answer.json()["html"]
    again = save(client, meeting, "Från det andra", 1, script=False)
    assert again.status_code == 409
    assert "andra" in again.content.decode()
    assert SeminarNote.objects.get().text == "Från det ena fönstret"
    with pytest.raises(Conflict):
        s.write(world, meeting, "Tredje", expected=1)


def test_the_same_words_sent_twice_are_one_note(world, client):
    meeting = s.called(world)
    client.force_login(world.person("principal"))
    for _again in range(2):
        assert save(client, meeting, "Ett").json()["version"] == 1
    assert SeminarNote.objects.count() == 1
    assert AuditEvent.objects.filter(event="seminar_noted").count() == 1


def test_nothing_is_written_before_the_call_or_after_the_end_but_consent_is_always_ones_own(world):
    planned = m.plan(world, "analysseminarium", concerns=[world.bjork], people=s.PEOPLE)
    with pytest.raises(Refused):
        s.write(world, planned, "För tidigt")
    meeting = s.called(world)
    s.write(world, meeting, "I tid")
    s.show(world, meeting)
    m.hold(world, meeting)
    m.minute(world, meeting)
    with pytest.raises(Refused, match="över"):
        s.write(world, meeting, "För sent")
    assert s.write(world, meeting, "I tid", may_use=True).may_use
    with pytest.raises(Refused):
        s.show(world, meeting, "causes")
    with pytest.raises(DatabaseError), transaction.atomic():
        SeminarNote.objects.update(text="Bakvägen")


def test_a_note_is_its_authors_in_the_database_too(world):
    meeting = s.called(world)
    s.write(world, meeting, "Mitt")
    for wrong in ({"changed_by": world.person("quality")}, {"person": world.person("quality")}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SeminarNote.objects.update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_showing_and_writing_at_once_give_either_a_note_in_time_or_a_late_one(world):
    meeting = s.called(world)
    started = threading.Barrier(2)

    def run(act):
        try:
            started.wait()
            act()
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[lambda: s.write(world, meeting, "Samtidigt")]),
        threading.Thread(target=run, args=[lambda: s.show(world, meeting)]),
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    note = SeminarNote.objects.get()
    noted, shown = (AuditEvent.objects.get(event=name).seq for name in ("seminar_noted", "seminar_revealed"))
    assert note.late == (noted > shown)


def test_the_page_asks_the_database_as_much_however_many_write(world, client):
    meeting = s.called(world)
    s.write(world, meeting, "Ett", node=world.bjork)
    s.show(world, meeting)

    def queries_of():
        with CaptureQueriesContext(connection) as asked:
            assert page(client, world, "quality", "seminar", meeting.pk, steg="se").status_code == 200
        return len(asked)

    queries_of()
    few = queries_of()
    for who in s.PEOPLE:
        for node in (None, world.bjork, world.ek):
            s.write(world, meeting, f"{who} {node}", who=who, node=node)
    assert queries_of() == few


# Into the analysis.


def test_a_note_flows_into_the_draft_with_its_authors_consent_and_says_whose_it_is(world):
    meeting = s.called(world)
    note = s.write(world, meeting, "Flickorna läser mer.", who="principal_ek", node=world.bjork)
    analysis = draft(world)
    with pytest.raises(Refused, match="får användas"):
        taken(world, note, analysis)
    note = s.write(world, meeting, "Flickorna läser mer.", who="principal_ek", node=world.bjork, may_use=True)
    with pytest.raises(Refused):  # let go, and not shown yet
        taken(world, note, analysis)
    with pytest.raises(DatabaseError), transaction.atomic():
        SeminarUse.objects.create(note=note, analysis=analysis.pk, row=analysis.pk)
    s.show(world, meeting)
    s.write(world, meeting, "Flickorna läser mer.", who="principal_ek", node=world.bjork)  # consent taken back
    with pytest.raises(Refused, match="får användas"):
        taken(world, note, analysis)
    assert queries.usable_for(world.bjork) == []
    s.write(world, meeting, "Flickorna läser mer.", who="principal_ek", node=world.bjork, may_use=True)
    row = taken(world, note, analysis)
    kept = Finding.objects.get(pk=row.pk)
    assert kept.area == AREA
    assert kept.text.startswith("Flickorna läser mer.")
    assert "Från Ebba Ek, Analysseminarium" in kept.text
    with pytest.raises(Refused, match="redan"):
        taken(world, note, analysis)
    assert Finding.objects.filter(text__startswith="Flickorna").count() == 1


def test_causes_and_needs_are_taken_in_as_such(world):
    meeting = s.called(world)
    analysis = draft(world)
    for step in ("see", "causes", "priorities"):
        s.write(world, meeting, f"Om {step}", step=step, node=world.bjork, may_use=True)
        s.show(world, meeting, step)
    causes, needs = SeminarNote.objects.get(step="causes"), SeminarNote.objects.get(step="priorities")
    taken(world, causes, analysis, "orsak", "")
    taken(world, needs, analysis, "behov", "")
    assert Cause.objects.filter(text__startswith="Om causes").exists()
    assert Need.objects.filter(text__startswith="Om priorities").exists()
    with pytest.raises(Refused, match="område"):
        taken(world, SeminarNote.objects.get(step="see"), analysis, "resultat", "")


def test_only_who_writes_the_draft_takes_in_and_only_what_is_about_the_place(world, client):
    meeting = s.called(world)
    note = s.write(world, meeting, PLANTED, who="principal_ek", node=world.ek, may_use=True)
    for_all = s.write(world, meeting, "Om alla", may_use=True)
    s.show(world, meeting)
    analysis = draft(world)
    with pytest.raises(Refused, match="annan plats"):
        taken(world, note, analysis)
    response = page(client, world, "principal", "seminar_notes", world.bjork.pk)
    body = response.content.decode()
    assert "Om alla" in body
    assert PLANTED not in body
    address = reverse("dialogues:seminar_notes", args=[world.bjork.pk])
    sent = {"note": for_all.pk, "analysis": analysis.pk, "kind": "orsak", "area": ""}
    for who, answer in (("quality", 403), ("principal_ek", 404), ("team_lead", 404), ("head", 403)):
        client.force_login(world.person(who))
        assert client.post(address, sent).status_code == answer, who
    assert not SeminarUse.objects.exists()
    client.force_login(world.person("principal"))
    assert client.post(address, sent).status_code == 302
    assert client.post(address, {**sent, "kind": "resultat"}).status_code in (200, 422)
    assert SeminarUse.objects.count() == 1
    assert "Intagen" in client.get(address).content.decode()
    wrong = s.write(world, meeting, "Ett resultat", who="principal_ek", may_use=True)
    answer = client.post(address, {**sent, "note": wrong.pk, "kind": "resultat"})
    assert answer.status_code == 422
    assert "målområde" in answer.content.decode()
