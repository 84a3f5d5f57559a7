"""Logging in and out, passwords, throttling, sessions: through the pages a person sees."""

import json
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from styrkedja.config import settings as as_written
from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions
from tests.world import PASSWORD

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
