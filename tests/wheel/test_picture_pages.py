"""The pages of a node's year: the same activities in every view, filters in the address, files, and the intranet's."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from styrkedja.core.audit import AuditEvent, Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.wheel.drawing import files
from styrkedja.wheel.drawing.picture import draw
from styrkedja.wheel.drawing.rings import KINDS
from styrkedja.wheel.models import AnnualCycle, CycleState, DoneCheck, Kind
from styrkedja.wheel.pages import embed_actions
from styrkedja.wheel.pages.choosing import Choice
from tests.wheel.year import activity, day, year

pytestmark = pytest.mark.django_db


def browser(person) -> Client:
    client = Client(headers={"Accept-Language": "sv"})
    client.force_login(person)
    return client


def page(world, who="principal", node=None, query="") -> str:
    answer = browser(world.person(who)).get(reverse("wheel:node", args=[(node or world.bjork).pk]) + query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.fixture
def laid(world):
    """One activity at each level, this month and in others."""
    cycle = year(world)
    activity(cycle, at=[world.committee], title_sv="Nämnden beslutar", kind=Kind.DECISION, level="committee")
    activity(cycle, at=[world.administration], title_sv="Dialogdagen", kind=Kind.DIALOGUE, starts=-20, ends=-18)
    activity(cycle, at=[world.bjork], title_sv="Analysen", kind=Kind.SEMINAR, starts=1, ends=3)
    activity(cycle, at=[world.bjork_team], title_sv="Arbetslagets dag", kind=Kind.DAY, level="team", role="team_lead")
    return cycle


def test_the_menu_leads_to_the_year_of_ones_own_place(world, laid):
    answer = browser(world.person("principal")).get(reverse("wheel:start"))
    assert answer.url == reverse("wheel:node", args=[world.bjork.pk])
    html = page(world)
    menu = html[html.index('<nav class="nav"') :]
    assert menu.index("Kedjan") < menu.index("Årshjulet") < menu.index("Rapporter")


@pytest.mark.parametrize("view", ["", "?visa=hjul", "?visa=lista", "?visa=tidslinje", "?visa=tabell"])
def test_every_view_holds_every_activity(world, laid, view):
    html = page(world, query=view)
    for title in ("Nämnden beslutar", "Dialogdagen", "Analysen", "Arbetslagets dag"):
        assert title in html


def test_who_listens_to_the_page_meets_this_month_and_the_whole_list_before_the_wheel(world, laid):
    html = page(world)
    order = [html.index(part) for part in ('class="wheel-month"', 'class="wheel-all"', 'class="wheel-figure"')]
    assert order == sorted(order)
    month, whole = html[order[0] : order[1]], html[order[1] : order[2]]
    assert "Dialogdagen" in page(world, query="?visa=lista") and "Nämnden beslutar" in month
    for title in ("Nämnden beslutar", "Dialogdagen", "Analysen", "Arbetslagets dag"):
        assert title in whole
    assert "wheel-chosen" in page(world, query="?visa=hjul") and "wheel-chosen" not in html


@pytest.mark.parametrize("view", ["hjul", "tidslinje"])
def test_rings_and_bands_are_levels_or_kinds_as_the_address_says(world, laid, view):
    levels, kinds = page(world, query=f"?visa={view}"), page(world, query=f"?visa={view}&ringar=slag")
    assert all(f">{name}<" in levels for name in ("NÄMND", "FÖRVALTNING", "ENHET", "ARBETSLAG"))
    assert all(f">{name}<" in kinds for name in ("BESLUT", "DIALOGER, DAGAR OCH SEMINARIER"))
    assert ">NÄMND<" not in kinds and ">RAPPORTERING" not in kinds  # nothing of that kind in the year
    assert f"?visa={view}&amp;ringar=slag" in levels  # the way there, without script
    assert all(title in kinds for title in ("Nämnden beslutar", "Dialogdagen", "Analysen", "Arbetslagets dag"))


def test_a_ring_of_kinds_is_chosen_like_a_level(world, laid):
    html = page(world, query="?visa=lista&ringar=slag&ring=decisions")
    listed = html[html.index("wheel-group") :]
    assert "Nämnden beslutar" in listed and "Analysen" not in listed


@pytest.mark.parametrize("form", ["svg", "a4"])
def test_files_have_the_rings_that_are_chosen(world, laid, form, monkeypatch):
    drawn = []
    monkeypatch.setattr(files, "draw", lambda scene, *args, **more: drawn.append(scene) or draw(scene, *args, **more))
    client, address = browser(world.person("principal")), reverse("wheel:picture", args=[world.bjork.pk, form])
    svg = client.get(address + "?ringar=slag").content
    assert drawn[-1].rings is KINDS and (form != "svg" or b"DIALOGER" in svg)
    assert "ringar=slag" in page(world, query="?ringar=slag").split('aria-label="Spara eller skriv ut"')[1]


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("slag=dialogue", "Dialogdagen", "Analysen"),
        ("ring=committee", "Nämnden beslutar", "Analysen"),
        ("lage=late", "Dialogdagen", "Analysen"),
        ("mina=1", "Analysen", "Nämnden beslutar"),
    ],
)
def test_what_is_chosen_stands_in_the_address(world, laid, query, seen, unseen):
    html = page(world, query=f"?visa=lista&{query}")
    listed = html[html.index("wheel-group") :]
    assert seen in listed and unseen not in listed
    assert "Visa alla" in html or "Visa alla" in page(world, query="?visa=lista&" + query)


def test_a_month_is_chosen_by_the_days_an_activity_lies_in(world, laid):
    first = day(-19)
    html = page(world, query=f"?visa=lista&manad={first:%Y-%m}")
    assert "Dialogdagen" in html[html.index("wheel-group") :]


def test_nonsense_in_the_address_is_no_choice():
    read = Choice.read(
        {"visa": "<b>", "ringar": "bord", "slag": "x", "ring": "'", "manad": "2025-13", "ar": "1999"}, ["2025/26"], []
    )
    assert read == Choice()
    assert Choice.read({"manad": "2025-10", "visa": "lista"}, [], []).address(ring="unit") == (
        "?visa=lista&ring=unit&manad=2025-10"
    )


def test_two_years_of_a_period_stand_together_and_can_be_told_apart(world, laid):
    other = year(world, wheel="annat")
    activity(other, at=[world.bjork], title_sv="Den andra")
    assert "Den andra" in page(world, query="?visa=lista") and "Analysen" in page(world, query="?visa=lista")
    html = page(world, query=f"?visa=lista&hjul={other.pk}")
    assert "Den andra" in html and "Analysen" not in html[html.index("wheel-group") :]


def test_a_year_for_another_school_form_is_not_the_schools(world, laid):
    AnnualCycle.objects.filter(pk=laid.pk).update(school_forms=["fs"])
    assert "Inget år" in page(world) or "empty" in page(world)
    assert "Nämnden beslutar" in page(world, "quality", world.lind)


def test_a_draft_is_seen_by_those_who_plan_and_says_so(world):
    draft = AnnualCycle.objects.create(node=world.council, period=year(world).period, wheel="utkast", title="Utkastet")
    activity(draft, title_sv="Bara tänkt", level="unit")
    assert "Bara tänkt" in page(world, "quality", world.council) and "är ett utkast" in page(
        world, "quality", world.council
    )
    assert "Bara tänkt" not in page(world, "principal", world.council)


def test_without_a_year_the_page_says_what_to_do(world):
    planner = page(world, "quality", world.council)
    assert "empty" in planner and reverse("wheel:years") in planner
    assert reverse("wheel:years") not in page(world, "teacher")


def test_titles_somebody_wrote_are_never_markup(world, laid):
    activity(laid, at=[world.bjork], title_sv="<img src=x onerror=alert(1)>")
    for view in ("hjul", "lista", "tidslinje", "tabell"):
        assert "<img src=x" not in page(world, query=f"?visa={view}")


def test_a_longer_year_makes_no_more_queries(world, laid, django_assert_max_num_queries):
    counts = {}
    for view in ("hjul", "lista", "tidslinje", "tabell"):
        with CaptureQueriesContext(connection) as few:
            page(world, query=f"?visa={view}")
        counts[view] = len(few)
    for number in range(12):
        activity(laid, at=[world.bjork, world.ek], starts=number * 3, title_sv=f"En till {number}")
        activity(laid, at=[world.bjork_team], level="team", starts=number, check=DoneCheck.TICK)
    for view, few_count in counts.items():
        with django_assert_max_num_queries(few_count):
            page(world, query=f"?visa={view}")


def test_the_table_leaves_as_csv_with_what_is_chosen(world, laid):
    client = browser(world.person("principal"))
    answer = client.get(reverse("wheel:table_csv", args=[world.bjork.pk]) + "?slag=seminar")
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf") and text.splitlines()[0].startswith("Nr;Aktivitet;Slag;")
    assert [line.split(";")[1] for line in text.splitlines()[1:]] == ["Analysen"]
    assert f";{day(1).isoformat()};{day(3).isoformat()};" in text


@pytest.mark.parametrize(
    ("form", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("a4", b"%PDF-"), ("a3", b"%PDF-")]
)
def test_the_year_is_a_file(world, laid, form, begins):
    activity(laid, at=[world.bjork], title_sv="Elak <b> & \U0001f600 ไทย")
    answer = browser(world.person("principal")).get(reverse("wheel:picture", args=[world.bjork.pk, form]))
    assert answer.status_code == 200 and answer.content.startswith(begins)
    assert "attachment" in answer["Content-Disposition"]


def test_the_pdf_says_it_is_accessible_and_holds_the_list_in_tables(world, laid):
    answer = browser(world.person("principal")).get(reverse("wheel:picture", args=[world.bjork.pk, "a4"]))
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang).startswith("sv")
        left, bottom, right, top = (float(edge) for edge in pdf.pages[0].mediabox)
        assert right - left > top - bottom and len(pdf.pages) >= 2
        tags = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o and "/P" in o]
        named = [str(tag.S) for tag in tags]
        assert "/Table" in named and "/TH" in named
        (figure,) = [tag for tag in tags if tag.S == "/Figure"]
        assert str(figure.Alt).startswith("Årshjulet ") and "4 aktiviteter" in str(figure.Alt)


def test_a_picture_of_another_kind_is_not_found(world, laid):
    assert (
        browser(world.person("principal")).get(reverse("wheel:picture", args=[world.bjork.pk, "gif"])).status_code
        == 404
    )


# The intranet's page.


def shown(cycle, world) -> AnnualCycle:
    return embed_actions.show_publicly(cycle=cycle, expected=cycle.version, shown=True, by=world.person("quality"))


def public(cycle, ending="") -> object:
    name = "wheel:public_svg" if ending else "wheel:public"
    return Client(headers={"Accept-Language": "sv"}).get(reverse(name, args=[cycle.pk]))


def test_only_what_is_public_of_a_year_switched_on_is_shown_to_everybody(world, laid):
    activity(laid, at=[world.bjork], title_sv="Öppet hus", public=True, starts=-9)
    assert public(laid).status_code == 404 and public(laid, "svg").status_code == 404
    shown(laid, world)
    for answer in (public(laid), public(laid, "svg")):
        text = answer.content.decode()
        assert "Öppet hus" in text and "Analysen" not in text and "Dialogdagen" not in text


def test_the_public_page_names_nobody_says_nothing_of_how_it_goes_and_sets_no_cookie(world, laid):
    activity(laid, at=[world.bjork], title_sv="Öppet hus", public=True, starts=-9)
    shown(laid, world)
    for answer in (public(laid), public(laid, "svg")):
        text = answer.content.decode()
        assert "Ragnar" not in text and "Rektor" not in text and "uppgift/" not in text
        assert not re.search("örsena|Klar|Pågår|Kommande", text)
        assert not answer.cookies


def test_other_sites_may_frame_the_public_page_and_no_other(world, laid):
    shown(laid, world)
    answer = public(laid)
    assert "frame-ancestors *" in answer["Content-Security-Policy"] and "X-Frame-Options" not in answer
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    inside = browser(world.person("principal")).get(reverse("wheel:node", args=[world.bjork.pk]))
    assert "frame-ancestors 'none'" in inside["Content-Security-Policy"] and inside["X-Frame-Options"] == "DENY"


def test_the_page_is_switched_off_again_and_both_stand_in_the_trail(world, laid):
    on = shown(laid, world)
    off = embed_actions.show_publicly(cycle=on, expected=on.version, shown=False, by=world.person("quality"))
    assert off.embedded_at is None and public(laid).status_code == 404
    trail = AuditEvent.objects.filter(event=Event.CYCLE_CHANGED, about__endswith=str(laid.pk))
    assert [row.details["public_page"] for row in trail.order_by("seq")] == [True, False]


def test_a_draft_is_not_shown_and_an_old_page_changes_nothing(world, laid):
    draft = AnnualCycle.objects.create(node=world.council, period="2030/31", wheel="utkast", title="Utkastet")
    with pytest.raises(Refused):
        shown(draft, world)
    with pytest.raises(Conflict):
        embed_actions.show_publicly(cycle=laid, expected=99, shown=True, by=None)
    assert not AnnualCycle.objects.exclude(embedded_at=None).exists()
    assert draft.state == CycleState.DRAFT


def test_the_planner_gets_the_address_and_the_line_to_copy(world, laid):
    client, address = browser(world.person("quality")), reverse("wheel:embed", args=[laid.pk])
    client.post(address, {"version": laid.version, "shown": "1"})
    html = client.get(address).content.decode()
    assert reverse("wheel:public", args=[laid.pk]) in html and "&lt;iframe src=" in html
    assert AnnualCycle.objects.get(pk=laid.pk).embedded_at is not None
