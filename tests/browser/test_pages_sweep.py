"""Every page, for those who may see it, on the demo's own material: whole, accessible, narrow, and in one language.

The routes come from the URL resolver, who may see them from `tests/access/table.py`, their objects from
`tests/access/samples.py`. What a page links to is followed too: the demo's own objects, and every view of a page.
Axe looks at each page as it is loaded, in a wide window and in a phone's; in English, where the same markup holds
other words, only for what those can do: stay Swedish, or take more room than there is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
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
LOOKING = ("quality_lead", "principal", "registrar", "teacher", "operator")
OWN_VIEW = ("quality_lead", "principal", "teacher")
NOT_PAGES = {  # a piece of a page, two files that the samples lack, two words for a machine, what others embed
    "wheel:year_progress", "intake:progress", "intake:errors_csv", "intake:batch_file", "healthz", "readyz",
    "wheel:feed", "wheel:public", "wheel:public_svg",
}  # fmt: skip
SENT = {  # only forms are sent there; a new one fails the sweep until it stands here
    "set_language", "intake:confirm", "intake:discard", "reports:make", "reports:package", "analyses:start",
    "analyses:step", "analyses:units", "analyses:quote", "analyses:cite", "analyses:move", "analyses:add",
    "analyses:row", "analyses:delete", "analyses:restore",
    "dialogues:matrix_remind", "dialogues:remind", "dialogues:accept", "dialogues:postpone", "dialogues:close",
    "dialogues:accept_one", "dialogues:return_answer", "dialogues:release", "dialogues:feedback",
    "dialogues:answer_reply", "dialogues:remind_one", "dialogues:hand_in", "dialogues:answer_in_words",
    "dialogues:acknowledge", "dialogues:receiver_reply", "dialogues:reflection_hand_in", "dialogues:reflection_save",
    "dialogues:reflection_talk",
    "dialogues:meeting_call", "dialogues:meeting_gather", "dialogues:meeting_came", "dialogues:meeting_agree",
    "dialogues:meeting_ask", "dialogues:meeting_hold", "dialogues:meeting_reopen", "dialogues:agenda_move",
    "dialogues:agenda_remove",
    "dialogues:point_note", "dialogues:point_conclusion", "dialogues:minutes_establish", "dialogues:agreed_end",
    "dialogues:agreed_hand_on",
    "dialogues:seminar_write", "dialogues:seminar_reveal", "dialogues:proposal_move", "dialogues:self_check_remind",
    "dialogues:self_check_close", "dialogues:self_check_take_back",
    "plans:activity_done", "plans:activity_remove", "plans:carry_on", "plans:goal_delete", "plans:goal_restore",
    "plans:initiative_begin", "plans:initiative_complete", "plans:initiative_delete", "plans:initiative_restore",
    "plans:plan_comment", "plans:plan_resolve", "plans:plan_row", "plans:plan_row_add", "plans:plan_row_remove",
    "plans:plan_share", "plans:plan_start", "plans:target_remove",
    "wheel:progress_remind", "wheel:task_holder", "wheel:task_note", "wheel:task_tick",
    "wheel:year_delete", "wheel:year_from_last", "wheel:year_restore", "wheel:year_take_back",
    "wheel:year_take_back_own",
    "wheel:feed_make", "wheel:feed_revoke",
}  # fmt: skip
# Years in which the demo has written nothing.
PERIODS = {"draft": "2020/21", "submitted": "2019/20", "established": "2018/19", "": "2017/18"}
SHORTEST = 13  # letters of what is looked for: shorter words may be names, or the same in both languages
# What stands on a page in its own language: all text, also of pictures, and the words only some readers are given.
# The reader's own and others' words (`lang`, a field's content) are in the language they were written in.
TEXT = """() => {
  const own = (element) => element.closest("[lang]").lang === document.documentElement.lang, found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    if (!around.closest("script, style, template, textarea, bdi") && own(around)) found.push(texts.currentNode.data);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    const elements = [...document.body.querySelectorAll(`[${name}]`)].filter(own);
    found.push(...elements.map((element) => element.getAttribute(name)));
  }
  return found.join("\\n").replace(/\\s+/g, " ");
}"""


@pytest.fixture
def everything(transactional_db, monkeypatch) -> None:
    load()
    monkeypatch.setattr(samples, "PERIODS", PERIODS)


def words_of(language: str) -> set[str]:
    """The pieces of our texts in one language, between what varies in them, that those of the other do not hold."""
    texts: dict[str, list[str]] = {"sv": [], "en": []}
    for message in (m for catalogue in translations.catalogues().values() for m in catalogue if m.id):
        texts["en"] += [message.id] if isinstance(message.id, str) else message.id
        texts["sv"] += [message.string] if isinstance(message.string, str) else message.string
    for path in (settings.BASE_DIR / "styrkedja").rglob("*.toml"):
        for name, held in texts.items():
            held += re.findall(rf'\b{name} = "([^"]+)"', path.read_text("utf-8"))
    mine, others = texts.pop(language), " ".join(*texts.values())
    pieces = {piece.strip(" .:;,\n") for text in mine for piece in re.split(r"%%|%\(\w+\)[sd]", text)}
    return {piece for piece in pieces if len(piece) >= SHORTEST and piece not in others}


@dataclass
class Sweep:
    """One round of one person: what was seen, and what was wrong with it."""

    visitor: Visitor
    who: str
    language: str
    foreign: re.Pattern[str]  # words of the other language, not to be found here
    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # by the browser's console

    def __post_init__(self) -> None:
        self.visitor.page.set_viewport_size(WIDE)
        self.visitor.page.on("console", lambda m: self.said.append(m.text) if m.type == "error" else None)

    def look(self, address: str) -> None:
        """Open a page and note its faults, in both windows."""
        status = self._open(address)
        if status is None:
            return
        if status != 200:
            self.faults.append(f"{self.who} in {self.language} {address}: {status}")
            return
        page = self.visitor.page
        found = [*self._whole(), *self.said, *self._barriers()]
        page.set_viewport_size(NARROW)
        # Colours are the same in both windows, and looking at them takes much of axe's time.
        found += [self.visitor.sideways_scroll(), *(f"narrow: {one}" for one in self._barriers("color-contrast"))]
        page.set_viewport_size(WIDE)
        self.faults += [f"{self.who} in {self.language} {address}: {fault}" for fault in found if fault]
        self.seen.append(address)
        self.links += page.eval_on_selector_all(
            "main a[href]",
            "all => all.map(a => new URL(a.getAttribute('href'), document.baseURI))"
            ".map(url => url.pathname + url.search)",
        )

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

    def _barriers(self, *but: str) -> list[str]:
        return self.visitor.violations(but=but) if self.language == "sv" else []

    def _whole(self) -> Iterator[str]:
        page = self.visitor.page
        title, headings = page.title(), page.locator("h1").count()
        if not re.fullmatch(r".+ – Styrkedja", title) or title.startswith(" "):
            yield f"its title is {title!r}"
        if headings != 1:
            yield f"it has {headings} h1"
        language = page.locator("html").get_attribute("lang")
        if language != self.language:
            yield f"its language is {language}"
        yield from {f"not in {language}: {found}" for found in self.foreign.findall(page.evaluate(TEXT))}


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
    kinds = set()
    for _step in range(2):
        links, sweep.links = dict.fromkeys(sweep.links), []
        for address in links:
            kind = kind_of(address)
            if kind and len(kind) <= 2 and kind not in kinds and address not in sweep.seen:
                kinds.add(kind)
                sweep.look(address)


def in_swedish(guest, role: str, foreign: re.Pattern[str], met: set[str]) -> Sweep:
    """What a role sees at its own place. `met`: routes somebody before it saw; they are added to."""
    member = next(one for one in cast.PEOPLE if one.role == role and one.shown)
    asker = Person.objects.get(email=member.email)
    also = [place.name for place in cast.PLACES if place.key == member.also]
    node = Assignment.objects.exclude(node__name__in=also).get(person=asker).node
    sweep = Sweep(guest(asker.email, password=cast.PASSWORD), role, "sv", foreign)
    mine = list(addresses(role, node, asker, holder(f"Någon {role}", role, node)))
    for name, address in mine:
        if role in OWN_VIEW or name not in met:
            sweep.look(address)
    met |= {name for name, _ in mine}
    return sweep


def in_english(sweep: Sweep, foreign: re.Pattern[str], looked: Counter[tuple[str, ...] | None]) -> Sweep:
    """The same pages again, in the other language: two of each kind, whoever sees them. `looked` is added to."""
    sweep.visitor.speak("en")
    again = Sweep(sweep.visitor, sweep.who, "en", foreign)
    for address in sweep.seen:
        kind = kind_of(address)
        looked[kind] += 1
        if looked[kind] <= 2:
            again.look(address)
    return again


@pytest.fixture(scope="module")
def foreign() -> dict[str, re.Pattern[str]]:
    """By the language of a page: any of the words it should not hold."""
    held = {
        language: sorted(words_of(other), key=len, reverse=True) for language, other in (("sv", "en"), ("en", "sv"))
    }
    return {language: re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})") for language, words in held.items()}


def test_every_page_is_whole(guest, everything, foreign):
    met: set[str] = set()
    sweeps = [in_swedish(guest, role, foreign["sv"], met) for role in LOOKING]
    follow(sweeps[0])
    looked: Counter[tuple[str, ...] | None] = Counter()
    sweeps += [in_english(sweep, foreign["en"], looked) for sweep in sweeps]
    faults = [fault for sweep in sweeps for fault in sweep.faults]
    assert not faults, "\n".join(faults)
    assert sum(len(sweep.seen) for sweep in sweeps) > 200


@pytest.mark.parametrize("language", ["sv", "en"])
def test_pages_for_everybody_are_whole(visit, language, foreign):
    visitor = visit(None)
    visitor.go("account_login")
    visitor.speak(language)
    sweep = Sweep(visitor, "nobody", language, foreign[language])
    for name, kwargs in KNOWN:
        if name not in NOT_PAGES | SENT and variants(name, kwargs)[0].public:
            sweep.look(reverse(name, kwargs={kwarg: samples.SAMPLES[kwarg](None) for kwarg in kwargs}))
    assert not sweep.faults, "\n".join(sweep.faults)
    assert len(sweep.seen) >= 5
