"""How a write is made: one transaction, a version check, once per form.

`action` marks the functions that write. `save_version` is the only way to change a `Versioned` row. `unless_taken` lets
the database say what there may only be one of: a look beforehand would miss what somebody else writes at that moment.
Idempotency of forms is kept by `access.gate`, which wraps every view (`once`).
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar
from uuid import UUID, uuid5

from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from psycopg.errors import DeadlockDetected, UniqueViolation

from .errors import Conflict, Refused
from .models import FormKey, Versioned

P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V", bound=Versioned)
TRIES = 3  # of a form, where the database ends it for the sake of another's


def action(function: Callable[P, R]) -> Callable[P, R]:
    """An action: keyword-only, takes `by=`, and happens whole or not at all."""
    parameters = inspect.signature(function).parameters
    if "by" not in parameters or any(p.kind is not p.KEYWORD_ONLY for p in parameters.values()):
        raise TypeError(f"{function.__qualname__}: an action is keyword-only and takes by=")

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            return function(*args, **kwargs)

    return wrapper


def save_version(row: V, *, expected: int, fields: dict[str, Any]) -> V:
    """Write `fields` to `row` if it still stands at version `expected`; its version becomes expected + 1.

    Raises Conflict with the row as it stands now when somebody else was first.
    """
    model = type(row)
    changed = model._default_manager.filter(pk=row.pk, version=expected).update(**fields, version=expected + 1)
    if not changed:
        raise Conflict(model._default_manager.get(pk=row.pk))
    for name, value in fields.items():
        setattr(row, name, value)
    row.version = expected + 1
    return row


@contextmanager
def unless_taken(sentence: str, *constraints: str) -> Iterator[None]:
    """Raises Refused with `sentence` where what is written inside meets one of these unique constraints or indexes.

    A savepoint: the transaction goes on.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        found = error.__cause__
        if isinstance(found, UniqueViolation) and found.diag.constraint_name in constraints:
            raise Refused(sentence) from error
        raise


def _content(request: HttpRequest) -> str:
    """A digest of what was sent, and where to: every field but the token, every file."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    digest = hashlib.sha256(repr((request.path, fields)).encode("utf-8", "surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.size)).encode("utf-8", "surrogatepass"))
            for chunk in file.chunks():
                digest.update(chunk)
    return digest.hexdigest()


def once(request: HttpRequest, person_id: UUID, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a POST; the same form with the same content again repeats the first answer's redirect, writes nothing.

    Other content under the same key (changed after going back in the browser) is another form, or words would be lost.
    A form that did not lead on (a redirect) has written nothing and may be sent again with its key.
    """
    try:
        key = uuid5(UUID(request.POST.get("_key", "")), _content(request))
    except ValueError:
        return answer()
    tried = 0
    while True:
        try:
            return _answer_once(request, person_id, key, answer)
        except OperationalError as error:
            # Two wanted the same rows in opposite order and the database ended ours: nothing is written, so once more.
            tried += 1
            if tried == TRIES or not isinstance(error.__cause__, DeadlockDetected):
                raise


def _answer_once(request: HttpRequest, person_id: UUID, key: UUID, answer: Callable[[], HttpResponse]) -> HttpResponse:
    with transaction.atomic():
        try:
            with transaction.atomic():
                kept = FormKey.objects.create(person_id=person_id, key=key, path=request.path[:500])
        except IntegrityError:
            location = FormKey.objects.values_list("location", flat=True).get(person_id=person_id, key=key)
            return HttpResponseRedirect(location or request.path)
        response = answer()
        if isinstance(response, HttpResponseRedirect):
            kept.location = response.url[:1000]
            kept.save(update_fields=["location"])
        else:
            kept.delete()
        return response
