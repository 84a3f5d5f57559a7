"""The node page and the organiser's page with 100 units x 5 years x 40 series, against a page of one row.

Server time through every layer of the program (middleware, session, gate, template). The page it is measured
against stands behind the same gate and in the same shell, makes one query of its own and renders one row.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse

from styrkedja.access.gate import requires
from styrkedja.config.home import home
from styrkedja.indicators.catalogue import catalogue
from styrkedja.intake.importing import import_file
from styrkedja.observations import loading
from styrkedja.organisation import actions
from styrkedja.organisation.models import Node, Organiser, Person

from .timing import in_turn, ratio

UNITS, YEARS, SERIES, RUNS = 100, ("2020/21", "2021/22", "2022/23", "2023/24", "2024/25"), 40, 15


@requires()
def one_row(request: HttpRequest) -> HttpResponse:
    return render(request, "bench_row.html", {"row": Node.objects.order_by("pk").first()})


urlpatterns = [path("", include("styrkedja.config.urls")), path("bench/", one_row)]
TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]}]
PLAIN: dict[str, Any] = {
    "TEMPLATES": TEMPLATES,
    "ROOT_URLCONF": __name__,
    "ALLOWED_HOSTS": ["testserver"],
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}


def measure() -> dict[str, Any]:
    person, unit = _world()
    root = Organiser.objects.get().root
    with override_settings(**PLAIN):
        client = Client()
        client.force_login(person)
        return {
            "node_page": compare(client, reverse("indicators:node", args=[unit.pk])),
            "node_page_other_units": compare(client, reverse("indicators:node", args=[unit.pk]) + "?jamfor=enheter"),
            "organiser_page": compare(client, reverse("indicators:node", args=[root.pk])),
        }


def compare(client: Client, url: str) -> dict[str, Any]:
    mine, bare = in_turn(lambda: _get(client, url), lambda: _get(client, "/bench/"), runs=RUNS)
    with CaptureQueriesContext(connection) as queries:
        size = len(_get(client, url))
    return ratio(mine, bare, limit=6.0, queries=len(queries), kilobytes=size // 1024)


def _get(client: Client, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content


def _world() -> tuple[Person, Node]:
    """100 schools with five years of every series, brought in as anybody's local figures are."""
    person, units = chain(UNITS)
    import_file(_figures([u.statistical_code for u in units] + ["2128888888"]), by=person)
    loading.refresh_statistics()
    return person, units[0]


def chain(number: int) -> tuple[Person, list[Node]]:
    """An organiser of so many schools, each with a principal, and its quality lead."""
    start = dt.date(2019, 7, 1)
    organiser = actions.found_organiser(
        name="Mätköpings kommun", organisation_number="2128888888", municipality_code="9998", sector="public",
        root_name="Mätköpings kommun", valid_from=start, by=None,
    )  # fmt: skip
    units = []
    for i in range(number):
        unit = actions.add_node(
            parent=organiser.root, kind="unit", name=f"Skola {i}", school_forms=["gr"],
            statistical_kind="school_unit", statistical_code=f"{10_000 + i:08d}", valid_from=start, by=None,
        )  # fmt: skip
        principal = actions.add_person(email=f"rektor{i}@matkoping.example", name=f"Rektor {i}", by=None)
        actions.assign_role(person=principal, role="principal", node=unit, valid_from=start, by=None)
        units.append(unit)
    person = actions.add_person(email="mat@matkoping.example", name="Mät Mätare", by=None)
    actions.assign_role(person=person, role="quality_lead", node=organiser.root, valid_from=start, by=None)
    return person, units


def _series() -> list[tuple[str, str]]:
    """40 (indicator, part) a compulsory school may have."""
    found = [
        (entry.id, part.id)
        for entry in catalogue().values()
        if entry.difference is None and "gr" in entry.school_forms
        for part in entry.listed_parts
    ]
    found += [(e.id, "") for e in catalogue().values() if e.difference is None and not e.listed_parts]
    return sorted(found)[:SERIES]


def _figures(codes: list[str]) -> Path:
    dice = random.Random(1)
    target = home() / "figures.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["enhet", "indikator", "del", "period", "grupp", "täljare", "nämnare"])
        for code in codes:
            for indicator, part in _series():
                for period in YEARS:
                    whole = dice.randint(20, 90)
                    out.writerow([code, indicator, part, period, "T", dice.randint(6, whole - 6), whole])
    return target
