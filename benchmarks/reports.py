"""Reports: an organiser's PDF of about 30 pages with 15 charts, in a fresh process, and beside the bare compilation."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any

from .timing import ratio

RUNS = 5
COLD_LIMIT = 5.0  # seconds, on two cores
RATIO_LIMIT = 2.0
# Typst remembers what it has set: only the first compilation of a process is one. So each is timed in its own.
BEGIN = """
import os, sys, time
start = time.perf_counter()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "styrkedja.config.settings")
import django
django.setup()
from styrkedja.reports.renderers.pdf import PreparedInput, compile_pdf, fonts, prepare, render_pdf
from tests.reports.sample_report import sample_document
fonts()
"""
OURS = """
document = sample_document()
ready = time.perf_counter()
pdf = render_pdf(document)
"""
BARE = """
prepared = PreparedInput(sys.stdin.read(), int(sample_document().made_at.timestamp()))
ready = time.perf_counter()
pdf = compile_pdf(prepared)
"""
END = """
end = time.perf_counter()
assert pdf[:5] == b"%PDF-"
print(end - start, end - ready)
"""


def measure() -> dict[str, Any]:
    """{"cold", "against_bare", "chain"}: seconds in a fresh process, ratio to Typst alone, reading to finished file."""
    from styrkedja.reports.renderers.pdf import prepare
    from tests.reports.sample_report import sample_document

    prepared = prepare(sample_document()).document
    whole, ours, bare = [], [], []
    for _ in range(RUNS):
        total, mine = _fresh(OURS, "")
        whole.append(total)
        ours.append(mine)
        bare.append(_fresh(BARE, prepared)[1])
    middle = statistics.median(whole)
    cold = {"seconds": round(middle, 2), "limit": COLD_LIMIT, "runs": RUNS, "held": middle <= COLD_LIMIT}
    return {"cold": cold, "against_bare": ratio(ours, bare, limit=RATIO_LIMIT), "chain": _chain()}


def _fresh(program: str, given: str) -> tuple[float, float]:
    """(seconds from the first import, seconds of the setting alone) of a program in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program + END], input=given, check=True, capture_output=True, text=True
    )
    total, setting = done.stdout.split()
    return float(total), float(setting)


def _chain() -> dict[str, Any]:
    """From the database to a finished file: 40 schools x 5 years; told, not limited, but for the pages' patience."""
    from django.db import transaction

    from styrkedja.reports.actions import make_report
    from styrkedja.reports.queries import document_of
    from styrkedja.reports.renderers.pdf import render_pdf

    node = _world()
    with transaction.atomic():
        make_report(node=node, period="2024/25", by=None)  # the first reads the catalogue
        start = time.perf_counter()
        report = make_report(node=node, period="2024/25", by=None)
        made = time.perf_counter()
        render_pdf(document_of(report, "sv"))
        rendered = time.perf_counter()
        transaction.set_rollback(True)
    return {
        "units": SCHOOLS,
        "made_ms": round((made - start) * 1000),
        "pdf_ms": round((rendered - made) * 1000),
        "limit": COLD_LIMIT,
        "held": rendered - start <= COLD_LIMIT,
    }


SCHOOLS = 40
YEARS = ("2020/21", "2021/22", "2022/23", "2023/24", "2024/25")
MEASURES = ("andel_alla_amnen", "andel_behoriga_yr", "meritvarde_17")


def _world() -> Any:
    """An organiser with schools and their final grades, unless the home holds one already."""
    from styrkedja.core.values import UnitKind
    from styrkedja.organisation import actions
    from styrkedja.organisation.models import Organiser
    from tests.indicators.facts import observe, unit
    from tests.world import START

    organiser = Organiser.objects.first() or actions.found_organiser(
        name="Mätkommunen", organisation_number="2120000000", municipality_code="9998", sector="public",
        root_name="Mätkommunen", valid_from=START, fictional=True, by=None,
    )  # fmt: skip
    for number in range(SCHOOLS):
        code = f"7700{number:04d}"
        actions.add_node(
            parent=organiser.root, kind="unit", name=f"Skola {number}", school_forms=["gr"],
            statistical_kind=UnitKind.SCHOOL_UNIT, statistical_code=code, valid_from=START, by=None,
        )  # fmt: skip
        for measure in MEASURES:
            rows = [
                {"period": year, "value": 60.0 + (number * 7 + place * 3) % 35, "n": 50}
                for place, year in enumerate(YEARS)
            ]
            observe(unit("school_unit", code, f"Skola {number}"), "skv_slutbetyg9", measure, rows)
    return organiser.root
