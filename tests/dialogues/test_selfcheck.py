"""The chain examines itself: opened, answered by each place, read side by side; what is not said is never a zero."""

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.access.gate import Access
from styrkedja.analyses.models import EarlierText
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.dialogues.models import SelfCheck, SelfCheckAnswer, SelfCheckSheet
from styrkedja.dialogues.selfcheck import actions, queries
from styrkedja.dialogues.selfcheck.actions import Said
from styrkedja.dialogues.selfcheck.catalogue import Faulty, form, forms, read
from styrkedja.dialogues.selfcheck.results import Result
from styrkedja.organisation import actions as chain
from tests.world import START

pytestmark = pytest.mark.django_db
FIRST = "samma-mal"
SECOND = "nationella-mal"
ALL = ("committee", "administration", "unit", "team")


def opened(world, *, node=None, levels=ALL, who="quality", period="2025/26", **said) -> SelfCheck:
    said = {"due": timezone.localdate() + dt.timedelta(days=20), **said}
    by = world.person(who)
    return actions.open_round(
        node=node or world.council, form_id="styrkedjan", period=period, levels=levels, by=by, **said
    )


def sheet(check, node) -> SelfCheckSheet:
    return SelfCheckSheet.objects.select_related("check_round__node", "node").get(check_round=check, node=node)


def answer(world, check, node, who, **levels):
    """Hand in: first=3 answers the first statement with 3; None says that one cannot say."""
    names = {"first": FIRST, "second": SECOND}
    said = {names[name]: Said(level, f"{node} visar") for name, level in levels.items()}
    row = sheet(check, node)
    return actions.hand_in(sheet=row, answers=said, expected=row.version, by=world.person(who))


def cells(world, check, who, statement=FIRST):
    result = Result(Access(world.person(who)), check)
    line = next(one for area in result.areas() for one in area["lines"] if one.statement.id == statement)
    return {level.id: cell for level, cell in zip(result.levels, line.cells, strict=True)}


def more_units(world, count):
    """Further units with a principal each; their keys in the cast."""
    for number in range(count):
        node = chain.add_node(
            parent=world.administration, kind="unit", name=f"Skola {number}", valid_from=START, by=None
        )
        person = chain.add_person(email=f"r{number}@prov.example", name=f"Rektor {number}", by=None)
        chain.assign_role(person=person, role="principal", node=node, valid_from=START, by=None)
        world.people[f"r{number}"] = person
        yield node, f"r{number}"


# The form.


def test_the_form_has_ten_to_fourteen_statements_in_areas_in_both_languages():
    made = forms()["styrkedjan"]
    assert 10 <= len(made.statements) <= 14
    assert 3 <= len(made.areas) <= 4
    assert [one.number for one in made.statements] == list(range(1, len(made.statements) + 1))
    for one in made.statements:
        assert one.sv != one.en
        assert one.shows_sv
        assert one.shows_en


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sv = ", "x.toml"),
        ('sv = "a"\nen = "b"\nabout_sv = "c"\n', "about_en"),
        ('sv = "a"\nen = "b"\nabout_sv = "c"\nabout_en = "d"\narea = []\n', "area"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused_with_its_file_and_reason(tmp_path, text, said):
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(Faulty, match=said):
        read(tmp_path / "x.toml")


# A round.


def test_a_round_asks_every_place_of_the_levels_and_tells_those_who_answer(world):
    check = opened(world, levels=("administration", "unit"))
    asked = set(check.sheets.values_list("node__name", flat=True))
    assert asked == {"Utbildningsförvaltningen", "Björkskolan", "Ekskolan", "Lindens förskola"}
    jobs = ProcrastinateJob.objects.filter(task_name="organisation.send").values_list("args", flat=True)
    told = {a["person"] for a in jobs if a["template"] == "dialogues/email/self_check"}
    assert told == {str(world.person(who).pk) for who in ("principal", "principal_ek", "principal_lind")}
    assert [one.node for one in queries.waiting_for([world.bjork.pk])] == [world.bjork]


def test_one_round_of_a_period_is_open_at_a_time_and_days_lie_ahead(world):
    check = opened(world)
    with pytest.raises(Refused, match="redan öppen"):
        opened(world)
    for wrong in ({"due": timezone.localdate() - dt.timedelta(days=1)}, {"levels": ()}, {"period": "i år"}):
        with pytest.raises(Refused):
            opened(world, **{"period": "2026/27", **wrong})
    actions.close(check=check, expected=check.version, by=world.person("quality"))
    assert opened(world).pk != check.pk


def test_what_is_being_answered_is_the_places_own_until_it_is_handed_in(world, client):
    check = opened(world)
    row = sheet(check, world.bjork)
    said = {FIRST: Said(2, "Hemlig iakttagelse")}
    actions.save(sheet=row, answers=said, expected=row.version, by=world.person("principal"))
    for who in ("quality", "head", "principal_ek", "auditor", "teacher"):
        client.force_login(world.person(who))
        body = client.get(reverse("dialogues:self_check", args=[check.pk])).content.decode()
        assert "Hemlig iakttagelse" not in body, who
        response = client.get(reverse("dialogues:self_check_sheet", args=[row.pk]))
        assert response.status_code in (403, 404), who
    assert cells(world, check, "quality")["unit"].text == "–"


def test_handed_in_it_is_read_and_taken_back_it_is_not_until_the_round_is_closed(world):
    check = opened(world)
    answer(world, check, world.bjork, "principal", first=2)
    assert cells(world, check, "quality")["unit"].text == "2"
    assert not queries.waiting_for([world.bjork.pk])
    row = sheet(check, world.bjork)
    with pytest.raises(Refused, match="inlämnat"):
        actions.save(sheet=row, answers={FIRST: Said(4, "")}, expected=row.version, by=world.person("principal"))
    actions.take_back(sheet=row, by=world.person("principal"))
    assert cells(world, check, "quality")["unit"].text == "–"
    answer(world, check, world.bjork, "principal", first=3)
    now = SelfCheck.objects.get(pk=check.pk)
    actions.close(check=now, expected=now.version, by=world.person("quality"))
    with pytest.raises(Refused, match="stängd"):
        actions.take_back(sheet=row, by=world.person("principal"))
    with pytest.raises(Refused, match="stängd"):
        answer(world, check, world.ek, "principal_ek", first=1)
    for act in (
        lambda: SelfCheckAnswer.objects.update(level=4),
        lambda: SelfCheckSheet.objects.filter(pk=row.pk).update(handed_in_at=None),
        lambda: SelfCheck.objects.filter(pk=check.pk).update(closed_at=None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_nothing_at_all_cannot_be_handed_in_but_cannot_say_is_an_answer(world):
    check = opened(world)
    row = sheet(check, world.bjork)
    with pytest.raises(Refused, match="Inget är besvarat"):
        actions.hand_in(sheet=row, answers={}, expected=row.version, by=world.person("principal"))
    answer(world, check, world.bjork, "principal", first=None)
    cell = cells(world, check, "quality")["unit"]
    assert (cell.text, cell.n, cell.value, cell.tint) == ("?", 0, None, "none")
    with pytest.raises((Refused, IntegrityError)), transaction.atomic():
        answer(world, check, world.ek, "principal_ek", first=5)


def test_two_who_answer_for_a_place_at_once_lose_nothing(world, client):
    check = opened(world)
    row = sheet(check, world.council)
    actions.save(sheet=row, answers={FIRST: Said(2, "Hannas")}, expected=1, by=world.person("head"))
    with pytest.raises(Conflict):
        actions.save(sheet=row, answers={FIRST: Said(3, "Karins")}, expected=1, by=world.person("quality"))
    actions.save(sheet=row, answers={FIRST: Said(2, "Hannas")}, expected=1, by=world.person("quality"))  # the same
    client.force_login(world.person("quality"))
    address = reverse("dialogues:self_check_sheet", args=[row.pk])
    sent = {"version": 1, f"{FIRST}-level": "3", f"{FIRST}-shows": "Karins"}
    both = client.post(address, sent, headers={"X-Autosave": "1"})
    assert both.status_code == 409
    assert "Hannas" in both.json()["html"]
    assert client.post(address, sent).status_code == 409
    assert client.post(address, {**sent, "version": 2}).status_code == 302
    assert EarlierText.objects.get().fields == {"level": 2, "text": "Hannas"}


@pytest.mark.django_db(transaction=True)
def test_closing_and_answering_at_once_end_in_words_not_in_an_error(world):
    check = opened(world)
    told, started = [], threading.Barrier(2)

    def run(act):
        try:
            started.wait()
            act()
        except Refused as refused:
            told.append(str(refused))
        finally:
            connection.close()

    acts = (
        lambda: answer(world, check, world.bjork, "principal", first=2),
        lambda: actions.close(check=check, expected=check.version, by=world.person("quality")),
    )
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert SelfCheck.objects.get(pk=check.pk).closed_at
    handed_in = sheet(check, world.bjork).handed_in_at
    assert bool(handed_in) != bool(told)


def test_it_is_saved_as_one_types_and_handed_in_with_one_press(world, client):
    check = opened(world)
    row = sheet(check, world.bjork)
    client.force_login(world.person("principal"))
    address = reverse("dialogues:self_check_sheet", args=[row.pk])
    assert client.get(address).status_code == 200
    one = {"version": 1, f"{FIRST}-level": "3", f"{FIRST}-shows": "Vi ser det"}
    for _again in range(2):
        assert client.post(address, one, headers={"X-Autosave": "1"}).json()["version"] == 2
    assert AuditEvent.objects.filter(event="self_check_answered").count() == 1
    assert client.post(address, {**one, "version": 2, "hand_in": "1"}).status_code == 302
    assert sheet(check, world.bjork).handed_in_at
    body = client.get(address).content.decode()
    assert "Ta tillbaka" in body
    assert "Vi ser det" in body
    other = {**one, "_person": str(world.person("quality").pk)}
    assert client.post(address, other, headers={"X-Autosave": "1"}).status_code == 403


def test_for_a_committee_where_nobody_answers_whoever_opened_it_notes_what_was_said(world):
    check = opened(world)
    row = sheet(check, world.committee)
    assert queries.may_answer(Access(world.person("quality")), row)
    assert not queries.may_answer(Access(world.person("politician")), row)
    assert not queries.may_answer(Access(world.person("quality")), sheet(check, world.bjork))
    assert not queries.may_answer(Access(world.person("quality")), sheet(check, world.administration))
    answer(world, check, world.committee, "quality", first=4)
    assert cells(world, check, "quality")["committee"].levels == (4,)


def test_a_committees_members_read_what_it_said_and_the_levels_and_no_other_by_name(world, client):
    check = opened(world)
    answer(world, check, world.committee, "quality", first=4)
    answer(world, check, world.bjork, "principal", first=1)
    client.force_login(world.person("politician"))
    address = reverse("dialogues:self_check", args=[check.pk])
    listed = client.get(reverse("dialogues:self_checks", args=[world.committee.pk])).content.decode()
    assert address in listed
    body = client.get(address).content.decode()
    assert "Utbildningsnämnden visar" in body
    assert "Björkskolan visar" not in body
    assert cells(world, check, "politician")["unit"].text == ".."
    assert client.get(reverse("dialogues:self_check_sheet", args=[sheet(check, world.committee).pk])).status_code == 403


# The result.


def test_a_mean_is_told_from_three_on_and_where_levels_differ_most_in_words(world):
    check = opened(world)
    answer(world, check, world.council, "quality", first=4, second=3)
    answer(world, check, world.bjork, "principal", first=1, second=3)
    answer(world, check, world.ek, "principal_ek", first=2, second=3)
    found = cells(world, check, "quality")
    assert found["unit"].text == "1 och 2"
    assert found["administration"].text == "–"
    answer(world, check, world.lind, "principal_lind", first=2, second=None)
    found = cells(world, check, "quality")
    assert (found["unit"].text, found["unit"].n) == ("1,7", 3)  # 5 / 3
    assert found["committee"].text == "4"
    assert found["team"].value is None
    second = cells(world, check, "quality", SECOND)["unit"]
    assert (second.text, second.n, second.unsure) == ("3 och 3", 2, 1)  # who cannot say is no zero
    result = Result(Access(world.person("quality")), check)
    out = result.pointed_out(result.areas())
    assert [line.statement.id for line in out] == [FIRST]
    assert out[0].difference == "Fullmäktige och nämnd 4; Enheter 1,7 (medelvärde av 3)"


def test_a_leader_below_reads_the_levels_but_not_the_others_by_name_nor_too_few(world, client):
    check = opened(world)
    answer(world, check, world.council, "quality", first=4)
    answer(world, check, world.bjork, "principal", first=1)
    answer(world, check, world.ek, "principal_ek", first=2)
    found = cells(world, check, "principal")
    assert found["committee"].text == ".."
    assert found["unit"].text == ".."
    assert found["unit"].value is None
    client.force_login(world.person("principal"))
    body = client.get(reverse("dialogues:self_check", args=[check.pk])).content.decode()
    assert "Björkskolan visar" in body
    assert "Ekskolan visar" not in body
    assert "Ekskolan" not in body.split("<main")[1]
    answer(world, check, world.lind, "principal_lind", first=3)
    assert cells(world, check, "principal")["unit"].text == "2,0"  # 6 / 3


def test_no_answer_can_be_reckoned_from_what_is_told_beside_it(world):
    before = opened(world, period="2024/25")
    check = opened(world)
    for one in (before, check):
        answer(world, one, world.council, "quality", first=4)
        for node, who, level in (
            (world.bjork, "principal", 1),
            (world.ek, "principal_ek", 2),
            (world.lind, "principal_lind", 3),
        ):
            answer(world, one, node, who, first=level)
    seen = Result(Access(world.person("principal")), check)
    assert cells(world, check, "principal")["unit"].text == "2,0"
    assert {row["cells"][0].text for row in seen.over_time()} == {
        ".."
    }  # 2,5 of four, less 2,0 of three, is the council's 4
    assert {row["cells"][0].text for row in Result(Access(world.person("quality")), check).over_time()} == {"2,5"}
    role = {"role": "principal", "node": world.ek, "valid_from": START, "by": None}
    chain.assign_role(person=world.person("principal"), **role)
    assert cells(world, check, "principal")["unit"].text == ".."  # two are one's own: the mean gives the third
    answer_of = sheet(check, world.committee)
    actions.hand_in(sheet=answer_of, answers={FIRST: Said(None, "x")}, expected=1, by=world.person("quality"))
    assert cells(world, check, "principal")["committee"].text == ".."  # nor who cannot say


@pytest.mark.parametrize(
    ("who", "answered"),
    [("quality", 200), ("head", 200), ("chief", 200), ("auditor", 200), ("principal_ek", 200), ("teacher", 200),
     ("politician", 200), ("registrar", 403), ("operator", 403)],
)  # fmt: skip
def test_who_reads_a_round(world, client, who, answered):
    check = opened(world)
    client.force_login(world.person(who))
    assert client.get(reverse("dialogues:self_check", args=[check.pk])).status_code == answered


def test_only_who_opens_self_checks_reminds_and_closes(world, client):
    check = opened(world)
    for name in ("self_check_remind", "self_check_close"):
        address = reverse(f"dialogues:{name}", args=[check.pk])
        for who in ("principal", "chief", "teacher", "politician"):
            client.force_login(world.person(who))
            assert client.post(address, {"version": 1}).status_code in (403, 404)
    assert SelfCheck.objects.get().closed_at is None


def test_a_reminder_goes_to_those_who_have_not_handed_in_and_once_a_day(world):
    check = opened(world, levels=("unit",))
    answer(world, check, world.ek, "principal_ek", first=2)
    told = actions.remind(check=check, by=world.person("quality"))
    assert told.sent == ["Björkskolan", "Lindens förskola"]
    again = actions.remind(check=check, by=world.person("quality"))
    assert (again.sent, again.already) == ([], ["Björkskolan", "Lindens förskola"])
    jobs = ProcrastinateJob.objects.filter(task_name="organisation.send").values_list("args", flat=True)
    sent = [a["person"] for a in jobs if a["template"] == "dialogues/email/self_check_reminder"]
    assert sorted(sent) == sorted(str(world.person(who).pk) for who in ("principal", "principal_lind"))


def test_rounds_are_compared_over_time(world):
    before = opened(world, period="2024/25")
    for node, who in ((world.bjork, "principal"), (world.ek, "principal_ek"), (world.lind, "principal_lind")):
        answer(world, before, node, who, first=1)
    actions.close(check=before, expected=before.version, by=world.person("quality"))
    check = opened(world)
    for node, who in ((world.bjork, "principal"), (world.ek, "principal_ek"), (world.lind, "principal_lind")):
        answer(world, check, node, who, first=3)
    rows = Result(Access(world.person("quality")), check).over_time()
    assert [(row["check"].period, row["cells"][0].text) for row in rows] == [("2025/26", "3,0"), ("2024/25", "1,0")]
    assert not Result(Access(world.person("quality")), before).over_time()


def test_the_result_asks_the_database_as_much_however_many_answer(world, client):
    units = list(more_units(world, 6))
    check = opened(world)
    client.force_login(world.person("quality"))

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("dialogues:self_check", args=[check.pk])).status_code == 200
        return len(found)

    answer(world, check, world.bjork, "principal", first=2)
    asked()
    few = asked()
    for node, who in units:
        answer(world, check, node, who, first=2, second=3)
    assert asked() == few


def test_statements_are_read_in_english_too():
    with translation.override("en"):
        assert form("styrkedjan").name == "Does the chain hold?"
    assert form("styrkedjan").name == "Håller styrkedjan?"
