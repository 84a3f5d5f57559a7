"""The year on the organiser's intranet: what everybody may see, with no names of people and nothing of how it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET

from styrkedja.access.gate import access_of, public, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Conflict, Refused
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.shell import node_shell
from styrkedja.wheel.drawing import files, words
from styrkedja.wheel.drawing.geometry import Year
from styrkedja.wheel.drawing.picture import Scene, draw
from styrkedja.wheel.drawing.rings import LEVELS, Rings
from styrkedja.wheel.entries import Entry, EntryState
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState
from styrkedja.wheel.tasks.reading import ring_of
from styrkedja.wheel.years import queries

from . import embed_actions, reading
from .choosing import Choice, divisions

ANYWHERE = {"frame-ancestors": ["*"]}


def _node_of(embed_cycle_id: UUID) -> Node:
    return queries.node_of(embed_cycle_id)


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Other sites may show the page in a frame; it has nothing one could be tricked into pressing."""

    @wraps(view)
    def shown(request: HttpRequest, **kwargs: UUID) -> HttpResponse:
        return view(request, **kwargs)

    return public(xframe_options_exempt(csp_replace(ANYWHERE)(require_GET(shown))))  # type: ignore[arg-type]


@requires(P.WHEEL_PLAN, node=_node_of)
def embed(request: HttpRequest, embed_cycle_id: UUID) -> HttpResponse:
    """Switch the public page on or off; its address and the line to copy."""
    access, cycle = access_of(request), queries.cycle(embed_cycle_id)
    if request.method == "POST":
        _switch(request, cycle, access.person)
        return redirect("wheel:embed", embed_cycle_id=cycle.pk)
    address = settings.PUBLIC_ADDRESS + reverse("wheel:public", args=[cycle.pk])
    named = f"{_('Annual wheel')} {cycle.period}"
    context = {
        **node_shell(access, cycle.node, "wheel"),
        "cycle": cycle,
        "draft": cycle.state == CycleState.DRAFT,
        "count": cycle.activities.filter(public=True, cancelled_at=None).count(),
        "address": address,
        "svg_address": settings.PUBLIC_ADDRESS + reverse("wheel:public_svg", args=[cycle.pk]),
        "line": f'<iframe src="{address}" title="{named}" width="100%" height="1200"></iframe>',
    }
    return render(request, "wheel/picture/embed.html", context)


def _switch(request: HttpRequest, cycle: AnnualCycle, by: Person) -> None:
    expected, shown = _number(request.POST.get("version", "")), request.POST.get("shown") == "1"
    try:
        embed_actions.show_publicly(cycle=cycle, expected=expected, shown=shown, by=by)
    except Refused as refused:
        messages.error(request, str(refused))
    except Conflict:
        messages.warning(request, _("It was changed while you read it. Look at how it stands now."))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@framed
def public_page(request: HttpRequest, public_cycle_id: UUID) -> HttpResponse:
    """The wheel and its list, for whoever has the address."""
    cycle = _shown(public_cycle_id)
    choice = Choice.read(request.GET, (), ())
    scene = public_scene(cycle, choice.ringed)
    context = {
        "cycle": cycle,
        "node": cycle.node,
        "svg": draw(scene),
        "legend": words.legend(scene.entries, returns=False, states=False),
        "months": reading.by_month(scene.entries),
        "divisions": divisions(Choice(rings=choice.rings)),
        "svg_url": reverse("wheel:public_svg", args=[cycle.pk]) + Choice(rings=choice.rings).address(),
    }
    return render(request, "wheel/picture/public.html", context)


@framed
def public_svg(request: HttpRequest, public_cycle_id: UUID) -> HttpResponse:
    scene = public_scene(_shown(public_cycle_id), Choice.read(request.GET, (), ()).ringed)
    answer = HttpResponse(files.as_svg(scene), content_type="image/svg+xml")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _shown(cycle_id: UUID) -> AnnualCycle:
    """A year whose planner has switched it on. Raises Http404 for any other."""
    found = AnnualCycle.objects.filter(pk=cycle_id, embedded_at__isnull=False).select_related("node").first()
    if found is None:
        raise Http404
    return found


def public_scene(cycle: AnnualCycle, rings: Rings = LEVELS) -> Scene:
    """Only what is marked as public and is still to be or has been; no person, no state, no way further in."""
    entries = [_public(activity, cycle) for activity in cycle.activities.filter(public=True, cancelled_at=None)]
    return Scene(
        entries=[replace(e, url=f"#a-{e.activity.pk}") for e in entries],
        year=Year(cycle.period),
        today=timezone.localdate(),
        title=_("Annual wheel"),
        subtitle=cycle.node.name,
        states=False,
        rings=rings,
    )


def _public(activity: Activity, cycle: AnnualCycle) -> Entry:
    activity.cycle = cycle
    return Entry(
        activity=activity,
        node=cycle.node,
        ring=ring_of(activity.level),
        state=EntryState.COMING,
        responsible="",
        url="",
    )
