"""Logging in and out, passwords, throttling, sessions: through the pages a person sees."""

import json
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.config import settings as as_written
from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions, tasks
from styrkedja.organisation.models import Person
from tests.world import PASSWORD, START

pytestmark = pytest.mark.django_db
LOGIN = "/konto/logga-in/"


def log_in(client, email="principal@ekkoping.example", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def test_passwords_are_kept_with_argon2():
    assert as_written.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_a_person_logs_in_and_comes_to_the_start_page(world, client):
    answer = log_in(client)
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    last = AuditEvent.objects.latest("seq")
    assert (last.event, last.actor_id) == ("logged_in", world.person("principal").pk)


def test_the_address_may_be_written_with_other_capitals(world, client):
    assert log_in(client, "Principal@Ekkoping.EXAMPLE").status_code == 302


def test_one_comes_back_to_the_page_one_asked_for_and_nowhere_else(world, client):
    wanted = reverse("organisation:node", args=[world.bjork.pk]) + "?a=1"
    asked = client.get(wanted)
    assert asked.status_code == 302 and asked.url.startswith(LOGIN)
    page = client.get(asked.url).content.decode()
    assert f'name="next" value="{wanted}"' in page
    assert log_in(client, next=wanted).url == wanted
    client.logout()
    assert log_in(client, next="https://elak.example/").url == "/"


def test_repeated_failures_are_refused_also_with_the_right_password(world, client):
    for _ in range(5):
        answer = log_in(client, password="fel")
        assert "e-postadressen och/eller lösenordet" in answer.content.decode().lower() or answer.status_code == 200
    answer = log_in(client)
    assert answer.status_code == 200
    assert "För många misslyckade inloggningsförsök" in answer.content.decode()
    assert AuditEvent.objects.filter(event="login_failed").count() == 5
    assert log_in(client, "teacher@ekkoping.example").status_code == 302  # another account is not touched


def test_a_wrong_password_and_an_unknown_address_look_the_same(world, client):
    def told(email):
        page = log_in(client, email, "fel").content.decode()
        return re.sub(r'value="[^"]*"|[\w.]+@ekkoping\.example|"X-CSRFToken": "\w+"', "", page)

    assert told("principal@ekkoping.example") == told("ingen@ekkoping.example")


def test_a_closed_account_does_not_get_in_and_is_thrown_out(world, client):
    person = world.person("principal")
    log_in(client)
    actions.change_person(person=person, expected=1, name=person.name, email=person.email, is_active=False, by=None)
    assert client.get("/").status_code == 302
    assert log_in(client).url == "/konto/stangt/"
    assert "stängt" in client.get("/konto/stangt/").content.decode().lower()


def test_a_session_ends_after_a_working_day(world, client):
    log_in(client)
    assert client.session.get_expiry_age() <= 10 * 60 * 60
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and not cookie["max-age"]
    session = client.session
    from django.contrib.sessions.models import Session

    Session.objects.filter(pk=session.session_key).update(expire_date=timezone.now())
    assert client.get("/").url == f"{LOGIN}?next=/"


def test_a_script_that_saves_is_told_that_the_login_has_ended(world, client):
    answer = client.post(
        reverse("organisation:node_change", args=[world.bjork.pk]), headers={"X-Requested-With": "fetch"}
    )
    assert answer.status_code == 401


def test_a_forgotten_password_is_replaced_through_a_mail_in_swedish(world, client):
    answer = client.post("/konto/losenord/glomt/", {"email": "principal@ekkoping.example"})
    assert answer.status_code == 302
    (sent,) = mail.outbox
    assert sent.to == ["principal@ekkoping.example"] and "lösenord" in sent.subject.lower()
    link = re.search(r"https?://\S+(/konto/losenord/nytt/\S+)", sent.body)[1]
    page = client.get(link, follow=True)
    new = "ett annat långt hemligt ord"
    done = client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert done.status_code == 302
    client.logout()
    assert log_in(client, password=new).status_code == 302
    client.logout()
    assert log_in(client).status_code == 200
    assert (
        "används" in client.get(link, follow=True).content.decode()
        or "länken" in client.get(link, follow=True).content.decode().lower()
    )


def correct_address(world, key, address, *, by="operator"):
    person = world.person(key)
    person.refresh_from_db()
    fields = {"name": person.name, "is_active": person.is_active}
    actions.change_person(person=person, expected=person.version, email=address, by=world.person(by), **fields)


def test_a_new_address_ends_every_way_in_by_the_old_one(world, client):
    """Old addresses are given to others; and who took over an account is not helped by a login that goes on."""
    log_in(client)
    client.post("/konto/losenord/glomt/", {"email": "principal@ekkoping.example"})
    link = re.search(r"https?://\S+(/konto/losenord/nytt/\S+)", mail.outbox.pop().body)[1]
    correct_address(world, "principal", "ragnar@ekkoping.example")
    assert client.get("/").status_code == 302  # logged out
    assert 'name="password1"' not in client.get(link, follow=True).content.decode()
    assert log_in(client).status_code == 200  # the old address is nobody's
    client.post("/konto/losenord/glomt/", {"email": "principal@ekkoping.example"})
    assert mail.outbox == []
    assert log_in(client, "ragnar@ekkoping.example").status_code == 302
    actions.add_person(email="principal@ekkoping.example", name="En annan", password=PASSWORD * 2, by=None)
    client.logout()
    assert log_in(client, password=PASSWORD * 2).status_code == 302


def test_a_new_address_is_told_to_the_old_one_in_its_owners_language(world):
    for key, subject in (("teacher", "Adressen för ditt konto"), ("chief", "The address of your account")):
        Person.objects.filter(pk=world.person("chief").pk).update(language="en")
        correct_address(world, key, f"ny-{key}@ekkoping.example")
        job = ProcrastinateJob.objects.filter(task_name=actions.TELL_OLD_ADDRESS).latest("id")
        for _again in range(2):
            tasks.tell_old_address(**job.args)
        first, second = mail.outbox
        assert first.to == [f"{key}@ekkoping.example"] and subject in first.subject
        assert "ny-" not in first.body  # whose the old address is now is not known
        assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
        mail.outbox.clear()


def test_a_name_corrected_is_told_to_nobody_and_ends_nothing(world, client):
    log_in(client)
    person = world.person("principal")
    actions.change_person(person=person, expected=1, name="Ragnar Ek", email=person.email, is_active=True, by=None)
    assert not ProcrastinateJob.objects.exists()
    assert client.get("/").status_code == 200


def test_a_changed_account_is_in_the_trail_where_the_person_works(world, client):
    actions.assign_role(
        person=world.person("teacher"), role="teacher", node=world.ek_team, valid_from=START, valid_to=START, by=None
    )
    correct_address(world, "teacher", "taken@ekkoping.example")
    row = AuditEvent.objects.get(event="person_changed")  # where the role has ended nobody is told
    assert (row.node_id, row.actor_id) == (world.bjork_team.pk, world.person("operator").pk)
    log_in(client)  # the principal
    trail = client.get(reverse("organisation:trail", args=[world.bjork.pk])).content.decode()
    assert "Otto Drift" in trail and "Lars Lärare" in trail and "e-postadress" in trail
    assert "taken@" not in trail


def test_an_administrator_who_corrects_their_own_address_goes_on_working(world, client):
    log_in(client, "operator@ekkoping.example")
    form = {"name": "Otto Drift", "email": "otto@ekkoping.example", "is_active": "on", "version": 1}
    client.post(reverse("organisation:person_change", args=[world.person("operator").pk]), form)
    assert Person.objects.get(pk=world.person("operator").pk).email == "otto@ekkoping.example"
    assert client.get("/").status_code == 200


def test_an_unknown_address_gets_no_mail_and_the_same_answer(world, client):
    known = client.post("/konto/losenord/glomt/", {"email": "principal@ekkoping.example"})
    mail.outbox.clear()
    unknown = client.post("/konto/losenord/glomt/", {"email": "ingen@ekkoping.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert mail.outbox == []


def test_a_password_is_changed_and_must_be_long(world, client):
    client.force_login(world.person("principal"))
    page = "/konto/losenord/"
    short = client.post(page, {"oldpassword": PASSWORD, "password1": "kort", "password2": "kort"})
    assert short.status_code == 200 and "12 tecken" in short.content.decode()
    new = "ett annat långt hemligt ord"
    assert client.post(page, {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code == 302
    client.logout()
    assert log_in(client, password=new).status_code == 302
    assert AuditEvent.objects.filter(event="person_changed", about__contains=str(world.person("principal").pk)).exists()


def test_nobody_signs_up(client):
    for address in ("/konto/registrera/", "/konto/signup/", "/accounts/signup/"):
        assert client.get(address).status_code == 404


def test_logging_out_takes_a_button_not_a_link(world, client):
    log_in(client)
    client.get("/konto/logga-ut/")
    assert client.get("/").status_code == 200
    client.post("/konto/logga-ut/")
    assert client.get("/").status_code == 302


def test_naughty_strings_at_the_login_are_never_an_error(world, client, shared):
    strings = json.loads((shared / "badinput/blns.json").read_text("utf-8"))[::12]
    for text in strings:
        assert log_in(client, text, text, next=text).status_code in (200, 429)
        assert client.post("/konto/losenord/glomt/", {"email": text}).status_code in (200, 429)
        assert client.get(LOGIN, {"next": text}).status_code == 200
