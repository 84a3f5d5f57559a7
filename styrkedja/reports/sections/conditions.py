"""What the work rests on: teachers, group sizes, pupils per teacher. Skollagen 2:8 b: resources by need."""

from __future__ import annotations

from django.utils.translation import gettext as _

from styrkedja.reports import measures, passages
from styrkedja.reports.areas import condition_areas
from styrkedja.reports.blocks import Block, Heading, Text
from styrkedja.reports.scope import Scope


def build(scope: Scope) -> list[Block]:
    found = condition_areas(scope)
    keys = list(dict.fromkeys(key for under in found for key in under.keys))
    blocks = measures.of_keys(keys, scope, level=2)
    if not keys:
        blocks.append(
            Text(_("No figures about teachers, group sizes or pupils per teacher have been imported for these years."))
        )
    said: list[Block] = []
    for under in found:
        area = passages.of_area(scope, under.area.key)
        figures = passages.figures_table(area, scope)
        said += [*passages.words_of_area(area), *([figures] if figures else [])]
    return [*blocks, Heading(_("From the analysis"), 2), *said] if said else blocks
