"""What a journey is measured with: presses counted by the page itself, of a mouse or a finger, whatever the test says.

Clicks as interface.md §6 counts them, without the login. A press that only puts the cursor in a field counts too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core import mail
from playwright.sync_api import Locator, Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.organisation import mailing
from styrkedja.organisation import tasks as sending
from tests.browser.conftest import NARROW, WIDE, Visitor

# Kept in the tab, so that it goes on from page to page.
COUNTING = """addEventListener("pointerdown", (event) => {
  if (event.isTrusted) sessionStorage.setItem("presses", Number(sessionStorage.getItem("presses") ?? 0) + 1);
}, { capture: true });"""


class Counted:
    """A visitor whose presses are counted from here on."""

    def __init__(self, visitor: Visitor) -> None:
        self.page: Page = visitor.page
        self.page.evaluate(COUNTING)  # this page, and those that follow
        self.page.add_init_script(COUNTING)
        self.page.evaluate("sessionStorage.setItem('presses', 0)")

    @property
    def clicks(self) -> int:
        return int(self.page.evaluate("Number(sessionStorage.getItem('presses'))"))


def press_key(visitor: Visitor, wanted: Locator, *, most: int = 400) -> None:
    """Go to a link or button by Tab, press Enter, and be where it leads; a box is ticked with Space."""
    box = wanted.get_attribute("type") == "checkbox"  # before one leaves the page
    visitor.tab_to(wanted, most=most)
    if box:
        visitor.page.keyboard.press("Space")
        return
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def write_keys(visitor: Visitor, field: Locator, text: str, *, most: int = 400) -> None:
    """Go to a field by Tab and write in it, over what stands there."""
    visitor.tab_to(field, most=most)
    visitor.page.keyboard.press("ControlOrMeta+a")
    visitor.page.keyboard.type(text)


def delivered(to: str) -> list[mail.EmailMessage]:
    """What the worker sends to an address of all that waits in the queue of mail."""
    mail.outbox.clear()
    for job in ProcrastinateJob.objects.filter(task_name=mailing.SEND).order_by("id"):
        sending.send(**job.args)
    return [message for message in mail.outbox if message.to == [to]]


def link_in(message: mail.EmailMessage) -> str:
    """The path of the one link a mail carries."""
    (line,) = (line for line in str(message.body).splitlines() if "://" in line)
    return "/" + line.strip().split("://", 1)[1].split("/", 1)[1]


def look_over(visitor: Visitor, page: Page, *, language: str = "sv") -> None:
    """The page as it stands, in both windows: no fault of axe's, and no scrolling sideways."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        visitor.assert_no_sideways_scroll()
        visitor.assert_accessible()


def look_through(visitor: Visitor, pages: list[tuple[str, Any]], picture: Callable[..., None] | None = None) -> None:
    """Open each page in English too, in both windows."""
    visitor.speak("en")
    for name, about in pages:
        look_over(visitor, visitor.go(name, *([about] if about else [])), language="en")
        if picture:
            picture(visitor.page, name)
    visitor.speak("sv")
