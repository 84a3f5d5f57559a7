"""The one gate: who may do what to which node today. Every view goes through it.

Out of scope answers 404, in scope but not allowed 403 (trust.md §3). A node is in scope when it lies at
or below a node where the person holds a role today; a capability may reach further than the scope.
`access` knows nodes, not plans: a room resolves its object to a node and asks here.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from styrkedja.core.writing import once
from styrkedja.organisation.models import Assignment, Node, Person
from styrkedja.organisation.queries import closed_under, standing_above
from styrkedja.organisation.tree import Tree, tree_on, valid_on

from .permissions import Permission, Reach
from .roles import ROLES

P = ParamSpec("P")
Resolver = Callable[..., Node]


@dataclass(frozen=True)
class Grant:
    """One capability as one assignment gives it."""

    permission: Permission
    reach: Reach
    node_id: UUID
    school_forms: frozenset[str]


class Access:
    """What a person may do today. Three queries, then memory; a change bites on the next request."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.today = timezone.localdate()
        self._held: dict[tuple[Permission, ...], frozenset[UUID]] = {}
        self._within: dict[tuple[Reach, UUID, frozenset[str]], frozenset[UUID]] = {}

    @cached_property
    def tree(self) -> Tree:
        return tree_on(self.today)

    @cached_property
    def assignments(self) -> list[Assignment]:
        """Roles held today at nodes that exist today."""
        if not self.person.is_active:
            return []
        held = Assignment.objects.filter(valid_on(self.today), person=self.person).select_related("node")
        return [a for a in held if a.node_id in self.tree.nodes and a.role in ROLES]

    @cached_property
    def grants(self) -> list[Grant]:
        return [
            Grant(permission, reach, a.node_id, frozenset(a.school_forms))
            for a in self.assignments
            for permission, reach in ROLES[a.role].grants.items()
        ]

    @cached_property
    def scope(self) -> set[UUID]:
        """Ids of the nodes at or below the person's own, of the role's school forms."""
        return {
            i
            for a in self.assignments
            for i in self.tree.subtree([a.node_id])
            if self._form_matches(frozenset(a.school_forms), self.tree.nodes[i])
        }

    def nodes_for(self, *permissions: Permission) -> frozenset[UUID]:
        """Ids of every node at which one of the permissions is held."""
        if permissions not in self._held:
            reached = [self._reached(grant) for grant in self.grants if grant.permission in permissions]
            self._held[permissions] = frozenset().union(*reached)
        return self._held[permissions]

    def nodes_ever_for(self, *permissions: Permission) -> frozenset[UUID]:
        """Those, and every closed node whose pages still open with one of the permissions: what was said stays."""
        grants = [grant for grant in self.grants if grant.permission in permissions]
        closed = {n.pk for n, above in self._closed if any(self.reaches_below(grant, above, n) for grant in grants)}
        return self.nodes_for(*permissions) | closed

    @cached_property
    def _closed(self) -> list[tuple[Node, Node]]:
        return closed_under(self.tree)

    def can(self, permission: Permission, node: Node) -> bool:
        return node.pk in self.nodes_for(permission)

    def reaches(self, node_id: UUID, *permissions: Permission, any_day: bool = True) -> bool:
        """Is one of the permissions held at the node? With `any_day` also one that is closed or not open yet."""
        try:
            visible_node(self, node_id, permissions, any_day=any_day)
        except (Http404, PermissionDenied):
            return False
        return True

    def holds(self, *permissions: Permission) -> bool:
        """True when one of the permissions is held at any node at all."""
        return any(grant.permission in permissions for grant in self.grants)

    def _reached(self, grant: Grant) -> frozenset[UUID]:
        """A role gives a dozen permissions within the same nodes."""
        same = (grant.reach, grant.node_id, grant.school_forms)
        if same not in self._within:
            self._within[same] = self._covered(grant)
        return self._within[same]

    def _covered(self, grant: Grant) -> frozenset[UUID]:
        if grant.reach is Reach.NODE:
            nodes = {grant.node_id}
        elif grant.reach is Reach.SUBTREE:
            nodes = self.tree.subtree([grant.node_id])
        elif grant.reach is Reach.UNIT:
            unit = self.tree.unit_of(grant.node_id)
            nodes = self.tree.subtree([unit.pk if unit else grant.node_id])
        else:
            nodes = set(self.tree.nodes)
        return frozenset(i for i in nodes if self._form_matches(grant.school_forms, self.tree.nodes[i]))

    def reaches_below(self, grant: Grant, above: Node, node: Node) -> bool:
        """Does the grant cover `node`, which hangs under `above` but is not in today's tree?"""
        here = grant.reach is not Reach.NODE and above.pk in self._reached(grant)
        return here and self._form_matches(grant.school_forms, node if node.school_forms else above)

    def _form_matches(self, wanted: frozenset[str], node: Node) -> bool:
        """A role limited to school forms covers nodes of those forms; a team has those of its unit.

        What has none lies above the units, and is everybody's.
        """
        if not wanted:
            return True
        unit = None if node.school_forms else self.tree.unit_of(node.pk)
        forms = set((unit or node).school_forms)
        return not forms or bool(wanted & forms)


def access_of(request: HttpRequest) -> Access:
    """The request's Access, made once."""
    held = getattr(request, "_access", None)
    if held is None:
        held = Access(request.user)  # type: ignore[arg-type]
        request._access = held  # type: ignore[attr-defined]
    return held


def visible_node(access: Access, node_id: UUID, permissions: Iterable[Permission], *, any_day: bool = False) -> Node:
    """The node, if one of the permissions is held at it. Raises Http404 outside scope, PermissionDenied inside.

    `any_day` also finds a node that is closed or not open yet, through the node it hangs under.
    """
    wanted = tuple(permissions)
    if any_day and node_id not in access.tree.nodes:
        return _node_of_another_day(access, node_id, wanted)
    if node_id in access.nodes_for(*wanted):
        return access.tree.nodes[node_id]
    if node_id in access.scope:
        raise PermissionDenied
    raise Http404


def _node_of_another_day(access: Access, node_id: UUID, permissions: tuple[Permission, ...]) -> Node:
    node, above = standing_above(node_id, access.tree)
    if node is None or above is None:
        raise Http404
    if any(access.reaches_below(grant, above, node) for grant in access.grants if grant.permission in permissions):
        return node
    if above.pk in access.scope:
        raise PermissionDenied
    raise Http404


def public(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for everyone, logged in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def requires(*permissions: Permission, node: Resolver | None = None, any_day: bool = False) -> Callable[..., Any]:
    """A view for those who hold one of `permissions` at its node, which it finds as `request.node`.

    The node is the route's `node_id`, or what `node(**kwargs)` returns (it raises Http404 for an unknown id).
    A route without either asks only that a permission is held somewhere. Without `permissions`: anyone logged in.
    `any_day`: the page also opens for nodes that are closed or not open yet.
    POSTs that carry a form key (`_key`) are answered once.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        takes_node = node is not None or "node_id" in inspect.signature(view).parameters

        @functools.wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _ask_to_log_in(request)
            access = access_of(request)
            if takes_node:
                node_id = node(**kwargs).pk if node else kwargs["node_id"]
                request.node = visible_node(  # type: ignore[attr-defined]
                    access, node_id, permissions, any_day=any_day
                )
            elif permissions and not access.holds(*permissions):
                raise PermissionDenied
            if request.method == "POST":
                return once(request, access.person.pk, lambda: view(request, **kwargs))
            return view(request, **kwargs)

        guarded.access = permissions or "logged in"  # type: ignore[attr-defined]
        guarded.takes_node = takes_node  # type: ignore[attr-defined]
        guarded.any_day = any_day  # type: ignore[attr-defined]
        return never_cache(guarded)

    return decorate


def _ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """A page leads to the login; a script that saves is told so (401) and keeps its text."""
    if request.headers.get("X-Requested-With") == "fetch" or request.headers.get("HX-Request"):
        return JsonResponse({"error": "login"}, status=401)
    return redirect_to_login(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    """Where one goes on after the login: the page asked for, or the page whose form was sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    sent_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    page = urlsplit(sent_from)
    return f"{page.path}?{page.query}" if page.query else page.path
