"""A scope becomes a document in one language: the outline's sections in order, each under its heading."""

from __future__ import annotations

import datetime as dt

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .blocks import Block, Heading, PageBreak, Text
from .catalogue import outline
from .document import Language, ReportDocument
from .scope import Scope


def build(kind: str, scope: Scope, *, number: int, language: Language, made_at: dt.datetime) -> ReportDocument:
    """The whole report. Raises BrokenDocument if a section built what cannot be read by everybody."""
    found = outline(kind)
    with translation.override(language):
        return ReportDocument(
            title=f"{found.title} {scope.period}",
            subtitle=scope.node.name,
            organiser=scope.organiser.name,
            node=scope.node.name,
            period=scope.period,
            language=language,
            made_at=made_at,
            status=_status(scope, number),
            blocks=tuple(_blocks(kind, scope)),
        )


def _blocks(kind: str, scope: Scope) -> list[Block]:
    blocks: list[Block] = []
    for section in outline(kind).at("above" if scope.above_units else "unit"):
        # No section is a heading alone: silence would be read as "nothing to report".
        said = section.build(scope) or [Text(_("There is no material for this section."))]
        blocks += [Heading(str(section.name), 1), *said]
    return blocks[:-1] if isinstance(blocks[-1], PageBreak) else blocks


def _status(scope: Scope, number: int) -> str:
    """Which version it is and what it is worth; a demo says that it is one."""
    said = _basis(scope, number)
    return " ".join([f"{said}.", _("The organiser is fictional.")]) if scope.organiser.fictional else said


def _basis(scope: Scope, number: int) -> str:
    words: dict[str, object] = {"number": number}
    if scope.version is None:
        return _("Version %(number)s. Draft – there is no analysis to build on") % words
    words |= {"analysis": scope.version.number, "date": date_format(localtime(scope.version.made_at), "j F Y")}
    if scope.established:
        return _("Version %(number)s. Built on the analysis established on %(date)s") % words
    return _("Version %(number)s. Draft – built on an analysis that is not established") % words
