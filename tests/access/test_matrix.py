"""Every role x every route x (own place, child, parent, sibling, ended role) x GET and POST, against `table.py`.

A denied request gets 404 outside the role's scope and 403 inside, writes nothing whatever, and tells nothing of the
other place's people and texts. Routes come from the URL resolver: one that the table does not know fails.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from styrkedja.core.models import FormKey
from styrkedja.organisation import actions
from styrkedja.organisation.models import Node, Person
from tests.access.samples import CANARY, SAMPLES, Place, holder
from tests.access.table import RELATIONS, ROLES, ROUTES, Route, may, variants
from tests.standing import put_up
from tests.world import START

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|COPY|TRUNCATE)\b", re.IGNORECASE)
# The login itself, and the key of a form: that one is taken back with a refusal, which `_ask` checks.
MEANWHILE = ("django_session", "core_formkey")


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern, set[str]]]:
    """(full name, pattern, names of its parameters) of every route."""
    resolver = resolver or get_resolver()
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            inner = f"{prefix}{found.namespace}:" if found.namespace else prefix
            yield from patterns(found, inner)
        else:
            yield f"{prefix}{found.name}", found, set(found.pattern.regex.groupindex)


ALL = list(patterns())
# Those that lack an entry are named by one test of their own, not by every other.
KNOWN = [(name, kwargs) for name, _, kwargs in ALL if name in ROUTES and kwargs <= set(SAMPLES)]


def test_every_view_declares_who_may():
    undeclared = [name for name, pattern, _ in ALL if not hasattr(pattern.callback, "access")]
    assert undeclared == []


def test_every_route_is_in_the_table_and_every_id_has_a_sample():
    assert sorted(name for name, _, _ in ALL if name not in ROUTES) == []
    assert sorted({name.split(" ")[0] for name in ROUTES} - {name for name, _, _ in ALL}) == []
    assert sorted({kwarg for _, _, kwargs in ALL for kwarg in kwargs} - set(SAMPLES)) == []


def test_every_role_is_in_the_table():
    from styrkedja.access.roles import ROLES as built

    assert set(built) == set(ROLES)


@pytest.fixture
def places(db: None) -> SimpleNamespace:
    """The usual world, with a sibling at every level and somebody with a telling name at every place."""
    world = put_up()
    sector = actions.add_node(
        parent=world.administration, kind="administration", name="Grundskola", valid_from=START, by=None
    )

    def add(parent: Node, kind: str, name: str) -> Node:
        return actions.add_node(parent=parent, kind=kind, name=name, valid_from=START, by=None)

    for unit in (world.bjork, world.ek):
        actions.move_node(node=unit, parent=sector, from_date=dt.date(2021, 1, 1), by=None)
    found = {
        "council": world.council,
        "committee": world.committee,
        "committee_2": add(world.council, "committee", "Socialnämnden"),
        "administration": world.administration,
        "sector": sector,
        "sector_2": add(world.administration, "administration", "Gymnasieskola"),
        "bjork": world.bjork,
        "ek": world.ek,
        "bjork_team": world.bjork_team,
        "bjork_team_2": add(world.bjork, "team", "Arbetslag F-3 Björk"),
        "bjork_group": add(world.bjork_team, "group", "8A"),
    }
    strangers = {key: holder(f"{CANARY} {key}", next(iter(_roles_at(node))), node) for key, node in found.items()}
    return SimpleNamespace(nodes=found, strangers=strangers)


def _roles_at(node: Node) -> Iterator[str]:
    from styrkedja.access.roles import ROLES as built

    yield from (role.id for role in built.values() if node.kind in role.levels)


class Watch:
    """Notes what a request writes."""

    def __init__(self) -> None:
        self.writes: list[str] = []

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if WRITES.match(text) and not any(table in text for table in MEANWHILE):
            self.writes.append(text[:120])
        return execute(sql, params, many, context)


# (route, method) of views that were seen to know only the other method: not asked again, which halves the matrix.
NOT_TAKEN: set[tuple[str, str]] = set()


class _Undo(Exception):
    """Takes back whatever one cell of the matrix did."""


def _ask(client: Any, method: str, name: str, kwargs: dict[str, Any]) -> tuple[Any, list[str]]:
    """One request, taken back afterwards: the answer, and what was written meanwhile."""
    address = reverse(name, kwargs=kwargs)
    watch, answer = Watch(), None
    try:
        with transaction.atomic():
            with connection.execute_wrapper(watch):
                answer = client.get(address) if method == "GET" else client.post(address, {"_key": str(uuid.uuid4())})
            if FormKey.objects.exists():
                watch.writes.append("a form key")
            raise _Undo
    except _Undo:
        return answer, watch.writes


def _is_login(answer: Any) -> bool:
    return answer.status_code == 401 or (answer.status_code == 302 and answer.url.startswith("/konto/logga-in/"))


def _outcome(answer: Any) -> str:
    if _is_login(answer):
        return "login"
    return {403: "403", 404: "404"}.get(answer.status_code, "allowed" if answer.status_code < 500 else "error")


def _expected(route: Route, allowed: bool, relation: str) -> str:
    if allowed:
        return "allowed"
    if route.hidden or route.at_node:
        return "403" if route.at_node and relation in ("own", "child") else "404"
    return "403"


def _hidden(role: str, route: Route, relation: str) -> str:
    """A page of an object without a node: 403 to those who lack the capability altogether, 404 to the others."""
    if not any(need in ROLES[role][1] for need in route.needs) or relation == "ended":
        return "403"
    return "allowed" if may(role, route, relation) else "404"


def _body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace") + str(dict(answer.headers))


def _most_of(place: str) -> str:
    """The role of a place with the most rights: what it loses when it ends, the others there do too."""
    return max((role for role, (where, _has) in ROLES.items() if where == place), key=lambda role: len(ROLES[role][1]))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_what_the_table_says(role: str, places: SimpleNamespace, client: Any) -> None:
    place, _has = ROLES[role]
    asker = holder(f"Frågare {role}", role, places.nodes[place])
    ended = holder(f"Avslutad {role}", role, places.nodes[place], last_day=dt.date.today() - dt.timedelta(days=1))
    wrong, cells = [], 0
    gone = [(ended, {"ended": place})] if role == _most_of(place) else []
    for person, relations in ((asker, RELATIONS[place]), *gone):
        client.force_login(person)
        for relation, key in relations.items():
            if key is None:
                continue
            samples = Samples(person, places.nodes[key], places.strangers[key])
            for name, kwargs in KNOWN:
                if name == "account_logout" or (relation not in ("own", "ended") and not kwargs):
                    continue
                for route, method in product(variants(name, kwargs), ("GET", "POST")):
                    if (name, method) in NOT_TAKEN:
                        continue
                    cells += 1
                    wrong += _cell(client, role, relation, method, name, route, samples.values(route, kwargs))
    assert wrong == []
    assert cells > 100


@dataclass
class Samples:
    """Objects at one node, made once for each state."""

    asker: Person
    node: Node
    stranger: Person
    places: dict[str, Place] = field(default_factory=dict)

    def values(self, route: Route, kwargs: set[str]) -> dict[str, Any]:
        place = self.places.setdefault(route.state, Place(self.node, self.asker, self.stranger, route.state))
        return {kwarg: place.value(kwarg) for kwarg in kwargs}


def _cell(
    client: Any, role: str, relation: str, method: str, name: str, route: Route, kwargs: dict[str, Any]
) -> list[str]:
    """What is wrong with one cell of the matrix."""
    answer, writes = _ask(client, method, name, kwargs)
    wrong = []
    if route.public or (not route.needs):
        expected = "allowed"
    elif route.hidden:
        expected = _hidden(role, route, relation)
    elif relation == "ended":
        expected = "404" if route.at_node else "403"
    else:
        expected = _expected(route, may(role, route, relation), relation)
    got = _outcome(answer)
    cell = f"{method} {name} as {role}, {relation}"
    if answer.status_code == 405:  # the view knows only the other method, and says so to everybody
        NOT_TAKEN.add((name, method))
        return wrong
    if got != expected and not (expected == "allowed" and answer.status_code in route.also):
        wrong.append(f"{cell}: {got} ({answer.status_code}), expected {expected}")
    elif expected != "allowed":
        if writes:
            wrong.append(f"{cell}: denied, but wrote {writes}")
        if CANARY in _body(answer):
            wrong.append(f"{cell}: denied, but told")
    return wrong


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_gets_in_without_logging_in(method: str, places: SimpleNamespace, client: Any) -> None:
    wrong = []
    samples = Samples(places.strangers["bjork"], places.nodes["bjork"], places.strangers["bjork"])
    for name, kwargs in KNOWN:
        route = variants(name, kwargs)[-1]
        answer, writes = _ask(client, method, name, samples.values(route, kwargs))
        if route.public:
            wrong += [f"{method} {name}: {answer.status_code}"] if _outcome(answer) in ("403", "404", "error") else []
        elif answer.status_code != 405 and (not _is_login(answer) or writes or CANARY in _body(answer)):
            wrong.append(f"{method} {name}: {answer.status_code} {writes}")
    assert wrong == []
