"""The pages of the chain: what is shown to whom, and what a form does."""

import datetime as dt
import functools
import json
import uuid

import pytest
from django.urls import reverse

from styrkedja.analyses import row_actions
from styrkedja.analyses.models import Cause, Finding
from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions
from styrkedja.organisation.models import Assignment, Node, Person, Succession
from styrkedja.organisation.tree import tree_on
from tests.analyses.writing import begin

pytestmark = pytest.mark.django_db
TODAY = dt.date.today()


@pytest.fixture
def log_in(world, client):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


def page(client, view, /, *args, **query):
    answer = client.get(reverse(f"organisation:{view}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, view, /, *args, **data):
    return client.post(reverse(f"organisation:{view}", args=args), {"_key": str(uuid.uuid4()), **data})


def test_the_tree_shows_every_step_and_where_i_stand(world, log_in):
    text = page(log_in("teacher"), "chain")
    for name in ("Ekköpings kommun", "Utbildningsnämnden", "Björkskolan", "Lindens förskola", "Arbetslag F-3"):
        assert name in text
    assert text.count("din plats") == 1
    assert text.index("Björkskolan") < text.index("Ekskolan") < text.index("Lindens förskola")


def test_the_tree_is_filtered_by_name_code_and_form_with_the_way_there(world, log_in):
    client = log_in("teacher")
    text = page(client, "chain", q="björk")
    assert "Björkskolan" in text and "Utbildningsförvaltningen" in text and "Ekskolan" not in text
    assert "Ekskolan" in page(client, "chain", q="22222222")
    text = page(client, "chain", form="fs")
    assert "Lindens förskola" in text and "Björkskolan" not in text
    assert "Inget stämmer" in page(client, "chain", q="finns inte")


def test_the_tree_of_a_day_keeps_what_has_been_closed_since(world, log_in):
    actions.close_node(node=world.ek_team, last_day=TODAY - dt.timedelta(days=10), by=None)
    client = log_in("teacher")
    assert "Arbetslag F-3" not in page(client, "chain")
    assert "Arbetslag F-3" in page(client, "chain", datum=str(TODAY - dt.timedelta(days=10)))
    assert "Ingen kedja den dagen" in page(client, "chain", datum="2001-01-01")


def test_a_closed_node_can_still_be_read_but_not_changed(world, log_in):
    actions.close_node(node=world.ek_team, last_day=TODAY - dt.timedelta(days=1), by=None)
    client = log_in("quality")
    assert "Sista dagen" in page(client, "node", world.ek_team.pk)
    assert client.get(reverse("organisation:node_change", args=[world.ek_team.pk])).status_code == 404
    page(client, "trail", world.ek_team.pk)
    assert log_in("principal").get(reverse("organisation:trail", args=[world.ek_team.pk])).status_code == 404


def test_a_closed_unit_promises_what_opens_and_nothing_else(world, log_in):
    client = log_in("quality")
    before = page(client, "node_close", world.ek.pk)
    actions.close_node(node=world.ek, last_day=TODAY - dt.timedelta(days=1), with_below=True, by=None)
    for text in (before, page(client, "node", world.ek.pk)):
        assert "Resultat, analyser" not in text
        assert "nalyser och rapporter" in text and "med siffrorna i dem" in text
    for view in ("analyses:node", "reports:node"):
        assert client.get(reverse(view, args=[world.ek.pk])).status_code == 200


def test_a_node_is_added_changed_moved_and_closed_by_forms(world, log_in):
    client = log_in("quality")
    answer = send(
        client, "node_add", world.administration.pk,
        kind="unit", name="Nya skolan", school_forms=["gr"], statistical_code="33333333", valid_from="2024-08-01",
    )  # fmt: skip
    assert answer.status_code == 302
    node = Node.objects.get(name="Nya skolan")
    assert (node.statistical_kind, node.statistical_code) == ("school_unit", "33333333")
    send(
        client,
        "node_change",
        node.pk,
        name="Nya Västra",
        school_forms=["gr", "fsk"],
        statistical_code="33333333",
        version=1,
    )
    node.refresh_from_db()
    assert (node.name, node.school_forms, node.version) == ("Nya Västra", ["gr", "fsk"], 2)
    sector = actions.add_node(
        parent=world.administration, kind="administration", name="Grundskola", valid_from=dt.date(2024, 8, 1), by=None
    )
    send(client, "node_move", node.pk, parent=sector.pk, from_date=str(TODAY), version=2)
    assert tree_on(TODAY).parent(node.pk) == sector
    assert tree_on(TODAY - dt.timedelta(days=1)).parent(node.pk) == world.administration
    send(client, "node_close", node.pk, last_day=str(TODAY), version=3)
    node.refresh_from_db()
    assert node.valid_to == TODAY
    assert [e.event for e in AuditEvent.objects.filter(node_id=node.pk)] == [
        "node_added", "node_changed", "node_changed", "node_closed",
    ]  # fmt: skip
    assert set(AuditEvent.objects.filter(node_id=node.pk).values_list("actor_id", flat=True)) == {
        world.person("quality").pk
    }


def test_a_merger_links_both_ways_and_takes_the_teams_along_when_asked(world, log_in):
    client = log_in("quality")
    refused = send(client, "node_merge", world.ek.pk, successor=world.bjork.pk, on_date=str(TODAY), version=1)
    assert "Avsluta eller flytta först det som ligger under Ekskolan" in refused.content.decode()
    assert not Succession.objects.exists() and Node.objects.get(pk=world.ek.pk).valid_to is None
    answer = send(
        client, "node_merge", world.ek.pk, successor=world.bjork.pk, on_date=str(TODAY), version=1, with_below="on"
    )
    assert answer.status_code == 302
    yesterday = TODAY - dt.timedelta(days=1)
    assert set(Node.objects.filter(valid_to=yesterday)) == {world.ek, world.ek_team}
    assert "Kommer från" in page(client, "node", world.bjork.pk)
    assert "Följs av" in page(client, "node", world.ek.pk)
    assert Assignment.objects.get(person=world.person("principal_ek")).valid_to == yesterday


def test_two_editors_both_see_both_texts(world, log_in):
    client = log_in("quality")
    actions.change_node(node=world.bjork, expected=1, name="Björkskolan Norra", school_forms=["gr"], by=None)
    answer = send(
        client, "node_change", world.bjork.pk,
        name="Björkens skola", school_forms=["gr"], statistical_code="11111111", version=1,
    )  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 200 and "Björkens skola" in text and "Norra" in text
    assert 'name="version" value="2"' in text
    assert Node.objects.get(pk=world.bjork.pk).name == "Björkskolan Norra"
    send(
        client, "node_change", world.bjork.pk, keep="mine",
        name="Björkens skola", school_forms=["gr"], statistical_code="11111111", version=2,
    )  # fmt: skip
    assert Node.objects.get(pk=world.bjork.pk).name == "Björkens skola"


def test_the_same_form_sent_twice_adds_once(world, log_in):
    client = log_in("quality")
    form = {"_key": str(uuid.uuid4()), "kind": "team", "name": "Arbetslag 4-6", "valid_from": "2024-08-01"}
    address = reverse("organisation:node_add", args=[world.bjork.pk])
    first, second = client.post(address, form), client.post(address, form)
    assert first.url == second.url
    assert Node.objects.filter(name="Arbetslag 4-6").count() == 1


def test_what_cannot_be_is_refused_with_a_sentence_by_its_field(world, log_in):
    client = log_in("quality")
    text = send(client, "node_add", world.bjork.pk, kind="unit", name="", valid_from="31 februari").content.decode()
    assert "Skriv datumet som 2026-11-22." in text and "Fel:" in text
    text = send(
        client, "node_add", world.administration.pk,
        kind="unit", name="Dubbel", statistical_code="11111111", valid_from="2024-08-01",
    ).content.decode()  # fmt: skip
    assert "Koden 11111111 hör redan till en aktiv nod." in text
    assert not Node.objects.filter(name="Dubbel").exists()


def test_a_role_limited_to_preschools_does_not_close_schools_along_the_way(world, log_in):
    person = world.person("registrar")
    actions.assign_role(
        person=person, role="quality_lead", node=world.administration, school_forms=["fs"],
        valid_from=dt.date(2024, 1, 1), by=None,
    )  # fmt: skip
    client = log_in("registrar")
    answer = send(client, "node_close", world.administration.pk, last_day=str(TODAY), version=1, with_below="on")
    assert answer.status_code == 200
    assert not Node.objects.exclude(valid_to=None).exists()


# --- People --------------------------------------------------------------------------------------------------------


def test_a_person_is_added_and_given_a_dated_role(world, log_in):
    client = log_in("operator")
    send(client, "person_add", name="Nils Ny", email="Nils@ekkoping.example")
    nils = Person.objects.get(name="Nils Ny")
    assert not nils.has_usable_password()
    send(
        client, "role_add", world.bjork_team.pk,
        person="nils@ekkoping.example", role="teacher", reason="Vikariat",
        valid_from="2025-08-01", valid_to="2027-06-30",
    )  # fmt: skip
    role = nils.assignments.get()
    assert (role.role, role.node, role.granted_by) == ("teacher", world.bjork_team, world.person("operator"))
    send(client, "role_end", role.pk, last_day=str(TODAY), version=1)
    role.refresh_from_db()
    assert role.valid_to == TODAY
    text = page(client, "person", nils.pk)
    assert "Vikariat" in text and "Otto Drift" in text


def test_nobody_gives_themself_a_role(world, log_in):
    text = send(
        log_in("operator"), "role_add", world.bjork.pk,
        person="operator@ekkoping.example", role="principal", valid_from=str(TODAY),
    ).content.decode()  # fmt: skip
    assert "Du kan inte ge dig själv en roll." in text
    assert world.person("operator").assignments.count() == 1


def test_a_reviewer_needs_a_last_day_and_the_last_administrator_stays(world, log_in):
    client = log_in("operator")
    form = {"person": "teacher@ekkoping.example", "role": "auditor", "valid_from": str(TODAY)}
    assert "behöver en sista dag" in send(client, "role_add", world.bjork.pk, **form).content.decode()
    assert send(client, "role_add", world.bjork.pk, **form, valid_to=str(TODAY)).status_code == 302
    own = world.person("operator").assignments.get()
    assert (
        "sista systemadministratören"
        in send(client, "role_end", own.pk, last_day=str(TODAY), version=1).content.decode()
    )
    form = {"person": "registrar@ekkoping.example", "role": "operator", "valid_from": str(TODAY)}
    send(client, "role_add", world.council.pk, **form)
    assert send(client, "role_end", own.pk, last_day=str(TODAY), version=1).status_code == 302


def test_a_role_somebody_has_already_is_not_given_twice(world, log_in):
    """Two administrators, or two tabs: ended once, it would still be held."""
    client = log_in("operator")
    form = {"person": "teacher@ekkoping.example", "role": "pupil_health", "valid_from": "2025-01-01"}
    add = functools.partial(send, client, "role_add", world.bjork.pk, **form)
    assert add(valid_to="2025-06-30", school_forms=["gr"]).status_code == 302
    for again in ({"valid_to": "2025-06-30"}, {"valid_to": "2025-03-31"}):
        assert "har redan den rollen" in add(**again, school_forms=["gr"]).content.decode()
    # More than what is held: longer, of other forms, of all, or after it has ended.
    assert add(school_forms=["gr"]).status_code == 302
    assert add(school_forms=["fsk"]).status_code == 302
    assert add().status_code == 302
    assert "har redan den rollen" in add(school_forms=["fth"]).content.decode()
    assert world.person("teacher").assignments.filter(role="pupil_health").count() == 4


def test_a_role_an_older_program_knew_can_be_ended_and_its_account_closed(world, log_in):
    person = world.person("teacher")
    role = actions.assign_role(person=person, role="of_old", node=world.bjork, valid_from=TODAY, by=None)
    client = log_in("operator")
    assert send(client, "role_end", role.pk, last_day=str(TODAY), version=1).status_code == 302
    form = {"name": person.name, "email": person.email, "version": 1}
    assert send(client, "person_change", person.pk, **form).status_code == 302
    assert not Person.objects.get(pk=person.pk).is_active


def test_a_closed_account_gives_nothing_and_the_last_administrators_cannot_be_closed(world, log_in):
    client = log_in("operator")
    form = {"name": "Lars Lärare", "email": "teacher@ekkoping.example", "version": 1}
    assert send(client, "person_change", world.person("teacher").pk, **form).status_code == 302
    client.force_login(world.person("teacher"))
    assert client.get("/").status_code == 302  # logged out
    client.force_login(world.person("operator"))
    form = {"name": "Otto Drift", "email": "operator@ekkoping.example", "version": 1}
    assert (
        "sista systemadministratören"
        in send(client, "person_change", world.person("operator").pk, **form).content.decode()
    )


def test_a_principal_sees_the_people_of_the_unit_and_no_others(world, log_in):
    client = log_in("principal")
    text = page(client, "people")
    assert "Tove Arbetslag" in text and "Lars Lärare" in text
    assert "Ebba Ek" not in text and "Karin Kvalitet" not in text
    assert client.get(reverse("organisation:person", args=[world.person("principal_ek").pk])).status_code == 404
    assert "Ebba Ek" not in page(client, "people", q="ebba")


def test_the_trail_speaks_plainly_and_only_of_what_lies_below(world, log_in):
    actions.move_node(node=world.ek_team, parent=world.bjork, from_date=TODAY, by=world.person("quality"))
    text = page(log_in("principal"), "trail", world.bjork.pk)
    assert "Karin Kvalitet" in text and "under Björkskolan" in text and "Roll tilldelad" in text
    assert "Ebba Ek" not in text
    assert str(world.bjork.pk) not in text.split("<tbody>")[1].replace(f"/kedjan/{world.bjork.pk}/", "")


def test_the_trail_tells_a_spell_of_writing_once_and_in_what(world, log_in):
    by, analysis = world.person("principal"), begin(world)
    cause, finding = (kind.objects.filter(analysis=analysis).first() for kind in (Cause, Finding))
    for row, text in ((cause, "Först"), (cause, "Sedan"), (finding, "Till sist")):
        row.refresh_from_db()
        row_actions.save_row(row=row, expected=row.version, fields={"text": text}, by=by)
    seqs = list(AuditEvent.objects.filter(event="document_changed").values_list("seq", flat=True))
    told = page(log_in("principal"), "trail", world.bjork.pk)
    assert told.count("Dokument ändrat") == 1
    assert f"nulägesanalys {analysis.period} · resultat · orsak" in told
    assert f"{min(seqs)}–{max(seqs)}" in told


def naughty(shared):
    """Every field takes its third of them, so that all are tried."""
    return [s for s in json.loads((shared / "badinput/blns.json").read_text("utf-8")) if s.strip()]


def test_naughty_strings_are_kept_as_written(world, log_in, shared):
    client = log_in("quality")
    strings = naughty(shared)[::3]
    for number, text in enumerate(strings):
        answer = send(client, "node_add", world.bjork.pk, kind="team", name=text[:200], valid_from="2024-08-01")
        assert answer.status_code in (200, 302), text
        if answer.status_code == 200:
            assert "\x00" in text or any(0xD800 <= ord(c) < 0xE000 for c in text) or not text.strip(), repr(text)
        if number % 25 == 0:
            assert "<script>alert" not in page(client, "chain")
    for text in strings[::10]:
        assert client.get(reverse("organisation:chain"), {"q": text, "datum": text}).status_code == 200
    stored = set(Node.objects.values_list("name", flat=True))
    assert {s[:200].strip() for s in strings} - stored == set()


def test_naughty_names_and_reasons_of_people_are_kept_as_written(world, log_in, shared):
    client = log_in("operator")
    names, reasons = naughty(shared)[1::3], naughty(shared)[2::3]
    for number, (name, reason) in enumerate(zip(names, reasons, strict=False)):
        form = {"name": name[:200], "email": f"n{number}@ekkoping.example"}
        assert send(client, "person_add", **form).status_code == 302, repr(name)
        role = {"person": f"n{number}@ekkoping.example", "role": "teacher", "valid_from": "2025-08-01"}
        given = send(client, "role_add", world.bjork_team.pk, reason=reason[:300], **role)
        assert given.status_code == 302, repr(reason)
    for text in names[::5]:
        assert send(client, "person_add", name="A", email=text).status_code == 200
        assert client.get(reverse("organisation:people"), {"q": text, "role": text}).status_code == 200
    assert {s[:200].strip() for s in names} - set(Person.objects.values_list("name", flat=True)) <= {names[-1].strip()}
    kept = set(Assignment.objects.values_list("reason", flat=True))
    assert {s[:300].strip() for s in reasons} - kept == set()
    text = page(client, "people")
    assert "<script>alert" not in text and "&lt;script&gt;" in text


def test_the_end_of_a_role_is_not_moved_later_not_even_ones_own(world, log_in):
    """Else an administrator who is to leave could prolong any role of theirs without a second person."""
    operator = world.person("operator")
    role = actions.assign_role(
        person=operator, role="auditor", node=world.council, valid_from=dt.date(2020, 7, 1), valid_to=TODAY, by=None
    )
    client = log_in("operator")
    later = str(TODAY + dt.timedelta(days=90))
    assert send(client, "role_end", role.pk, last_day=later, version=1).status_code == 200
    role.refresh_from_db()
    assert role.valid_to == TODAY
