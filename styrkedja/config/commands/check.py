"""`styrkedja check`: does the audit chain hold, and have documents, reports and imported files the content they had?"""

from __future__ import annotations

import argparse

HELP = "pröva loggen och att dokument, rapporter och importerade filer är som de var"


def configure(parser: argparse.ArgumentParser) -> None:
    """No options: everything is checked."""


def run(options: argparse.Namespace) -> int:
    from styrkedja.core import audit
    from styrkedja.core.models import AuditEvent
    from styrkedja.documents.queries import altered_versions, lost_versions
    from styrkedja.intake.queries import altered_files
    from styrkedja.reports.queries import altered_reports, lost_reports

    problems = [f"loggens rad {b.seq}: {b.reason}" for b in audit.breaks()]
    problems += [f"dokumentversion {v.pk}: innehållet är inte det som sparades" for v in altered_versions()]
    problems += [f"dokument {document}: version {number} är borta" for document, number in lost_versions()]
    problems += [f"rapport {r.pk}: innehållet är inte det som sparades" for r in altered_reports()]
    problems += [f"rapport {pk}: borta" for pk in lost_reports()]
    problems += [f"filen till omgång {b.uid}: borta eller ändrad" for b in altered_files()]
    for problem in problems:
        print(problem)
    last = AuditEvent.objects.order_by("-seq").first()
    print(f"{last.seq if last else 0} rader i loggen, den sista {last.hash if last else '-'}, {len(problems)} fel")
    return 1 if problems else 0
