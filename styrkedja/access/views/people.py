"""People, their roles, and who gives them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from styrkedja.access import actions, queries
from styrkedja.access.forms import EndRoleForm, PeopleFilter, PersonChangeForm, PersonForm, RoleForm
from styrkedja.access.gate import access_of, requires
from styrkedja.access.granting import roles_for
from styrkedja.access.permissions import Permission
from styrkedja.access.roles import ROLES
from styrkedja.organisation import actions as organisation
from styrkedja.organisation.models import Assignment, Node, Person
from styrkedja.organisation.shell import node_shell

from .saving import compared, saved

PEOPLE_A_PAGE = 100


def node_of_assignment(assignment_id: UUID) -> Node:
    return get_object_or_404(Assignment.objects.select_related("node"), pk=assignment_id).node


@requires(Permission.PEOPLE_READ)
def people(request: HttpRequest) -> HttpResponse:
    """Everyone with a role within reach; `q` and `role` in the address narrow it down."""
    access = access_of(request)
    form = PeopleFilter(request.GET or None, roles=ROLES.values())
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = queries.listed_people(access, text=wanted.get("q", ""), role=wanted.get("role", ""))
    page = Paginator(rows, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "filtered": any(wanted.values()),
        "edits": access.holds(Permission.PEOPLE_EDIT),
        "today": access.today,
    }
    return render(request, "organisation/people.html", context)


@requires(Permission.PEOPLE_EDIT)
def person_add(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if form.is_valid():
        added: list[Person] = []
        if saved(form, lambda: added.append(organisation.add_person(by=_asker(request), **form.cleaned_data))):
            messages.success(
                request,
                _("%(name)s is added and sets a password through Forgotten your password? on the login page.")
                % {"name": added[0].name},
            )
            return redirect("organisation:person", added[0].pk)
    return render(request, "organisation/person_edit.html", {"form": form, "title": _("Add a person")})


def _asker(request: HttpRequest) -> Person:
    asker = request.user
    assert isinstance(asker, Person)
    return asker


@requires(Permission.PEOPLE_READ)
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A person's roles, now and before, as far as the asker may see them."""
    access = access_of(request)
    found = get_object_or_404(queries.people(access), pk=person_id)
    editable = access.nodes_for(Permission.PEOPLE_EDIT)
    roles = [
        {
            "assignment": a,
            "name": queries.role_name(a.role),
            "ended": bool(a.valid_to and a.valid_to < access.today),
            "coming": a.valid_from > access.today,
            "may_end": a.node_id in editable and not (a.valid_to and a.valid_to < access.today),
            "node_there": a.node_id in access.tree.nodes,
        }
        for a in queries.roles_of(access, found)
    ]
    context = {"person": found, "roles": roles, "edits": bool(editable)}
    return render(request, "organisation/person.html", context)


@requires(Permission.PEOPLE_EDIT)
def person_change(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Correct name and address, close or reopen the account."""
    found = get_object_or_404(queries.people(access_of(request)), pk=person_id)
    if request.POST.get("keep") == "theirs":
        return redirect("organisation:person", person_id)
    initial = {f: getattr(found, f) for f in ("name", "email", "is_active", "version")}
    form = PersonChangeForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = dict(form.cleaned_data)
        expected = data.pop("version")
        if saved(form, lambda: actions.change_person(person=found, expected=expected, by=_asker(request), **data)):
            if found == request.user:
                update_session_auth_hash(request, found)  # one's own login goes on
            return redirect("organisation:person", person_id)
        found.refresh_from_db()
    context: dict[str, Any] = {
        "form": form,
        "person": found,
        "title": _("Change %(name)s") % {"name": found.name},
        "conflict": compared(form, name=found.name, email=found.email),
    }
    return render(request, "organisation/person_edit.html", context)


@requires(Permission.PEOPLE_EDIT, any_day=True)
def role_add(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Give somebody a role at the node."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    initial = {"valid_from": max(access.today, here.valid_from), "person": request.GET.get("person", "")}
    form = RoleForm(request.POST or None, node=here, roles=roles_for(here), initial=initial)
    if form.is_valid() and saved(form, lambda: actions.give_role(node=here, by=_asker(request), **form.cleaned_data)):
        return redirect("organisation:node", node_id)
    context = {
        **node_shell(access, here, current="about"),
        "form": form,
        "title": _("Give a role at %(node)s") % {"node": here},
        "action": _("Give the role"),
    }
    return render(request, "organisation/edit.html", context)


@requires(Permission.PEOPLE_EDIT, node=node_of_assignment, any_day=True)
def role_end(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Set the last day of a role."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    assignment = get_object_or_404(Assignment.objects.select_related("person", "node"), pk=assignment_id)
    if assignment.valid_to and assignment.valid_to < access.today:
        raise Http404
    initial = {"version": assignment.version, "last_day": assignment.valid_to or access.today}
    form = EndRoleForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        if saved(
            form,
            lambda: actions.end_role(
                assignment=assignment, last_day=data["last_day"], expected=data["version"], by=_asker(request)
            ),
        ):
            return redirect("organisation:node", here.pk)
    words = {"role": queries.role_name(assignment.role), "name": assignment.person.name}
    context = {
        **node_shell(access, here, current="about"),
        "form": form,
        "title": _("End the role %(role)s for %(name)s") % words,
        "action": _("End the role"),
        "danger": True,
    }
    return render(request, "organisation/edit.html", context)
