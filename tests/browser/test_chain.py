"""The chain and its people without a mouse: one address is typed, the rest is Tab, arrows, Space and Enter."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Locator, Page, expect

from styrkedja.organisation.models import Assignment, Node, Person
from tests.browser.conftest import NARROW, WIDE, Visitor
from tests.world import PASSWORD, START, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

YESTERDAY = dt.date.today() - dt.timedelta(days=1)


class Keyboard:
    """Somebody's hands on the keys: every step shows where the focus is (`Visitor.tab_to`)."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page, self.keys = visitor, visitor.page, visitor.page.keyboard

    def follow(self, wanted: str | Locator, key: str = "Enter") -> Page:
        """Tab to a link or button and press it; the page it leads to is there afterwards."""
        target = self.page.locator(wanted).first if isinstance(wanted, str) else wanted.first
        self.visitor.tab_to(target)
        with self.page.expect_navigation():
            self.keys.press(key)
        return self.page

    def write(self, name: str, text: str) -> None:
        """Tab to a field of the form and write over what it holds."""
        self.visitor.tab_to(self.page.locator(f"main [name={name}]"))
        self.keys.press("Control+A")
        self.keys.type(text)

    def choose(self, name: str, value: str, key: str = "ArrowDown") -> None:
        """Tab to a list and go down it to the choice."""
        field = self.page.locator(f"main select[name={name}]")
        self.visitor.tab_to(field)
        for _ in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            self.keys.press(key)
        raise AssertionError(f"{value} is not reached by arrow in {name}")

    def send(self, key: str = "Enter") -> Page:
        return self.follow("main form[method=post] button[type=submit]", key)


@pytest.fixture
def operator(visit, town: World, request: pytest.FixtureRequest) -> Keyboard:
    """At the start page, logged in by keyboard, in the language and the window of the test."""
    language, size = request.param
    visitor = visit(None, viewport=size)
    visitor.go("account_login")
    hands = Keyboard(visitor)
    if language == "en":
        hands.follow("form.language button[value=en]")
    hands.write("login", town.person("operator").email)
    hands.write("password", PASSWORD)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    return hands


def about(node: Node) -> str:
    return f"main a[href='/kedjan/{node.pk}/']"


@pytest.mark.parametrize("operator", [("sv", WIDE), ("en", NARROW)], indirect=True, ids=["sv wide", "en narrow"])
def test_the_chain_and_its_people_by_keyboard_alone(operator: Keyboard, town: World) -> None:
    page = operator.follow("nav.nav a[href='/kedjan/']:visible")
    operator.write("q", "ekskolan")
    with page.expect_navigation():
        operator.keys.press("Enter")
    operator.follow(about(town.ek))

    add_and_change(operator, town)
    email = add_a_person(operator, town)
    give_and_end_a_role(operator, town, email)
    operator.follow("main a[href$='/avsluta/']:not([href*='/roller/'])")
    operator.write("last_day", str(YESTERDAY))
    operator.send()
    assert Node.objects.get(name="Arbetslag 4-5").valid_to == YESTERDAY
    expect(page.locator("main .callout")).to_contain_text(str(YESTERDAY))


def add_and_change(operator: Keyboard, town: World) -> None:
    page = operator.follow(f"main a[href='/kedjan/{town.ek.pk}/ny/']")
    operator.send()  # without a name: told so, and led to the field
    expect(page.locator("[data-error-summary]")).to_be_focused()
    operator.visitor.tab_to(page.locator("[data-error-summary] a").first, most=2)
    operator.keys.press("Enter")
    expect(page.locator("main [name=name]")).to_be_focused()
    operator.keys.type("Arbetslag 4-6")
    operator.write("valid_from", str(START))
    operator.send("Space")
    added = Node.objects.get(name="Arbetslag 4-6")
    assert (added.kind, added.valid_from) == ("team", START)

    operator.follow(about(added))
    operator.follow(f"main a[href='/kedjan/{added.pk}/andra/']")
    operator.write("name", "Arbetslag 4-5")
    operator.send()
    expect(page.get_by_role("heading", level=1)).to_have_text("Arbetslag 4-5")


def add_a_person(operator: Keyboard, town: World) -> str:
    operator.follow("nav.nav a[href='/kedjan/']:visible")
    operator.follow("main a[href='/kedjan/personer/']")
    operator.follow("main a[href='/kedjan/personer/ny/']")
    operator.write("name", "Nils Ny")
    operator.write("email", "nils.ny@ekkoping.example")
    page = operator.send()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nils Ny")
    assert Person.objects.filter(name="Nils Ny").count() == 1
    return "nils.ny@ekkoping.example"


def give_and_end_a_role(operator: Keyboard, town: World, email: str) -> None:
    page = operator.follow("nav.nav a[href='/kedjan/']:visible")
    operator.follow(about(Node.objects.get(name="Arbetslag 4-5")))
    operator.follow("main a[href$='/roller/ny/']")
    operator.write("person", email)
    operator.choose("role", "teacher")
    operator.write("valid_from", str(START))
    operator.send()
    given = Assignment.objects.get(person__email=email)
    assert (given.role, given.node.name, given.valid_to) == ("teacher", "Arbetslag 4-5", None)
    operator.follow(f"main a[href='/kedjan/roller/{given.pk}/avsluta/']")
    operator.write("last_day", str(YESTERDAY))
    operator.send("Space")
    expect(page.get_by_role("heading", level=1)).to_have_text("Arbetslag 4-5")
    given.refresh_from_db()
    assert given.valid_to == YESTERDAY
