"""The chain as a tree, a node's own page, and the changes to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from styrkedja.access import queries
from styrkedja.access.forms import ChainFilter, CloseForm, MergeForm, MoveForm, NodeChangeForm, NodeForm
from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission
from styrkedja.core.values import UnitKind
from styrkedja.organisation import actions
from styrkedja.organisation import queries as organisation
from styrkedja.organisation.actions import may_stand_under
from styrkedja.organisation.models import Node, Organiser
from styrkedja.organisation.shell import node_shell
from styrkedja.organisation.tree import Tree, tree_on

from .saving import compared, saved

TRACES_A_PAGE = 100


@requires(Permission.CHAIN_READ)
def chain(request: HttpRequest) -> HttpResponse:
    """The whole tree; `q`, `form` and `datum` in the address say which part and which day."""
    access = access_of(request)
    form = ChainFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    day = wanted.get("datum") or access.today
    tree = access.tree if day == access.today else tree_on(day)
    filtered = bool(wanted.get("q") or wanted.get("form"))
    return render(
        request,
        "organisation/chain.html",
        {
            "form": form,
            "day": day,
            "is_today": day == access.today,
            "filtered": filtered,
            "branch": organisation.branch(tree, text=wanted.get("q", ""), form=wanted.get("form", "")),
            "empty": not tree.nodes,
            "own": {a.node_id for a in access.assignments},
            "sees_people": access.holds(Permission.PEOPLE_READ),
            "edits": access.holds(Permission.CHAIN_EDIT),
        },
    )


@requires(Permission.CHAIN_READ, any_day=True)
def node(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """What the node is, where it comes from, what lies under it and who holds which role."""
    access, here = access_of(request), _node(request)
    reads_people = access.can(Permission.PEOPLE_READ, here)
    return render(
        request,
        "organisation/node.html",
        {
            **node_shell(access, here, current="about"),
            "organiser_here": Organiser.objects.filter(root=here).first(),
            "state": _state(here, access.today),
            "children": access.tree.children(here.pk),
            "other_days": organisation.gone_and_coming(here, access.today),
            "origins": organisation.origins(here),
            "successions": organisation.successions(here),
            "roles": _named(organisation.roles_at(here, access.today)) if reads_people else None,
            "edits": _may_change(access, here),
            "edits_people": access.can(Permission.PEOPLE_EDIT, here),
            "reads_trail": access.can(Permission.AUDIT_READ, here),
        },
    )


def _node(request: HttpRequest) -> Node:
    found = request.node  # type: ignore[attr-defined]
    assert isinstance(found, Node)
    return found


def _state(node: Node, today: dt.date) -> str:
    """ "", "coming" or "closed"."""
    return "coming" if node.valid_from > today else "closed" if node.valid_to and node.valid_to < today else ""


def _named(roles: dict[str, list[Any]]) -> dict[str, list[dict[str, Any]]]:
    return {when: [{"assignment": a, "name": queries.role_name(a.role)} for a in held] for when, held in roles.items()}


def _may_change(access: Access, node: Node) -> bool:
    return node.valid_to is None and access.can(Permission.CHAIN_EDIT, node)


@requires(Permission.AUDIT_READ, any_day=True)
def trail(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001
    """What has happened at the node and below it, in plain words; latest first."""
    access, here = access_of(request), _node(request)
    page = Paginator(queries.trail(access, here), TRACES_A_PAGE).get_page(request.GET.get("page"))
    context = {**node_shell(access, here, current="about"), "page": page, "traces": queries.in_words(page.object_list)}
    return render(request, "organisation/trail.html", context)


# --- Changes ---------------------------------------------------------------------------------------------------------


def _edit_page(request: HttpRequest, form: Any, *, title: str, action: str, **context: Any) -> HttpResponse:
    here = _node(request)
    return render(
        request,
        "organisation/edit.html",
        {**node_shell(access_of(request), here, current="about"), "form": form, "title": title, "action": action}
        | context,
    )


def _kept_theirs(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("keep") == "theirs"


@requires(Permission.CHAIN_EDIT)
def node_add(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """A new node under this one."""
    parent = _node(request)
    form = NodeForm(request.POST or None, parent=parent, initial={"valid_from": timezone.localdate()})
    if form.is_valid():
        data = form.cleaned_data
        kind = UnitKind.SCHOOL_UNIT if data["statistical_code"] else ""
        if saved(form, lambda: actions.add_node(parent=parent, statistical_kind=kind, by=_person(request), **data)):
            return redirect("organisation:node", node_id)
    title = _("Add under %(node)s") % {"node": parent}
    return _edit_page(request, form, title=title, action=_("Add"))


def _taken(request: HttpRequest, form: Any, change: Callable[..., object], **about: Any) -> bool:
    """True when the change has been made, as the form's fields say, to the version the person has read."""
    data = dict(form.cleaned_data)
    expected = data.pop("version")
    return saved(form, lambda: change(**about, **data, expected=expected, by=_person(request)))


def _person(request: HttpRequest) -> Any:
    return request.user


@requires(Permission.CHAIN_EDIT)
def node_change(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Correct name, school forms and code."""
    here = _node(request)
    if _kept_theirs(request):
        return redirect("organisation:node", node_id)
    initial = {f: getattr(here, f) for f in ("name", "school_forms", "statistical_code", "version")}
    form = NodeChangeForm(request.POST or None, node=here, initial=initial)
    if form.is_valid() and _taken(request, form, actions.change_node, node=here):
        return redirect("organisation:node", node_id)
    theirs = {
        "name": here.name,
        "school_forms": ", ".join(here.school_forms),
        "statistical_code": here.statistical_code,
    }
    return _edit_page(
        request, form, title=_("Change %(node)s") % {"node": here}, action=_("Save"), conflict=compared(form, **theirs)
    )


@requires(Permission.CHAIN_EDIT)
def node_move(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Hang the node under another from a day on."""
    access, here = access_of(request), _node(request)
    form = MoveForm(
        request.POST or None,
        places=_places(access, here),
        initial={"version": here.version, "from_date": access.today},
    )
    if form.is_valid() and _reaches_all(access, here, form) and _taken(request, form, actions.move_node, node=here):
        return redirect("organisation:node", node_id)
    return _edit_page(
        request,
        form,
        title=_("Move %(node)s") % {"node": here},
        action=_("Move"),
        explanation=_("Everything under it moves along. The place it has had stays in the history of earlier years."),
    )


def _reaches_all(access: Access, node: Node, form: Any) -> bool:
    """A role limited to some school forms does not take other forms' units along, where what lies under goes too."""
    if not form.cleaned_data.get("with_below", True):
        return True
    if access.tree.subtree([node.pk]) <= access.nodes_for(Permission.CHAIN_EDIT):
        return True
    form.add_error(None, _("Something under %(node)s is outside what you may change.") % {"node": node})
    return False


def _places(access: Access, node: Node) -> list[tuple[Node, str]]:
    """Where the node may be moved to by this person: with the way there, in the order of the tree."""
    tree = access.tree
    root = tree.root()
    if root is None:
        return []
    allowed = access.nodes_for(Permission.CHAIN_EDIT) - tree.subtree([node.pk]) - {tree.parents.get(node.pk)}
    line = [root, *tree.descendants(root.pk)]
    return [(n, _way(tree, n)) for n in line if n.pk in allowed and may_stand_under(node.kind, n)]


def _way(tree: Tree, node: Node) -> str:
    return " › ".join(n.name for n in [*tree.ancestors(node.pk)[1:], node])


@requires(Permission.CHAIN_EDIT)
def node_close(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """End the node; it stays in the history."""
    access, here = access_of(request), _node(request)
    form = CloseForm(request.POST or None, initial={"version": here.version, "last_day": access.today})
    if form.is_valid() and _reaches_all(access, here, form) and _taken(request, form, actions.close_node, node=here):
        return redirect("organisation:node", node_id)
    return _edit_page(
        request,
        form,
        title=_("Close %(node)s") % {"node": here},
        action=pgettext("node", "Close"),
        danger=True,
        explanation=_(
            "Roles held here end the same day. Analyses and reports stay and can be read, with the figures in them."
        ),
    )


@requires(Permission.CHAIN_EDIT)
def node_merge(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """Another node carries on after this one."""
    access, here = access_of(request), _node(request)
    allowed = access.nodes_for(Permission.CHAIN_EDIT)
    followers = [(n, _way(access.tree, n)) for n in organisation.other_nodes(access.tree, here) if n.pk in allowed]
    form = MergeForm(
        request.POST or None, followers=followers, initial={"version": here.version, "on_date": access.today}
    )
    merge = {"predecessors": [here]}
    if form.is_valid() and _reaches_all(access, here, form) and _taken(request, form, actions.merge_nodes, **merge):
        return redirect("organisation:node", form.cleaned_data["successor"].pk)
    return _edit_page(
        request,
        form,
        title=_("Merge %(node)s into another") % {"node": here},
        action=_("Merge"),
        danger=True,
        explanation=_(
            "Earlier results and analyses stay with this one; the other carries on and shows where it comes from."
        ),
        nothing_to_choose=not followers,
    )
