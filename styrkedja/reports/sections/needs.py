"""What has to develop, in order, and which causes each need answers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from styrkedja.analyses.queries import needs_of
from styrkedja.reports import passages
from styrkedja.reports.blocks import Block, Heading, Text
from styrkedja.reports.scope import Scope


def build(scope: Scope) -> list[Block]:
    if scope.body is None:
        return [Text(passages.without_analysis(scope))]
    needs = needs_of(scope.body)
    if not needs:
        return [Text(_("The analysis names no needs."))]
    blocks: list[Block] = [
        Text(_("The needs stand in order of priority. Each answers a cause: what has no cause has no need here."))
    ]
    for need in needs:
        blocks += [Heading(_("Priority %(number)s") % {"number": need["priority"]}, 2), Text(need["text"], words=True)]
        if need["causes"]:
            blocks.append(passages.own_list(need["causes"], _("It answers:")))
    blocks.append(Text(_("Who does what, by when and with which expected effect is decided in the operational plan.")))
    return blocks
