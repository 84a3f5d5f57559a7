"""What is asked of a task, in words: "Blir klar när detta är fastställt: nulägesanalys"; and where that is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core import periods
from styrkedja.dialogues.meetings.catalogue import Kind, kind_name, kinds, kinds_for
from styrkedja.documents.models import DocumentKind, DocumentState
from styrkedja.indicators.sources import source_name
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.organisation.shell import opened
from styrkedja.organisation.tree import Tree
from styrkedja.plans.models import DecisionKind
from styrkedja.wheel.models import Activity, DoneCheck, Task

WORK = {  # by check: the page of the node where it is done, and what the link says
    DoneCheck.REQUEST: ("dialogues:node", lambda: _("Requests and answers")),
    DoneCheck.DECISION: ("plans:decisions", lambda: _("Decisions")),
    DoneCheck.FOLLOW_UP: ("plans:how", lambda: _("Initiatives")),
    DoneCheck.GOALS: ("plans:whereto", lambda: _("Goals")),
}
DOCUMENTS = {DocumentKind.ANALYSIS: "analyses:node", DocumentKind.QUALITY_REPORT: "reports:node"}


def asked_of(activity: Activity) -> str:
    """When it is done, as one sentence."""
    asks = activity.done_with or {}
    said = SENTENCES[DoneCheck(activity.done_check)](asks)
    return f"{said} {_of_period(asks)}".strip()


def _document(asks: dict[str, Any]) -> str:
    what = {"what": _or(_kind(DocumentKind, one) for one in _each(asks, "kind"))}
    state = asks.get("state", DocumentState.ESTABLISHED)
    if state == DocumentState.SUBMITTED:
        return _("Done when this is handed in: %(what)s.") % what
    if state == DocumentState.PUBLISHED:
        return _publication(asks)
    return _("Done when this is established: %(what)s.") % what


def _publication(asks: dict[str, Any]) -> str:
    what = {"what": _or(_kind(DocumentKind, one) for one in _each(asks, "kind"))}
    return _("Done when this is published: %(what)s.") % what


def _request(asks: dict[str, Any]) -> str:
    until, side = asks.get("until"), asks.get("as")
    if until == "sent":
        return _("Done when the request is sent.")
    if until == "accepted":
        return _("Done when the answer is accepted.")
    if until == "closed" or side == "asks":
        return _("Done when the request is closed.")
    if side == "answers" or until == "handed_in":
        return _("Done when the answer is handed in.")
    return _("Done when what has been asked is answered, or what one has asked is closed.")


def _import(asks: dict[str, Any]) -> str:
    return _("Done when figures are imported: %(what)s.") % {
        "what": _or(str(source_name(one)) for one in _each(asks, "sources"))
    }


def _meeting(asks: dict[str, Any]) -> str:
    what = _or(kind_name(one) for one in _each(asks, "kind"))
    if not what:
        return _("Done when the minutes of a meeting are established.")
    return _("Done when the minutes are established: %(what)s.") % {"what": what}


def _decision(asks: dict[str, Any]) -> str:
    what = _or(_kind(DecisionKind, one) for one in _each(asks, "kind"))
    return _("Done when the decision is entered: %(what)s.") % {"what": what} if what else _("Done with a decision.")


SENTENCES = {
    DoneCheck.DOCUMENT: _document,
    DoneCheck.PUBLICATION: _publication,
    DoneCheck.REQUEST: _request,
    DoneCheck.IMPORT: _import,
    DoneCheck.MEETING: _meeting,
    DoneCheck.DECISION: _decision,
    DoneCheck.FOLLOW_UP: lambda _asks: _("Done when every initiative that was running is followed up."),
    DoneCheck.GOALS: lambda _asks: _("Done when goals are decided."),
    DoneCheck.TICK: lambda _asks: _("Nothing in the program shows this: somebody says that it is done."),
}


def _of_period(asks: dict[str, Any]) -> str:
    if periods.is_period(asks.get("period", "")):  # carried over from an earlier year
        return _("It is to be for %(period)s.") % {"period": asks["period"]}
    return {
        "own": _("It is to be for this year."),
        "next": _("It is to be for the year after this one."),
        "before": _("It is to be for the year before this one."),
    }.get(asks.get("period", ""), "")


def _each(asks: dict[str, Any], key: str) -> list[str]:
    asked = asks.get(key, [])
    return [asked] if isinstance(asked, str) else list(asked)


def _kind(of: Any, value: str) -> str:
    return str(of(value).label) if value in of.values else value


def _or(words: Iterable[str]) -> str:
    said = list(words)
    if len(said) < 2:
        return "".join(said)
    return pgettext("a choice", "%(these)s or %(last)s") % {"these": ", ".join(said[:-1]), "last": said[-1]}


def where(access: Access, task: Task) -> dict[str, str] | None:
    """{"url", "label"} of the page where the work is done, if it opens for this person; None where there is none."""
    activity, node = task.activity, task.node
    check = DoneCheck(activity.done_check)
    if check in WORK:
        name, label = WORK[check]
        return _link(access, name, node, label())
    if check in (DoneCheck.DOCUMENT, DoneCheck.PUBLICATION):
        kind = next(iter(_each(activity.done_with, "kind")), "")
        name = DOCUMENTS.get(DocumentKind(kind), "plans:plans") if kind in DocumentKind.values else "plans:plans"
        return _link(access, name, node, _kind(DocumentKind, kind))
    if check == DoneCheck.IMPORT:
        return {"url": reverse("intake:list"), "label": _("Import")} if access.holds(P.IMPORT) else None
    return _calling(access, task) if check == DoneCheck.MEETING else None


def _link(access: Access, name: str, node: Node, label: str) -> dict[str, str] | None:
    url = opened(access, name, node)
    return {"url": url, "label": label} if url else None


def _calling(access: Access, task: Task) -> dict[str, str] | None:
    """To call the meeting at the nearest place that calls such ones and where this person may; else to where meetings
    stand. What a unit or team is to have done is what a meeting called above it concerns.
    """
    for node, kind in _callers(access.tree, task):
        if access.can(P.MEETING_CALL, node):
            query = {"uppgift": str(task.pk), "kind": kind, "day": task.activity.starts.isoformat()}
            if node.pk != task.node_id and access.tree.unit_of(task.node_id):
                query["node"] = str(task.node_id)
            return {"url": reverse("dialogues:meeting_plan", args=[node.pk], query=query), "label": _("Call it")}
    return _link(access, "dialogues:meetings", task.node, _("Meetings"))


def who_calls(tree: Tree, task: Task) -> str:
    """Who is to call the meeting, where the task's own place cannot; else ""."""
    if task.activity.done_check != DoneCheck.MEETING:
        return ""
    nearest = next(_callers(tree, task), None)
    if nearest is None:
        levels = (str(NodeKind(level).label).lower() for one in _meetings(task) for level in one.levels)
        return _("Such a meeting is called by: %(levels)s.") % {"levels": _or(dict.fromkeys(levels))}
    return "" if nearest[0].pk == task.node_id else _("%(place)s calls the meeting.") % {"place": nearest[0].name}


def _callers(tree: Tree, task: Task) -> Iterator[tuple[Node, str]]:
    """The places that can call what the task asks for, from its own upwards, each with the kind; "": any kind."""
    asked = _meetings(task)
    for node in (task.node, *reversed(tree.ancestors(task.node_id))):
        offered = [one.id for one in asked or kinds_for(node.kind) if node.kind in one.levels]
        if offered:
            yield node, offered[0] if asked else ""


def _meetings(task: Task) -> list[Kind]:
    """The kinds that are asked for, of those that are known; none: any."""
    return [kinds()[one] for one in _each(task.activity.done_with or {}, "kind") if one in kinds()]
