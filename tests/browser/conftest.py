"""Tests in a real Chromium: fixture `visit` gives people of the world a browser each, logged in through the real page.

Skipped, with one line that says how to get it, where there is no Chromium; in CI (environment variable `CI`) a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, Playwright, sync_playwright

from tests.standing import put_up
from tests.world import PASSWORD, World

# Target size is of WCAG 2.2; axe has it, but off. What passed is not asked for: telling takes longer than looking.
AXE: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# The focus of the keyboard: whether it has a ring (its own, or that of the row it stands for), and is not hidden.
FOCUS = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect();
  const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  const ringed = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const inside = ([x, y]) => {
    const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
    return top && (element.contains(top) || top.contains(element));
  };
  const points = [[0.5, 0.5], [0.05, 0.1], [0.95, 0.9], [0.05, 0.9], [0.95, 0.1]];
  const nowhere = element === document.body; // past the last element, on the way round
  return {
    html: element.outerHTML.slice(0, 160),
    ring: nowhere || around.some(ringed),
    seen: nowhere || points.some(inside),
  };
}"""
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


def chromium() -> str | None:
    """Where an installed Chromium is: STYRKEDJA_CHROMIUM, or the first known name on the path."""
    return os.environ.get("STYRKEDJA_CHROMIUM") or next(
        (found for name in NAMES if (found := shutil.which(name))), None
    )


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Its loop runs in this thread and ends with the module: others' tests start loops of their own."""
    with sync_playwright() as running:
        yield running


def required_chromium() -> str:
    """Its path. Where there is none: skips with a line that says how to get it; in CI, fails."""
    path = chromium()
    if path is None:
        message = "browser tests need Chromium: apt-get install chromium (or name it in STYRKEDJA_CHROMIUM)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    path = required_chromium()
    started: Playwright = request.getfixturevalue("playwright")
    running = started.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield running
    running.close()


@dataclass
class Visitor:
    """One person at one browser."""

    page: Page
    address: str

    def log_in(self, email: str, password: str = PASSWORD) -> Visitor:
        self.page.goto(self.address + reverse("account_login"))
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "logga-in" not in url)
        return self

    def go(self, name: str, *args: Any, suffix: str = "") -> Page:
        """Open a page by its URL name."""
        self.page.goto(self.address + reverse(name, args=args) + suffix)
        return self.page

    def tab_to(self, wanted: Locator, *, most: int = 150) -> None:
        """Press Tab until the element has the focus; all the way it is to be seen where the focus is."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            assert focus["ring"], f"the focus has no ring: {focus['html']}"
            assert focus["seen"], f"the focus is hidden behind something: {focus['html']}"
            if wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"not reached by Tab: {wanted}")

    def log_out_behind_the_page(self) -> None:
        """What happens overnight: the session is gone, the page is still open."""
        self.page.context.clear_cookies(name="sessionid")

    def speak(self, language: str) -> None:
        """Choose a language as one does: by the switch on the page."""
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator(f"form.language button[value={language}]").click()
            self.page.wait_for_function("language => document.documentElement.lang === language", arg=language)

    def violations(self, *, but: tuple[str, ...] = ()) -> list[str]:
        """What axe finds on the page as it stands: every rule (`but` some) of WCAG A and AA up to 2.2, and its best
        practice.
        """
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(Axe().axe_script)
        options = {**AXE, "rules": {**AXE["rules"], **{rule: {"enabled": False} for rule in but}}}
        found = self.page.evaluate("options => axe.run(document, options).then(told => told.violations)", options)
        return [f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found]

    def assert_accessible(self) -> None:
        told = self.violations()
        assert not told, "\n".join(told)

    def sideways_scroll(self) -> str:
        """Empty where the page keeps within the window."""
        width, window = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        return f"the page is {width} px wide in a window of {window}" if width > window else ""

    def assert_no_sideways_scroll(self) -> None:
        assert not self.sideways_scroll()


@pytest.fixture
def town(transactional_db: None) -> World:
    """The world, committed, so that the server's own connection sees it."""
    return put_up()


@pytest.fixture
def guest(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """`guest(email)`: a browser of that person's own, logged in; of nobody without. Fails if a page's script fails."""
    contexts, faults = [], []

    def open_for(
        email: str | None = None, *, viewport: dict[str, int] | None = None, script: bool = True, **more: str
    ) -> Visitor:
        context = browser.new_context(viewport=viewport or WIDE, locale="sv-SE", java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.set_default_timeout(30_000)
        visitor = Visitor(page, live_server.url)
        return visitor.log_in(email, **more) if email else visitor

    yield open_for
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def visit(guest: Callable[..., Visitor], town: World) -> Callable[..., Visitor]:
    """`visit("principal")`: a guest of the world, named by its key."""
    return lambda key, **more: guest(town.person(key).email if key else None, **more)
