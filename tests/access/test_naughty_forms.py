"""Every form a role meets, sent back with what nobody should write: never a 500, never markup that lives (trust.md G4).

Forms are found by following links from the start page, so a new page or field is tried without being named here.
Every field of every form gets one bad value a round; STYRKEDJA_ROUNDS says how many, STYRKEDJA_SEED which.
"""

from __future__ import annotations

import os
import random
import re
import uuid
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.analyses import quoted, row_actions
from styrkedja.core.periods import end_year, school_year, school_year_on
from styrkedja.organisation import unit_actions
from styrkedja.organisation.unit_rows import UnitRow
from styrkedja.reports.actions import make_report
from tests.analyses.writing import KNOWLEDGE, PERIOD, begin, established, fill, submitted
from tests.intake.uploading import CORRECTED, LOCAL, upload
from tests.plans import chain_of_goals as goals
from tests.reports.material import large, own
from tests.world import World

ROUNDS = int(os.environ.get("STYRKEDJA_ROUNDS", "1"))
SEED = int(os.environ.get("STYRKEDJA_SEED", "20261122"))
PEOPLE = ("quality", "operator", "principal", "head", "registrar", "team_lead", "teacher")
OURS = {"_key", "csrfmiddlewaretoken"}
PAGES_OF_A_KIND = 2  # looked at as each person
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MARKUP = "<kanarie a='b' c=\"d\">&amp;{{ 7 }}{% now %}"
VALUES = (
    MARKUP, "", " ", "0", "-1", "1", "2", "9" * 30, "1e309", "NaN", "None", "null", "[]", "{}", "on", "\0", "a\0b",
    "å" * 100_000, "\u202e\u2066", "\n\r\n", "İ", "²", "٣", "１", "1_0", "+1", "1.5", "%s%n{0}", "../../etc/passwd",
    "' OR 1=1 --", "=1+1", "2024/25", "9999/00", "0000/01",
    "operator@ekkoping.example", "Operator@EKKOPING.example", "ß@ekkoping.example", "https://elak.example/",
    "00000000-0000-0000-0000-000000000000", "school_unit|11111111|pass_all_final||2024/25|T||all|skv_slutbetyg9",
)  # fmt: skip
DAYS = ("0001-01-01", "1800-01-01", "2024-02-30", "2099-01-01", "2999-12-31", "9999-12-31")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
PLAIN = ("2026-11-22", "Text", "2024/25", "1")  # for fields that stand empty


@dataclass
class Form:
    """fields: name -> what could stand there as the page is shown."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, [], []
        self.form: Form | None = None
        self.offered: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        said = dict(attrs)
        if tag == "a" and (said.get("href") or "").startswith(("/", "?")):
            self.links.append(said["href"])
        elif tag == "form":
            self.form = Form(said.get("action") or self.address, (said.get("method") or "get").lower())
            self.forms.append(self.form)
        elif tag in ("input", "select", "textarea", "button") and self.form and said.get("name"):
            self.offered = self.form.fields.setdefault(said["name"], [])
            self.offered += [said["value"]] if said.get("value") else []
        elif tag == "option" and said.get("value"):
            self.offered.append(said["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None


def met(client: Client) -> Iterator[Form]:
    """The forms on the pages this person comes to: a few of every kind."""
    seen: Counter[str] = Counter()
    waiting, known = deque(["/"]), {"/"}
    while waiting:
        address = waiting.popleft()
        kind = resolve(address.split("?")[0]).view_name
        seen[kind] += 1
        if seen[kind] > PAGES_OF_A_KIND or kind == "account_logout":
            continue
        answer = client.get(address, follow=True)
        assert answer.status_code < 500, address
        if answer.streaming or "html" not in answer.headers["Content-Type"]:
            continue
        page = Page(answer.request["PATH_INFO"], answer.content.decode())
        yield from page.forms
        links = {(page.address + link if link[0] == "?" else link).split("#")[0] for link in page.links} - known
        known |= links
        waiting += sorted(links)


def filled_in(chance: random.Random, form: Form, wrong: str, ids: list[str]) -> dict[str, Any]:
    """The form as it could be sent, but for one field with something nobody should write."""
    data: dict[str, Any] = {name: chance.choice(offered or PLAIN) for name, offered in form.fields.items()}
    usual = str(data.get(wrong))
    worst = DAYS if DAY.fullmatch(usual) else [*VALUES, *ids] if ID.fullmatch(usual) else VALUES
    data[wrong] = chance.choice(chance.choice((worst, VALUES)))
    return data | {"_key": str(uuid.UUID(int=chance.getrandbits(128)))}


@pytest.fixture
def full_world(world: World) -> World:
    """Figures, analyses in every state, reports, files and a list of units on their way in."""
    large("11111111", "Björkskolan", [70.0, 74.0, 79.2])
    own(world.bjork, 3, 44.7)
    principal = world.person("principal")
    last = begin(world, period="2023/24")
    fill(last, principal)
    established(world, last)
    handed_in = begin(world, node=world.ek, who="principal_ek")
    fill(handed_in, world.person("principal_ek"))
    submitted(world, handed_in, "principal_ek")
    draft = begin(world)
    fill(draft, principal)
    figure = quoted.figures_to_quote(Access(principal), world.bjork, PERIOD)[0]
    frozen = quoted.freeze(Access(principal), world.bjork, PERIOD, quoted.identity(figure))
    assert frozen
    row_actions.quote_figure(analysis=draft, area=KNOWLEDGE, node=world.bjork, figure=frozen, by=principal)
    begin(world, node=world.council, who="head")
    begin(world, node=world.bjork_team, who="team_lead")
    make_report(node=world.bjork, period="2023/24", by=principal)
    _goals(world)
    client = Client()
    client.force_login(world.person("quality"))
    upload(client, LOCAL)
    upload(client, CORRECTED, "rättad.csv")
    rows = [UnitRow("99999999", "Ny skola"), UnitRow("11111111", "Björkskolan 2")]
    quality = world.person("quality")
    unit_actions.keep_unit_list(file_name="lista.csv", form="template", rows=rows, errors=[], by=quality)
    return world


def _goals(world: World) -> None:
    """Goals in every state at the school, a proposal of the committee's, and what council has decided."""
    of_this_year = {"period": school_year_on(timezone.localdate())}
    goals.decision(world, kind="vision", title="Vision")
    ours = goals.decided(world, **of_this_year)
    goals.proposed(world, title="Ett förslag", **of_this_year)
    goals.proposed(world, node=world.council, who="quality", **of_this_year)
    goals.decided(world, title="Förra årets", period=school_year(end_year(ours.period) - 1))


class _Undo(Exception):
    pass


def test_no_form_falls_over_what_is_written_in_it(full_world: World) -> None:
    chance, client = random.Random(SEED), Client(raise_request_exception=False)
    kinds: dict[str, list[tuple[str, Form]]] = {}
    for key in PEOPLE:
        client.force_login(full_world.person(key))
        for form in met(client):
            kinds.setdefault(f"{form.method} {ID.sub('', form.action)}", []).append((key, form))
    ids = sorted({found for held in kinds.values() for _key, form in held for found in ID.findall(form.action)})
    assert sum(kind.startswith("post") for kind in kinds) > 40
    fields = [(kind, name) for kind, held in kinds.items() for name in held[0][1].fields if name not in OURS]
    for kind, name in fields * ROUNDS:
        key, form = chance.choice(kinds[kind])
        key = chance.choice(PEOPLE) if chance.random() < 0.1 else key
        action = ID.sub(lambda found: chance.choice(ids) if chance.random() < 0.05 else found[0], form.action)
        data, headers = filled_in(chance, form, name, ids), chance.choice(({}, {}, {"X-Autosave": "1"}))
        try:
            with transaction.atomic():
                client.force_login(full_world.person(key))
                send = client.post if form.method == "post" else client.get
                answer = send(action, data, headers=headers)
                assert answer.status_code < 500, (key, form.method, action, data)
                if answer.status_code == 302 and answer.url.startswith("/"):
                    answer = client.get(answer.url)
                    assert answer.status_code < 500, (key, form.method, action, data, answer.request)
                assert "html" not in answer["Content-Type"] or b"<kanarie" not in answer.content, (action, data)
                raise _Undo
        except _Undo:
            pass
