"""What every answer carries, the pages of errors, language, health, and Django's own check for deployment."""

import os
import subprocess
import sys

import pytest
from django.urls import reverse

from tests.access.samples import Place
from tests.access.test_matrix import KNOWN
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

FRAMED = {"wheel:public", "wheel:public_svg"}  # what an intranet shows in a frame of its own


def test_every_route_carries_the_security_headers(world, client):
    person = world.person("quality")
    client.force_login(person)
    place = Place(world.bjork, person, world.person("principal"), "established")
    for name, kwargs in KNOWN:
        if name == "account_logout":
            continue
        answer = client.get(reverse(name, kwargs={kwarg: place.value(kwarg) for kwarg in kwargs}))
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy and "script-src 'self'" in policy, name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        if name in FRAMED:
            assert "X-Frame-Options" not in answer.headers and "frame-ancestors *" in policy, name
        else:
            assert answer.headers["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in policy, name
        assert answer.headers["Referrer-Policy"] == "same-origin", name
        assert answer.status_code in (301, 302, 405) or "no-store" in answer.headers.get("Cache-Control", ""), name


def test_check_deploy_is_clean_behind_https():
    run = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={
            **{key: value for key, value in os.environ.items() if key != "DJANGO_ALLOW_ASYNC_UNSAFE"},  # the tests' own
            "STYRKEDJA_HTTPS": "1",
            "STYRKEDJA_HOSTS": "kvalitet.ekkoping.example",
            "DJANGO_SETTINGS_MODULE": "styrkedja.config.settings",
        },
    )
    assert run.returncode == 0, run.stderr


def test_a_page_that_is_not_there_says_so_in_swedish_with_the_way_home(world, client):
    client.force_login(world.person("teacher"))
    answer = client.get("/finns-inte/")
    text = answer.content.decode()
    assert answer.status_code == 404 and "Sidan finns inte" in text and 'lang="sv"' in text and 'href="/"' in text
    answer = client.get(reverse("organisation:node_change", args=[world.bjork_team.pk]))
    assert answer.status_code == 403 and "<h1>" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_swedish(world):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/konto/logga-in/", {"login": "a@b.se", "password": "x"})
    assert answer.status_code == 403 and 'lang="sv"' in answer.content.decode() and "<h1>" in answer.content.decode()


def test_the_language_stays_with_the_person_and_on_the_page(world, client):
    person = world.person("teacher")
    client.force_login(person)
    wanted = reverse("organisation:node", args=[world.bjork.pk])
    answer = client.post(reverse("set_language"), {"language": "en", "next": wanted})
    assert answer.url == wanted
    assert 'lang="en"' in client.get(wanted).content.decode()
    person.refresh_from_db()
    assert person.language == "en"
    client.cookies.clear()
    client.force_login(person)
    assert "The chain" in client.get(reverse("organisation:chain"), headers={"Accept-Language": "sv"}).content.decode()
    assert client.post(reverse("set_language"), {"language": "xx", "next": wanted}).status_code == 302
    person.refresh_from_db()
    assert person.language == "en"


def test_health_is_told_to_everybody(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


def test_a_database_behind_is_not_ready(client):
    from django.db.migrations.recorder import MigrationRecorder

    from tests.conftest import as_owner

    last = MigrationRecorder.Migration.objects.filter(app="organisation").latest("id")
    as_owner(f"DELETE FROM django_migrations WHERE id = {last.pk}")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "migrations"})
