"""Loading units through the pages: preview, confirm, and that nothing happens otherwise."""

import datetime as dt
import json
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from styrkedja.core.models import AuditEvent
from styrkedja.organisation import actions
from styrkedja.organisation.models import Node, UnitList
from styrkedja.organisation.tree import tree_on

pytestmark = pytest.mark.django_db

OWN, OTHER = "2129999999", "5560000000"
ANSWERS = [
    {
        "data": {"type": "schoolunit", "schoolUnitCode": code, "attributes": {
            "displayName": name, "status": status, "schoolTypes": forms, "startdate": start, "endDate": end,
            "headMaster": "Hemlig Person",
        }},
        "included": {"organizationNumber": organiser},
    }
    for code, name, status, forms, start, end, organiser in (
        ("11111111", "Björkskolan", "AKTIV", ["gr", "fsk", "fth"], None, None, OWN),  # as it is
        ("22222222", "Ekskolan Södra", "AKTIV", ["gr", "fsk"], None, None, OWN),  # new name and form
        ("33333333", "Nya skolan", "AKTIV", ["gr"], "2024-08-01", None, OWN),
        ("44444444", "Planerade skolan", "PLANERAD", ["gr"], "2027-08-01", None, OWN),
        ("55555555", "Plan utan dag", "PLANERAD", ["gr"], None, None, OWN),
        ("66666666", "Vilande skolan", "VILANDE", ["gr"], None, None, OWN),
        ("77777777", "Upphörda skolan", "UPPHORT", ["gr"], "2001-01-01", "2020-06-30", OWN),
        ("88888888", "Andras skola", "AKTIV", ["gr"], None, None, OTHER),
    )
]  # fmt: skip


@pytest.fixture
def quality(world, client):
    client.force_login(world.person("quality"))
    return client


def send(client, content, name="svar.json"):
    body = content if isinstance(content, bytes) else content.encode()
    answer = client.post(reverse("units:upload"), {"file": SimpleUploadedFile(name, body), "_key": str(uuid.uuid4())})
    return answer.url if answer.status_code == 302 else answer.content.decode()


def confirm(client, address, under, **more):
    page = client.get(address).content.decode()
    keys = re.findall(r'name="take" value="([^"]+)" checked', page)
    fingerprint = re.search(r'name="fingerprint" value="(\w+)"', page)[1]
    form = {
        "_key": str(uuid.uuid4()),
        "take": keys,
        "fingerprint": fingerprint,
        "under": under.pk,
        "first_day": "2026-07-01",
    }
    return client.post(address, {**form, **more})


def test_nothing_is_written_until_confirmed_and_then_all_of_it(world, quality):
    before = (set(Node.objects.values_list("name", flat=True)), AuditEvent.objects.count())
    address = send(quality, json.dumps(ANSWERS))
    page = quality.get(address).content.decode()
    for text in ("Nya skolan", "Planerade skolan", "hette Ekskolan", "Vilande skolan", "Plan utan dag"):
        assert text in page
    assert "Andras skola" not in page and "Hemlig Person" not in page
    assert set(Node.objects.values_list("name", flat=True)) == before[0]
    assert AuditEvent.objects.count() == before[1] + 1  # that a file was received

    assert confirm(quality, address, world.administration).status_code == 302
    ek = Node.objects.get(statistical_code="22222222")
    assert (ek.name, set(ek.school_forms)) == ("Ekskolan Södra", {"gr", "fsk"})
    new = Node.objects.get(statistical_code="33333333")
    assert (new.valid_from, new.school_forms) == (dt.date(2024, 8, 1), ["gr"])
    planned = Node.objects.get(statistical_code="44444444")
    assert planned.valid_from == dt.date(2027, 8, 1) and planned.pk not in tree_on(dt.date.today()).nodes
    assert not Node.objects.filter(statistical_code__in=["55555555", "66666666", "77777777", "88888888"]).exists()
    assert "Hemlig" not in json.dumps(list(UnitList.objects.values_list("rows", flat=True)))


def test_the_same_list_again_changes_nothing(world, quality):
    confirm(quality, send(quality, json.dumps(ANSWERS)), world.administration)
    nodes = list(Node.objects.order_by("pk").values())
    page = quality.get(send(quality, json.dumps(ANSWERS))).content.decode()
    assert "Inget att ändra" in page
    assert list(Node.objects.order_by("pk").values()) == nodes


def test_a_ceased_unit_is_closed_on_its_last_day_with_its_teams(world, quality):
    gone = json.loads(json.dumps(ANSWERS[1]))
    gone["data"]["attributes"] |= {"status": "UPPHORT", "endDate": "2026-06-30", "displayName": "Ekskolan"}
    address = send(quality, json.dumps(gone))
    assert "Björkskolan" in quality.get(address).content.decode()  # in the chain but not in the file
    confirm(quality, address, world.administration)
    assert Node.objects.get(pk=world.ek.pk).valid_to == dt.date(2026, 6, 30)
    assert Node.objects.get(pk=world.ek_team.pk).valid_to == dt.date(2026, 6, 30)


def test_a_change_in_between_stops_the_whole_load(world, quality):
    address = send(quality, json.dumps(ANSWERS))
    page = quality.get(address).content.decode()
    stale = re.search(r'name="fingerprint" value="(\w+)"', page)[1]
    actions.change_node(node=world.ek, expected=1, name="Ekskolan Norra", school_forms=["gr"], by=None)
    answer = confirm(quality, address, world.administration, fingerprint=stale)
    assert answer.status_code == 200 and "Kedjan har ändrats sedan listan visades" in answer.content.decode()
    assert not Node.objects.filter(statistical_code="33333333").exists()
    assert confirm(quality, address, world.administration).status_code == 302


def test_only_what_is_ticked_is_written_and_a_list_only_once(world, quality):
    address = send(quality, json.dumps(ANSWERS))
    fingerprint = re.search(r'name="fingerprint" value="(\w+)"', quality.get(address).content.decode())[1]
    confirm(quality, address, world.administration, take=["33333333"])
    assert Node.objects.filter(statistical_code="33333333").exists()
    assert Node.objects.get(pk=world.ek.pk).name == "Ekskolan"
    confirm_again = {
        "take": ["22222222"],
        "fingerprint": fingerprint,
        "under": world.administration.pk,
        "first_day": "2026-07-01",
    }
    quality.post(address, confirm_again)
    assert Node.objects.get(pk=world.ek.pk).name == "Ekskolan"


def test_the_template_names_the_place_and_shows_row_errors(world, quality):
    text = (
        "namn;kod;skolformer;under;från;till\n"
        "Nya skolan;33333333;gr;utbildningsförvaltningen;2024-08-01;\n"
        "Hemlös skola;44444444;gr;Finns inte;2024-08-01;\n"
        "Fel skola;4;gr;;;\n"
        "Lilla Hasseln;;fs;;;\n"
    )
    address = send(quality, text.encode("cp1252"), "mall.csv")
    page = quality.get(address).content.decode()
    assert "egen kod som börjar med en bokstav" in page and "Hemlös skola" in page
    confirm(quality, address, world.committee)
    tree = tree_on(dt.date.today())
    assert tree.parent(Node.objects.get(name="Nya skolan").pk) == world.administration
    assert tree.parent(Node.objects.get(name="Lilla Hasseln").pk) == world.committee
    assert not Node.objects.filter(name__in=["Hemlös skola", "Fel skola"]).exists()


def test_the_downloaded_template_can_be_sent_back(world, quality):
    for kind in ("csv", "xlsx"):
        body = quality.get(reverse("units:template", args=[kind])).content
        assert "Exempelskolan" in quality.get(send(quality, body, f"mall.{kind}")).content.decode()


def test_bad_files_are_refused_on_the_page_and_leave_nothing(world, quality, shared):
    for path in sorted((shared / "badinput/xlsx").iterdir())[:5]:
        assert "<title>Fel: " in send(quality, path.read_bytes(), path.name)
    assert "PDF" in send(quality, b"%PDF-1.7", "lista.csv")
    assert not UnitList.objects.exists()


def test_a_list_is_its_receivers_own(world, quality, client):
    address = send(quality, json.dumps(ANSWERS))
    client.force_login(world.person("operator"))
    assert client.get(address).status_code == 404
    client.force_login(world.person("principal"))
    assert client.get(address).status_code == 403
