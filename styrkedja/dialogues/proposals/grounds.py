"""What a proposal can rest on: needs, figures and effects, picked where they stand and kept as they stood.

Each is {"key", "kind", "place", ...}; a figure as `analyses.quoted` keeps one, so that whoever reads is told what
`quoted.release` lets them see. Only what is established or evaluated is offered (invariant 19): a note of a seminar is
let go for its unit's analysis alone, and comes here as what the analysis makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from styrkedja.access.gate import Access
from styrkedja.analyses import quoted
from styrkedja.analyses.queries import needs_of
from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues.meetings import proposing
from styrkedja.dialogues.meetings import queries as meetings
from styrkedja.dialogues.models import Meeting, Proposal
from styrkedja.documents.models import DocumentKind, DocumentVersion
from styrkedja.documents.queries import established_versions
from styrkedja.organisation.models import Node
from styrkedja.plans.initiatives import effects
from styrkedja.plans.models import Evaluation

Frozen = dict[str, Any]
KINDS: dict[str, str | Promise] = {
    "need": gettext_lazy("Needs of the established analysis"),
    "figure": gettext_lazy("Figures quoted in the analysis"),
    "effect": gettext_lazy("What evaluated initiatives gave"),
}


def places(access: Access, meeting: Meeting) -> list[Node]:
    """Where one can look for grounds: the nodes above the units in the meeting's line, then those it concerns."""
    tree = access.tree
    if meeting.node_id not in tree.nodes:
        return meetings.concerned(meeting)
    above = proposing.top(tree, meeting.node) | {meeting.node_id}
    top = [node for pk, node in tree.nodes.items() if pk in above]
    rest = [node for node in meetings.concerned(meeting) if node.pk not in above]
    depth = {node.pk: len(tree.ancestors(node.pk)) for node in top}
    return sorted(top, key=lambda n: (depth[n.pk], swedish_key(n.name))) + rest


def offered(access: Access, meeting: Meeting, node: Node) -> list[Frozen]:
    """What stands at a node that a proposal can rest on, ready to be kept. A fixed number of queries."""
    return [*_of_analysis(meeting, node), *_effects(access, node)]


def _of_analysis(meeting: Meeting, node: Node) -> Iterator[Frozen]:
    """Of the established analysis for the meeting's period."""
    latest = established_versions(DocumentKind.ANALYSIS, meeting.period, [node.pk]).get(node.pk)
    if latest is None:
        return
    version = DocumentVersion.objects.get(pk=latest.pk)
    about = {"place": node.name, "period": meeting.period, "version": str(version.pk)}
    for need in needs_of(version.body):
        key = f"need:{version.pk}:{need['id']}"
        yield {"key": key, "kind": "need", **about, "text": need["text"], "causes": need["causes"]}
    for area in version.body["areas"]:
        for quote in area["figures"]:
            key = f"figure:{version.pk}:{quote['id']}"
            yield {"key": key, "kind": "figure", **about, "figure": quote["figure"]}


def _effects(access: Access, node: Node) -> Iterator[Frozen]:
    """Of the initiatives of the node and what lies in it: the latest evaluation of each."""
    within = access.tree.subtree([node.pk]) if node.kind in proposing.BELOW else {node.pk}
    found = Evaluation.objects.filter(initiative__node__in=within).select_related("initiative__node")
    for one in found.order_by("initiative_id", "-number").distinct("initiative_id"):
        yield {
            "key": f"effect:{one.initiative_id}:{one.number}",
            "kind": "effect",
            "place": one.initiative.node.name,
            "initiative": str(one.initiative_id),
            "title": one.initiative.title,
            "verdict": one.verdict,
            "expected": one.expected,
            "actual": one.actual,
            "learned": one.learned,
        }


@dataclass(frozen=True)
class Shown:
    """A ground in words, as this reader may see it. more: what stands under it."""

    key: str
    kind: str
    place: str
    text: str
    more: str = ""

    @property
    def kind_word(self) -> str:
        return str(KINDS[self.kind])

    @property
    def own(self) -> bool:
        """People's own words, in the language they were written in."""
        return self.kind == "need"


def figures_in(grounds: Iterable[Frozen]) -> list[Frozen]:
    found = []
    for one in grounds:
        if one["kind"] == "figure":
            found.append(one["figure"])
        elif one["kind"] == "effect":
            found += effects.kept_figures([one["expected"], one["actual"]])
    return found


@dataclass(frozen=True)
class Reader:
    """Whose small figures one may see, and what everybody may see today; read once for all grounds of a page."""

    audience: Any
    today: quoted.Today

    def show(self, one: Frozen) -> Shown:
        place = one["place"]
        if one["kind"] == "need":
            return Shown(one["key"], "need", place, one["text"], "; ".join(one["causes"]))
        if one["kind"] == "figure":
            figure = quoted.release(one["figure"], self.audience, self.today)
            about = f" ({figure['about']})" if figure["about"] else ""
            source = figure["source_name"]
            return Shown(
                one["key"], "figure", place, f"{figure['label']}{about}: {effects.figure_text(figure)}", source
            )
        return self._effect(one)

    def _effect(self, one: Frozen) -> Shown:
        verdict = dict(Evaluation.Verdict.choices)[one["verdict"]]
        said = [
            effects.shown(one[name], self.audience, self.today)["text"].rstrip(" .") for name in ("expected", "actual")
        ]
        told = _("Expected: %(expected)s. Actual: %(actual)s.") % dict(zip(("expected", "actual"), said, strict=True))
        return Shown(one["key"], "effect", one["place"], f"{one['title']}: {verdict}", told)


def reader(access: Access, grounds: Iterable[Frozen]) -> Reader:
    figures = figures_in(grounds)
    return Reader(quoted.audience_for(access) if figures else None, quoted.today_of(figures))


def shown(access: Access, proposals: Iterable[Proposal]) -> dict[Any, list[Shown]]:
    """The grounds of proposals by proposal id, in words. Figures of all are read at once."""
    listed = list(proposals)
    read = reader(access, [ground for one in listed for ground in one.grounds])
    return {one.pk: [read.show(ground) for ground in one.grounds] for one in listed}


def in_groups(found: Iterable[Shown]) -> list[dict[str, Any]]:
    """By kind: [{"name", "kind", "grounds"}], those that have any."""
    listed = list(found)
    groups = [(kind, name, [one for one in listed if one.kind == kind]) for kind, name in KINDS.items()]
    return [{"kind": kind, "name": name, "grounds": held} for kind, name, held in groups if held]
