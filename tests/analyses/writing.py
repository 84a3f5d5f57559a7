"""What the tests of analyses write: a whole analysis of the world's Björkskolan, by its principal."""

from __future__ import annotations

from styrkedja.analyses import actions, row_actions
from styrkedja.analyses.models import Analysis, Cause, Evidence, Finding, Need, Participation, Row
from styrkedja.documents.models import DocumentVersion

PERIOD = "2024/25"
KNOWLEDGE = "lgr22/kunskaper"


def begin(world, *, node=None, who="principal", period=PERIOD) -> Analysis:
    return actions.start(node=node or world.bjork, period=period, by=world.person(who))


def write(row: Row, by, links=None, **fields) -> Row:
    """Save over the row as it stands in the database."""
    row = type(row)._default_manager.select_related("analysis").get(pk=row.pk)
    return row_actions.save_row(row=row, expected=row.version, fields=fields, links=links, by=by)


def fill(analysis: Analysis, by) -> dict[str, Row]:
    """Everything an analysis needs to be handed in, in the rows it began with."""
    finding = Finding.objects.filter(analysis=analysis, area__endswith="/kunskaper").first()
    write(finding, by, text="Fyra av fem elever nådde betygskriterierna i alla ämnen.")
    evidence = row_actions.add_row(analysis=analysis, slug="underlag", area=finding.area, by=by)
    write(evidence, by, text="Eleverna säger att …", author="Elevrådet", date="2025-06-04", kind="conversation")
    cause = Cause.objects.filter(analysis=analysis).first()
    grounds = [str(finding.pk), str(evidence.pk)]
    write(
        cause,
        by,
        grounds,
        text="Få tillfällen att resonera.",
        rival="Det är likadant i hela landet.",
        rival_unknown=False,
    )
    need = Need.objects.filter(analysis=analysis).first()
    write(need, by, [str(cause.pk)], text="Fler uppgifter som kräver resonemang.")
    for row in Participation.objects.filter(analysis=analysis):
        write(row, by, how="Vid analysdagen", held="12 juni", offered=row.group == Participation.Group.OFFERED)
    return {"finding": finding, "evidence": evidence, "cause": cause, "need": need}


def submitted(world, analysis: Analysis, who="principal") -> DocumentVersion:
    analysis.document.refresh_from_db()
    return actions.submit(analysis=analysis, expected=analysis.document.version, by=world.person(who))


def established(world, analysis: Analysis, who="principal") -> DocumentVersion:
    submitted(world, analysis, who)
    return actions.establish(analysis=analysis, expected=analysis.document.version, by=world.person(who))


def unit_established(world, node=None, who="principal", period=PERIOD) -> Analysis:
    analysis = begin(world, node=node, who=who, period=period)
    fill(analysis, world.person(who))
    established(world, analysis, who)
    return analysis


def reread(row: Row) -> Row:
    return type(row)._default_manager.get(pk=row.pk)


__all__ = [
    "KNOWLEDGE",
    "PERIOD",
    "Evidence",
    "begin",
    "established",
    "fill",
    "reread",
    "submitted",
    "unit_established",
    "write",
]
