"""How the work was done: the chain, who took part, which units are included and which are not, and the material."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.documents.models import DocumentVersion
from styrkedja.indicators import display
from styrkedja.indicators.sources import source_name
from styrkedja.organisation.models import Node, SchoolForm
from styrkedja.reports import passages
from styrkedja.reports.blocks import Block, Heading, Table, Text, told
from styrkedja.reports.scope import Scope


def build(scope: Scope) -> list[Block]:
    blocks: list[Block] = [Heading(_("The chain"), 2), Text(_chain(scope)), Heading(_("How it was done"), 2)]
    blocks += _work(scope)
    blocks += _participation(scope)
    if scope.above_units:
        blocks += _units(scope)
    return [*blocks, Heading(_("The material"), 2), Text(_material(scope))]


def _chain(scope: Scope) -> str:
    line = [node.name for node in scope.tree.ancestors(scope.node.pk)] + [scope.node.name]
    words = {"chain": " › ".join(line), "node": scope.node.name, "period": scope.period}
    sentences = [_("The report is about %(node)s, %(period)s. Its place in the chain: %(chain)s.") % words]
    if scope.above_units:
        count = len(scope.units)
        sentences.append(ngettext("It covers %(count)s unit.", "It covers %(count)s units.", count) % {"count": count})
    return " ".join(sentences)


def _work(scope: Scope) -> Iterator[Text]:
    """Where the analysis stands; the same four questions are asked at every level."""
    yield Text(
        _(
            "The same four questions are asked at every level: Where are we? Where are we going? How do we do it? "
            "How did it go? This report answers the first from figures and from what people have seen, with causes "
            "and needs."
        )
    )
    if scope.version is None:
        yield Text(passages.without_analysis(scope))
        return
    words = {"number": scope.version.number, "date": _date(scope.version)}
    if scope.established:
        yield Text(_("It is built on the situation analysis established on %(date)s (version %(number)s).") % words)
    else:
        yield Text(
            _(
                "It is built on the situation analysis handed in on %(date)s (version %(number)s), which has not been "
                "established. The report is a draft until it is."
            )
            % words
        )
    if scope.version.reason:
        yield Text(_("The analysis has been corrected. The reason:"))
        yield Text(passages.one_line(scope.version.reason), words=True)


def _date(version: DocumentVersion) -> str:
    return date_format(localtime(version.made_at), "j F Y")


def _participation(scope: Scope) -> list[Block]:
    if scope.body is None:
        return []
    recorded = [p for p in scope.body["participation"] if p["how"].strip() or p["held"].strip() or p["offered"]]
    if not recorded:
        return [Text(_("The analysis does not say who took part."))]
    rows = tuple((passages.participation_word(p["group"]), _how(p), passages.one_line(p["held"])) for p in recorded)
    words = tuple(
        (row, column) for row, p in enumerate(recorded) for column in (1, 2) if p["how"].strip() or column > 1
    )
    header = (_("Group"), _("How"), _("When"))
    return [told(Table(_("Who took part in the analysis"), header, rows, words=words))]


def _how(row: dict[str, Any]) -> str:
    said = passages.one_line(row["how"])
    return said or (_("Were offered to take part") if row["offered"] else "–")


def _units(scope: Scope) -> list[Block]:
    """Every active unit: the analysis that was taken in, or the recorded reason for its absence (invariant 7)."""
    if not scope.units:
        return [Text(_("There are no units under it."))]
    taken = {row["node"]: row for row in scope.body["units"]} if scope.body else {}
    rows = tuple((u.name, _forms(u), *_state(u, taken.get(str(u.pk)), scope)) for u in scope.units)
    header = (_("Unit"), _("School forms"), _("Analysis %(period)s") % {"period": scope.period}, _("Reason"))
    words = tuple((place, 3) for place in range(len(rows)))
    return [Heading(_("The units"), 2), told(Table(_("Units and their analyses"), header, rows, words=words))]


def _forms(unit: Node) -> str:
    return ", ".join(str(SchoolForm(form).label) for form in unit.school_forms) or "–"


def _state(unit: Node, row: dict[str, Any] | None, scope: Scope) -> tuple[str, str]:
    """Where its analysis stands, and the reason somebody gave."""
    if row and row["version"]:
        return _("Included: established version %(number)s") % {"number": row["version"]["number"]}, ""
    if row and row["reason"].strip():
        return _("Not included"), passages.one_line(row["reason"])
    version = scope.unit_versions.get(unit.pk)
    if version is None:
        return _("Not established; no reason recorded"), ""
    return _("Established on %(date)s, not included in the analysis above it") % {"date": _date(version)}, ""


def _material(scope: Scope) -> str:
    sentences = []
    if scope.figures:
        read: dict[str, str] = {}
        for f in sorted(scope.figures, key=lambda f: f.retrieved_at):
            read[str(source_name(f.source))] = display.read_on(f.retrieved_at)
        listed = "; ".join(f"{name} ({date})" for name, date in sorted(read.items()))
        sentences.append(_("Figures come from: %(sources)s. The date says when they were read.") % {"sources": listed})
    else:
        sentences.append(_("No figures have been imported about it for these years."))
    if scope.body is not None:
        seen = sum(len(area["evidence"]) for area in scope.body["areas"])
        sentences.append(
            ngettext(
                "The analysis also rests on %(count)s piece of qualitative evidence.",
                "The analysis also rests on %(count)s pieces of qualitative evidence.",
                seen,
            )
            % {"count": seen}
        )
    return " ".join(sentences)
