"""Every page, for those who may see it, on the demo's own material: whole, accessible, narrow, and in one language.

The routes come from the URL resolver, who may see them from `tests/access/table.py`, their objects from
`tests/access/samples.py`. What a page links to is followed too: the demo's own objects, and every view of a page.
"""

from __future__ import annotations

import re
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
from tests.access.table import may, variants
from tests.access.test_matrix import KNOWN
from tests.browser.conftest import NARROW, WIDE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Those with the most rights first. The later see only what no one before them saw, but for `OWN_VIEW`.
LOOKING = ("quality_lead", "principal", "teacher", "operator")
OWN_VIEW = ("quality_lead", "principal", "teacher")
NOT_PAGES = {  # a piece of a page, two files that the samples lack, two words for a machine
    "intake:progress", "intake:errors_csv", "intake:batch_file", "healthz", "readyz",
}  # fmt: skip
SENT = {  # only forms are sent there; a new one fails the sweep until it stands here
    "set_language", "intake:confirm", "intake:discard", "reports:make", "analyses:start", "analyses:step",
    "analyses:units", "analyses:quote", "analyses:cite", "analyses:move", "analyses:add", "analyses:row",
    "analyses:delete", "analyses:restore",
}  # fmt: skip
# Years in which the demo has written nothing.
PERIODS = {"draft": "2020/21", "submitted": "2019/20", "established": "2018/19", "": "2017/18"}
ENGLISH_FROM = 13  # letters: shorter words may be names, or the same in Swedish


@pytest.fixture
def everything(transactional_db, monkeypatch) -> None:
    load()
    monkeypatch.setattr(samples, "PERIODS", PERIODS)


def english() -> set[str]:
    """The pieces of every text of code and templates that has to be translated, between what varies in them."""
    texts = " ".join(str(m.string) for catalogue in translations.catalogues().values() for m in catalogue)
    ids = [message for _, message, _, _ in translations.messages()]
    whole = [one for message in ids for one in ([message] if isinstance(message, str) else message)]
    pieces = {piece.strip() for text in whole for piece in re.split(r"%%|%\(\w+\)[sd]", text)}
    return {piece for piece in pieces if len(piece) >= ENGLISH_FROM and piece not in texts}


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
    routes: int = 0  # how many of `seen` came from the resolver, and not from links

    def __post_init__(self) -> None:
        self.visitor.page.set_viewport_size(self.window)
        self.visitor.page.on("console", lambda m: self.said.append(m.text) if m.type == "error" else None)

    def look(self, address: str) -> None:
        """Open a page and note its faults. Axe looks at the narrow window in Swedish, at the wide one in English."""
        status = self._open(address)
        if status is None:
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
        self.said.clear()
        try:
            answer = self.visitor.page.goto(self.visitor.address + address)
        except Error as error:
            assert "Download is starting" in str(error), f"{address}: {error}"
            return None
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


def addresses(role: str, node: Node, asker: Person, stranger: Person) -> Iterator[tuple[str, str]]:
    """(route's name, address) of what the table lets the role see at its own place."""
    places: dict[str, Place] = {}
    for name, kwargs in KNOWN:
        for route in variants(name, kwargs):
            if name in NOT_PAGES | SENT or route.public or not may(role, route, "own"):
                continue
            place = places.setdefault(route.state, Place(node, asker, stranger, route.state))
            yield name, reverse(name, kwargs={kwarg: place.value(kwarg) for kwarg in kwargs})


def kind_of(address: str) -> tuple[str, ...] | None:
    """Pages of one kind share the route, and which choices of view are made; None for what is not a page of ours."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    return None if found.view_name in NOT_PAGES | SENT else (found.view_name, *sorted(parse_qs(parts.query)))


def follow(sweep: Sweep) -> None:
    """The pages linked to, one of each kind, and one step further."""
    sweep.routes = len(sweep.seen)
    kinds = set()
    for _step in range(2):
        links, sweep.links = dict.fromkeys(sweep.links), []
        for address in links:
            kind = kind_of(address)
            if kind and len(kind) <= 2 and kind not in kinds and address not in sweep.seen:
                kinds.add(kind)
                sweep.look(address)


def in_swedish(guest, role: str, words: set[str], met: set[str]) -> Sweep:
    """What a role sees at its own place. `met`: routes somebody before it saw; they are added to."""
    member = next(one for one in cast.PEOPLE if one.role == role and one.shown)
    asker = Person.objects.get(email=member.email)
    node = Assignment.objects.get(person=asker).node
    sweep = Sweep(guest(asker.email, password=cast.PASSWORD), role, words)
    mine = list(addresses(role, node, asker, holder(f"Någon {role}", role, node)))
    for name, address in mine:
        if role in OWN_VIEW or name not in met:
            sweep.look(address)
    met |= {name for name, _ in mine}
    return sweep


def in_english(sweep: Sweep) -> Sweep:
    """A page of every route again, in the other language."""
    sweep.visitor.speak("en")
    again = Sweep(sweep.visitor, f"{sweep.who} in English")
    for address in sweep.seen[: sweep.routes]:
        again.look(address)
    return again


def test_every_page_is_whole(guest, everything):
    words, met = english(), set()
    sweeps = [in_swedish(guest, role, words, met) for role in LOOKING]
    follow(sweeps[0])
    sweeps.append(in_english(sweeps[0]))
    faults = [fault for sweep in sweeps for fault in sweep.faults]
    assert not faults, "\n".join(faults)
    assert sum(len(sweep.seen) for sweep in sweeps) > 100


@pytest.mark.parametrize("language", ["sv", "en"])
def test_pages_for_everybody_are_whole(visit, language):
    visitor = visit(None)
    visitor.go("account_login")
    visitor.speak(language)
    sweep = Sweep(visitor, "nobody", english() if language == "sv" else set())
    for name, kwargs in KNOWN:
        if name not in NOT_PAGES | SENT and variants(name, kwargs)[0].public:
            sweep.look(reverse(name, kwargs={kwarg: samples.SAMPLES[kwarg](None) for kwarg in kwargs}))
    assert not sweep.faults, "\n".join(sweep.faults)
    assert len(sweep.seen) >= 5
