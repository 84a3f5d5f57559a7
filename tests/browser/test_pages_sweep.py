"""Every page, for those who may see it, on the demo's own material: whole, accessible, narrow, and in one language.

The routes come from the URL resolver, who may see them from `tests/access/table.py`, their objects from
`tests/access/samples.py`. What a page links to is followed too: the demo's own objects, and every view of a page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Error

from demo import cast
from demo.load import load
from styrkedja.config import translations
from styrkedja.organisation.models import Assignment, Node, Person
from tests.access import samples
from tests.access.samples import Place, holder
from tests.access.table import Route, may, variants
from tests.access.test_matrix import KNOWN
from tests.browser.conftest import NARROW, WIDE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Those with the most rights first. The later see only what no one before them saw, but for `OWN_VIEW`.
LOOKING = ("quality_lead", "principal", "teacher", "administration_head", "operator")
OWN_VIEW = ("quality_lead", "principal", "teacher")
NOT_PAGES = {"intake:progress", "healthz", "readyz"}  # a piece of a page; two words for a machine
# Years in which the demo has written nothing.
PERIODS = {"draft": "2020/21", "submitted": "2019/20", "established": "2018/19", "": "2017/18"}
LIKE_IT = 2  # pages of a kind that are followed from links
ENGLISH_FROM = 13  # letters: shorter words may be names, or the same in Swedish


@pytest.fixture
def everything(transactional_db, monkeypatch) -> None:
    load()
    monkeypatch.setattr(samples, "PERIODS", PERIODS)


def english() -> set[str]:
    """Every text of code and templates that has to be translated, without parts that vary."""
    ids = {
        one
        for _, message, _, _ in translations.messages()
        for one in ([message] if isinstance(message, str) else message)
    }
    known = {str(m.string) for catalogue in translations.catalogues().values() for m in catalogue}
    return {text for text in ids if len(text) >= ENGLISH_FROM and "%" not in text and text not in known}


@dataclass
class Sweep:
    """One round of one person: what was seen, and what was wrong with it."""

    visitor: Visitor
    who: str
    words: set[str] = field(default_factory=set)  # English ones, not to be found on a Swedish page
    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # by the browser's console

    def __post_init__(self) -> None:
        self.visitor.page.set_viewport_size(self.window)
        self.visitor.page.on("console", lambda m: self.said.append(m.text) if m.type == "error" else None)

    def look(self, address: str, *, also: tuple[int, ...] = ()) -> None:
        """Open a page and note its faults. Axe looks at the narrow window in Swedish, at the wide one in English."""
        status = self._open(address)
        if status in (None, 405, *also):
            return
        if status != 200:
            self.faults.append(f"{self.who} {address}: {status}")
            return
        page = self.visitor.page
        found = [*self._whole(), *self.visitor.violations(), *self.said]
        page.set_viewport_size(NARROW)
        found.append(self.visitor.sideways_scroll())
        page.set_viewport_size(self.window)
        self.faults += [f"{self.who} {address}: {fault}" for fault in found if fault]
        self.seen.append(address)
        self.links += page.eval_on_selector_all(
            "main a[href]",
            "all => all.map(a => new URL(a.getAttribute('href'), document.baseURI))"
            ".map(url => url.pathname + url.search)",
        )

    @property
    def window(self) -> dict[str, int]:
        return NARROW if self.words else WIDE

    def _open(self, address: str) -> int | None:
        """The answer's status; None for a file to save."""
        page, statuses = self.visitor.page, {}
        self.said.clear()
        page.once("response", lambda answer: statuses.setdefault("first", answer.status))
        try:
            answer = page.goto(self.visitor.address + address)
        except Error as error:  # a file, or an answer without a body
            page.goto("about:blank")
            return None if "Download is starting" in str(error) else statuses["first"]
        assert answer is not None
        return answer.status

    def _whole(self) -> Iterator[str]:
        page = self.visitor.page
        title, headings = page.title(), page.locator("h1").count()
        if not re.fullmatch(r".+ – Styrkedja", title) or title.startswith(" "):
            yield f"its title is {title!r}"
        if headings != 1:
            yield f"it has {headings} h1"
        language = page.locator("html").get_attribute("lang")
        if language != ("sv" if self.words else "en"):
            yield f"its language is {language}"
        text = page.evaluate("document.body.innerText")
        yield from (f"English on it: {word}" for word in self.words if re.search(rf"\b{re.escape(word)}", text))


def addresses(role: str, node: Node, asker: Person, stranger: Person) -> Iterator[tuple[str, str, Route]]:
    """(route's name, address, route) of what the table lets the role see at its own place."""
    places: dict[str, Place] = {}
    for name, kwargs in KNOWN:
        for route in variants(name, kwargs):
            if name in NOT_PAGES or route.public or not may(role, route, "own"):
                continue
            place = places.setdefault(route.state, Place(node, asker, stranger, route.state))
            yield name, reverse(name, kwargs={kwarg: place.value(kwarg) for kwarg in kwargs}), route


def kind_of(address: str) -> tuple[str, ...] | None:
    """Pages of one kind share the route, and which choices of view are made; None for what is not a page of ours."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    return None if found.view_name in NOT_PAGES else (found.view_name, *sorted(parse_qs(parts.query)))


def follow(sweep: Sweep) -> None:
    """The pages linked to, a couple of each kind, and one step further."""
    kinds = Counter(kind_of(address) for address in sweep.seen if "?" in address)
    for _step in range(2):
        links, sweep.links = dict.fromkeys(sweep.links), []
        for address in links:
            kind = kind_of(address)
            if kind and len(kind) <= 2 and kinds[kind] < LIKE_IT and address not in sweep.seen:
                kinds[kind] += 1
                sweep.look(address)


def test_every_page_is_whole(guest, everything):
    words, names, faults, pages = english(), set(), [], 0
    for role in LOOKING:
        member = next(one for one in cast.PEOPLE if one.role == role and one.shown)
        asker = Person.objects.get(email=member.email)
        node = Assignment.objects.get(person=asker).node
        stranger = holder(f"Någon {role}", role, node)
        sweep = Sweep(guest(asker.email, password=cast.PASSWORD), role, words)
        wanted = list(addresses(role, node, asker, stranger))
        for name, address, route in wanted:
            if role in OWN_VIEW or name not in names:
                sweep.look(address, also=route.also)
        names |= {name for name, _, _ in wanted}
        if role == LOOKING[0]:
            follow(sweep)
            english_sweep = Sweep(sweep.visitor, f"{role} in English")
            sweep.visitor.speak("en")
            for address in list(dict.fromkeys(sweep.seen)):
                english_sweep.look(address)
            faults += english_sweep.faults
            pages += len(english_sweep.seen)
        faults += sweep.faults
        pages += len(sweep.seen)
    print(f"{pages} pages")
    assert not faults, "\n".join(faults)
    assert pages > 100


def test_pages_for_everybody_are_whole(guest, everything):
    visitor = guest()
    faults = []
    for language in ("sv", "en"):
        visitor.go("account_login")
        visitor.speak(language)
        sweep = Sweep(visitor, f"nobody, {language}", english() if language == "sv" else set())
        for name, kwargs in KNOWN:
            if name not in NOT_PAGES and variants(name, kwargs)[0].public:
                sweep.look(reverse(name, kwargs={kwarg: samples.SAMPLES[kwarg](None) for kwarg in kwargs}))
        faults += sweep.faults
        assert len(sweep.seen) >= 5
    assert not faults, "\n".join(faults)
