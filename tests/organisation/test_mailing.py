"""Mail leaves with what it tells of, or not at all; worded when it leaves, for whoever the person is by then."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.organisation import actions, mailing, tasks
from styrkedja.organisation.models import Mail, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def subject(settings, tmp_path):
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "news_subject.txt").write_text("{{ node }}\nwaits for {{ name }}")
    (folder / "news.txt").write_text("{% load i18n %}{% translate 'Save' %} {{ link }}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    settings.PUBLIC_ADDRESS = "https://kvalitet.ekkoping.example"


def send(to: Person) -> None:
    mailing.send(to=to, kind=Mail.NEWS, template="tests/news", path="/dialoger/1/", words={"node": "Björkskolan"})


def leave() -> list[mail.EmailMessage]:
    """Let the worker's task run for every job there is."""
    mail.outbox.clear()
    for job in ProcrastinateJob.objects.filter(task_name=mailing.SEND).order_by("id"):
        tasks.send(**job.args)
    return mail.outbox


def test_a_mail_is_one_line_of_subject_and_a_whole_link(world):
    send(world.person("principal"))
    (sent,) = leave()
    assert sent.to == ["principal@ekkoping.example"]
    assert sent.subject == "Björkskolan waits for Ragnar Björk"
    assert sent.body == "Spara https://kvalitet.ekkoping.example/dialoger/1/"


def test_it_goes_to_the_address_and_in_the_language_of_the_day_it_leaves(world):
    person = world.person("principal")
    send(person)
    actions.change_person(
        person=person, expected=1, name=person.name, email="ny@ekkoping.example", is_active=True, by=None
    )
    actions.choose_language(person=person, language="en", by=person)
    (sent,) = leave()
    assert sent.to == ["ny@ekkoping.example"] and sent.body.startswith("Save ")


def test_twice_is_one_message(world):
    send(world.person("principal"))
    first = leave()[0].extra_headers["Message-ID"]
    assert first == leave()[0].extra_headers["Message-ID"]


def test_who_declined_or_has_left_gets_none(world):
    declined, left, other = (world.person(key) for key in ("principal", "teacher", "head"))
    for person in (declined, left, other):
        send(person)
    actions.choose_mail(person=declined, declined=["news"], by=declined)
    actions.change_person(person=left, expected=1, name=left.name, email=left.email, is_active=False, by=None)
    actions.choose_mail(person=other, declined=["digest"], by=other)
    assert [message.to for message in leave()] == [["head@ekkoping.example"]]


def test_what_did_not_happen_is_told_to_nobody(world):
    with pytest.raises(RuntimeError), transaction.atomic():
        send(world.person("principal"))
        raise RuntimeError
    assert leave() == []


def ticked(client) -> list[str]:
    page = client.get("/min-lista/mejl/").content.decode()
    return re.findall(r'name="wanted" value="(\w+)"[^>]* checked', page)


def test_the_page_asks_what_one_wants(world, client):
    person = world.person("principal")
    client.force_login(person)
    assert ticked(client) == Mail.values
    client.post("/min-lista/mejl/", {"wanted": ["reminder"]})
    person.refresh_from_db()
    assert person.mail_declined == ["news", "digest"]
    assert ticked(client) == ["reminder"]
    assert client.post("/min-lista/mejl/", {"wanted": ["spam"]}).status_code == 200
    person.refresh_from_db()
    assert person.mail_declined == ["news", "digest"]
