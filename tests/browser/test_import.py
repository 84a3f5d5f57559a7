"""J1, the part that exists: the quality lead imports results, in a real browser and with the real worker."""

from __future__ import annotations

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from styrkedja.core.values import UnitKind
from styrkedja.observations.models import Batch, Observation
from styrkedja.organisation import actions
from tests.browser.conftest import NARROW, WIDE
from tests.conftest import ROOT
from tests.intake.test_kill_worker import environment, worker  # noqa: F401 - a worker of the test's own database
from tests.world import START

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLISHED = ROOT / "demo" / "data" / "slutbetyg_ak9_2025.csv"
HEADER = "enhet;indikator;period;grupp;värde;täljare;nämnare\n"
GOOD = "11111111;absence_total;2024/25;T;6,5;;\n11111111;absence_problem;2024/25;T;;12;240\n"
TWO_BAD = HEADER + GOOD + "99999999;absence_total;2024/25;T;5;;\n22222222;absence_total;2024/25;T;många;;\n"
CORRECTED = HEADER + GOOD + "22222222;absence_total;2024/25;T;5;;\n22222222;absence_total;2024/25;K;7;;\n"
SIZES = {"wide": WIDE, "narrow": NARROW}
LONG = 30_000  # milliseconds a worker may take to start and read a file


@pytest.fixture
def working(environment):  # noqa: F811
    """A worker beside the server."""
    with worker(environment):
        yield


@pytest.fixture
def published_school(town):
    """One of the schools of the published file is ours."""
    return actions.add_node(
        parent=town.administration, kind="unit", name="Björkängsskolan", school_forms=["gr"],
        statistical_kind=UnitKind.SCHOOL_UNIT, statistical_code="00010002", valid_from=START, by=None,
    )  # fmt: skip


def local_file(text: str, name: str = "frånvaro.csv") -> dict:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}


def fact(page: Page, term: str):
    """What stands beside a term in a list of facts."""
    return page.locator(".facts > div").filter(has=page.locator("dt", has_text=re.compile(f"^{term}$"))).locator("dd")


def states(page: Page, caption: str) -> dict[str, str]:
    rows = page.get_by_role("table", name=caption).locator("tbody tr")
    return dict(row.all_inner_texts() for row in (rows.nth(i).locator("th, td") for i in range(rows.count())))


def send(page: Page, file) -> None:
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").first.click()


def reviewed(page: Page) -> None:
    expect(page.locator("#left-out, form[action$='/bekrafta/']").first).to_be_attached(timeout=LONG)


def test_a_published_file_from_upload_to_undone(visit, town, published_school, environment):  # noqa: F811
    visitor = visit("quality")
    page = visitor.page
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Import").click()
    page.get_by_role("link", name="Importera en fil").first.click()
    send(page, PUBLISHED)
    expect(page.locator("progress")).to_be_visible()  # nobody works yet: the page says that it waits
    expect(page.locator("#reading [role=status]")).to_have_text("Väntar på sin tur")
    visitor.assert_accessible()

    with worker(environment):
        expect(page.get_by_role("heading", name="Vad importen skulle ändra")).to_be_visible(timeout=LONG)
        # Four schools with four measures each, every cell of them a plain number.
        expect(fact(page, "Nya uppgifter")).to_have_text("16")
        expect(fact(page, "Rader som inte kom med")).to_have_text("0")
        assert states(page, "Uppgifter efter vad som är känt") == {"Visas": "16"}
        visitor.assert_accessible()
        page.get_by_role("button", name="Importera 16 uppgifter").click()
        expect(page.get_by_text("Uppgifterna används")).to_be_visible(timeout=LONG)
        visitor.assert_accessible()
        batch = Batch.objects.get()
        assert (batch.observations, batch.committed_by) == (16, town.person("quality"))
        # The school's page answers at once: 58,8 % of 51 pupils passed everything.
        expect(visitor.go("indicators:node", published_school.pk).get_by_text("58,8").first).to_be_visible()

        visitor.go("intake:list")
        page.get_by_role("link", name=PUBLISHED.name).click()
        page.get_by_role("link", name="Ångra importen").click()
        visitor.assert_accessible()
        page.get_by_role("button", name="Ångra importen").click()
        expect(page.get_by_text("Importen är ångrad")).to_be_visible()
    visitor.go("indicators:node", published_school.pk)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("58,8")).to_have_count(0)
    assert Observation.objects.count() == 16  # kept, but no longer used


@pytest.mark.parametrize(("language", "size"), [("sv", "narrow"), ("en", "wide")])
def test_two_bad_rows_are_shown_and_put_right(visit, town, working, language, size, tmp_path):
    visitor = visit("quality", viewport=SIZES[size])
    visitor.speak(language)
    page = visitor.go("intake:new")
    send(page, local_file(TWO_BAD))
    reviewed(page)
    rows = page.locator("#left-out ~ .scroll").first.locator("tbody tr")
    expect(rows).to_have_count(2)
    said = [row.locator("th, td").all_inner_texts() for row in rows.all()]
    hints = {
        "sv": ("Enheten finns inte i registret", "Här ska stå ett tal"),
        "en": ("The unit is not in the register", "A number is due here"),
    }
    assert [row[:3] for row in said] == [["4", "enhet", "99999999"], ["5", "värde", "många"]]
    for row, hint in zip(said, hints[language], strict=True):
        assert row[3].startswith(hint)
    visitor.assert_accessible()
    visitor.assert_no_sideways_scroll()

    with page.expect_download() as download:
        page.locator("a[href$='/fel.csv']").click()
    download.value.save_as(tmp_path / "fel.csv")
    with (tmp_path / "fel.csv").open(encoding="utf-8-sig") as file:
        listed = list(csv.reader(file, delimiter=";"))
    assert [(row[0], row[2], row[3]) for row in listed[1:]] == [("4", "enhet", "99999999"), ("5", "värde", "många")]

    page.locator("form[action$='/kasta/'] button").click()
    visitor.go("intake:new")
    send(page, local_file(CORRECTED))
    reviewed(page)
    expect(page.locator("#left-out")).to_have_count(0)
    page.locator("form[action$='/bekrafta/'] button").click()
    expect(page.locator("a[href$='/angra/']")).to_be_visible(timeout=LONG)
    visitor.assert_no_sideways_scroll()
    assert Batch.objects.get().observations == 4


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_two_clicks_confirm_once(visit, town, working, script):
    page = visit("quality", script=script).go("intake:new")
    send(page, local_file(HEADER + GOOD))
    reviewed(page)
    page.locator("form[action$='/bekrafta/'] button").dblclick(no_wait_after=True)
    expect(page.locator("a[href$='/angra/']")).to_be_visible(timeout=LONG)
    expect(page.locator("main")).not_to_contain_text("väntar inte på")  # and nobody is told off for the second
    assert Batch.objects.count() == 1


def test_without_script_it_is_all_there(visit, town, environment):  # noqa: F811
    visitor = visit("quality", script=False)
    page = visitor.go("intake:new")
    send(page, local_file(TWO_BAD))
    expect(page.locator("#reading [role=status]")).to_have_text("Väntar på sin tur")
    with worker(environment):  # the page loads itself again
        expect(page.get_by_role("heading", name="Rader som inte kom med")).to_be_visible(timeout=LONG)
        page.get_by_role("button", name="Importera 2 uppgifter").click()
        expect(page.get_by_text("Uppgifterna används")).to_be_visible(timeout=LONG)
    page.get_by_role("link", name="Ångra importen").click()
    page.get_by_role("button", name="Ångra importen").click()
    expect(page.get_by_text("Importen är ångrad")).to_be_visible()
    assert Batch.objects.get().undone_by == town.person("quality")


@pytest.mark.parametrize(("language", "size"), [("sv", "wide"), ("en", "narrow")])
def test_by_keyboard_alone(visit, town, working, language, size):
    visitor = visit("quality", viewport=SIZES[size])
    visitor.speak(language)
    page = visitor.go("desk:start")
    keys = page.keyboard

    def press(selector: str, key: str = "Enter") -> None:
        visitor.tab_to(page.locator(selector).first)
        keys.press(key)

    if page.locator(".nav-more summary:visible").count():  # a phone's bar has room for four
        press(".nav-more summary")
    press("nav.nav a[href='/import/']:visible")
    page.wait_for_url("**/import/")
    press("main a[href='/import/ny/']")
    page.wait_for_url("**/import/ny/")
    press("main form button[type=submit]")  # without a file: told so, and led to the field
    expect(page.locator("[data-error-summary]")).to_be_focused()
    press("[data-error-summary] a")
    expect(page.locator("input[type=file]")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        keys.press("Space")
    chooser.value.set_files(local_file(CORRECTED))
    press("main form button[type=submit]", "Space")
    reviewed(page)
    press("form[action$='/bekrafta/'] button")
    expect(page.locator("a[href$='/angra/']")).to_be_visible(timeout=LONG)
    press("a[href$='/angra/']")
    page.wait_for_url("**/angra/")
    press("main form button[type=submit]", "Space")
    expect(page.locator("a[href$='/fil/']")).to_be_visible()
    assert Batch.objects.get().undone_at
