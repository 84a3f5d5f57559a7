"""`styrkedja check`: does the audit chain hold, and have documents, reports and imported files the content they had?"""

from __future__ import annotations

import argparse

HELP = "verify the audit chain and the hashes of documents, reports and imported files"


def configure(parser: argparse.ArgumentParser) -> None:
    """No options: everything is checked."""


def run(options: argparse.Namespace) -> int:
    from styrkedja.core import audit
    from styrkedja.core.models import AuditEvent
    from styrkedja.documents.queries import altered_versions, lost_versions
    from styrkedja.intake.queries import altered_files
    from styrkedja.reports.queries import altered_reports, lost_reports

    problems = [f"audit row {b.seq}: {b.reason}" for b in audit.breaks()]
    problems += [f"document version {v.pk}: content differs from its hash" for v in altered_versions()]
    problems += [f"document {document}: version {number} is gone" for document, number in lost_versions()]
    problems += [f"report {r.pk}: content differs from its hash" for r in altered_reports()]
    problems += [f"report {pk}: gone" for pk in lost_reports()]
    problems += [f"imported file of batch {b.uid}: lost or altered" for b in altered_files()]
    for problem in problems:
        print(problem)
    last = AuditEvent.objects.order_by("-seq").first()
    print(f"{last.seq if last else 0} audit rows, head {last.hash if last else '-'}, {len(problems)} problems")
    return 1 if problems else 0
