"""A scope becomes a document in one language: the outline's sections in order, each under its heading."""

from __future__ import annotations

import datetime as dt

from django.utils import translation
from django.utils.text import capfirst
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
            subtitle=_subtitle(scope),
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


def _subtitle(scope: Scope) -> str:
    """Whom it is about, where the cover does not say so already; a demo says that it is one."""
    parts = [scope.node.name] if scope.node.name != scope.organiser.name else []
    return capfirst(" · ".join([*parts, *([_("fictional organiser")] if scope.organiser.fictional else [])]))


def _status(scope: Scope, number: int) -> str:
    """Which version it is and what it is worth."""
    words: dict[str, object] = {"number": number}
    if scope.version is None:
        return _("Version %(number)s. Draft – there is no analysis to build on") % words
    if scope.established:
        return _("Version %(number)s. Built on an established analysis") % words
    return _("Version %(number)s. Draft – built on an analysis that is not established") % words
