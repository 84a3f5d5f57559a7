import threading
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from styrkedja.core.errors import Conflict
from styrkedja.core.models import FormKey
from styrkedja.core.writing import action, once, save_version
from styrkedja.organisation.models import Node

PERSON = uuid.UUID(int=1)


def _node(name: str = "Alskolan") -> Node:
    return Node.objects.create(kind="unit", name=name, valid_from="2020-07-01")


def _post(key: uuid.UUID | str):
    return RequestFactory().post("/x/", {"_key": str(key)})


def test_an_action_is_keyword_only_and_takes_by():
    with pytest.raises(TypeError, match="keyword-only"):

        @action
        def positional(thing, *, by): ...

    with pytest.raises(TypeError, match="keyword-only"):

        @action
        def anonymous(*, thing): ...


@pytest.mark.django_db
def test_a_save_from_an_old_version_is_refused_and_shows_what_stands():
    node = _node()
    save_version(node, expected=1, fields={"name": "Ny"})
    assert node.version == 2
    with pytest.raises(Conflict) as refused:
        save_version(Node.objects.get(), expected=1, fields={"name": "Gammal"})
    assert refused.value.current.name == "Ny"
    assert Node.objects.get().name == "Ny"


@pytest.mark.django_db
def test_the_same_form_twice_writes_once_and_leads_to_the_same_place():
    calls = []

    def answer() -> HttpResponse:
        calls.append(1)
        return HttpResponseRedirect("/klart/")

    key = uuid.uuid4()
    first, second = once(_post(key), PERSON, answer), once(_post(key), PERSON, answer)
    assert (first.url, second.url, len(calls)) == ("/klart/", "/klart/", 1)
    assert once(_post(key), uuid.UUID(int=2), answer).url == "/klart/"
    assert len(calls) == 2  # another person's form is another form


@pytest.mark.django_db
def test_changed_words_under_the_same_key_are_another_form():
    """Somebody goes back in the browser, writes on and sends again: the second text must not vanish."""
    written = []

    def send(path: str, text: str, file: bytes = b"") -> None:
        sent = {"_key": str(key), "csrfmiddlewaretoken": uuid.uuid4().hex, "text": text}
        request = RequestFactory().post(path, sent | {"file": SimpleUploadedFile("f.csv", file or b"a")})
        once(request, PERSON, lambda: (written.append((path, text, file)), HttpResponseRedirect("/klart/"))[1])

    key = uuid.uuid4()
    different = [("/x/", "ett"), ("/x/", "två"), ("/y/", "två"), ("/x/", "två", b"b")]
    for content in (*different, *different):
        send(*content)
    assert len(written) == len(different)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "not-a-key"])
def test_a_form_without_a_key_is_answered_each_time(key):
    assert once(_post(key), PERSON, lambda: HttpResponse("ok")).content == b"ok"
    assert FormKey.objects.count() == 0


@pytest.mark.django_db
def test_a_form_with_errors_may_be_sent_again():
    key = uuid.uuid4()
    once(_post(key), PERSON, lambda: HttpResponse("errors"))
    assert once(_post(key), PERSON, lambda: HttpResponseRedirect("/klart/")).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_write_once():
    key, barrier = uuid.uuid4(), threading.Barrier(2)

    def click() -> None:
        barrier.wait()
        try:
            once(_post(key), PERSON, lambda: (_node(), HttpResponseRedirect("/klart/"))[1])
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert Node.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_want_the_same_rows_in_opposite_order_both_get_their_answer():
    nodes, barrier, answers = [_node(), _node()], threading.Barrier(2), []

    def send(ordered: list[Node]) -> None:
        tries = []

        def answer() -> HttpResponse:
            tries.append(1)
            for place, node in enumerate(ordered):
                Node.objects.filter(pk=node.pk).update(version=F("version") + 1)
                if place == 0 and len(tries) == 1:
                    barrier.wait()  # each has one of the two rows
            return HttpResponseRedirect("/klart/")

        try:
            answers.append(once(_post(uuid.uuid4()), PERSON, answer).url)
        finally:
            connection.close()

    both = [threading.Thread(target=send, args=(order,)) for order in (nodes, nodes[::-1])]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert answers == ["/klart/", "/klart/"]
    assert [node.version for node in Node.objects.all()] == [3, 3]  # each written by both, once


@pytest.mark.django_db
def test_a_failed_answer_leaves_no_key_behind():
    key = uuid.uuid4()

    def fails() -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        once(_post(key), PERSON, fails)
    assert FormKey.objects.count() == 0
