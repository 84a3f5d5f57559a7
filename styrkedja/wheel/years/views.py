"""Pages of years: the list, a new one, a draft with its days and units, its preview and publishing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.core.errors import Conflict, Refused
from styrkedja.organisation.models import SchoolForm
from styrkedja.organisation.tree import tree_on
from styrkedja.wheel.catalogue import default_wheel, wheels
from styrkedja.wheel.models import AnnualCycle, CycleState, Publishing
from styrkedja.wheel.tasks.queries import plans_all

from . import actions, comparing, drafting_actions, joining_actions, places, publishing_actions, queries
from .forms import DaysForm, NewYearForm


def attempt(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do it, or say why not."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    except Conflict:
        messages.error(request, _("Somebody else has changed this since you opened the page. Nothing is saved yet."))
        return False
    return True


def expected_of(request: HttpRequest) -> int:
    """The version the form was shown with; nobody writes it by hand."""
    version = request.POST.get("version", "")
    if not version.isdecimal() or len(version) > 9:
        raise BadRequest
    return int(version)


def shell(access: Access, found: AnnualCycle) -> dict[str, Any]:
    """The context every page of a year has."""
    return {
        "cycle": found,
        "may_plan": access.can(P.WHEEL_PLAN, found.node),
        "chain": [
            {"label": _("Years of the wheel"), "url": reverse("wheel:years")},
            {"label": str(found), "url": None},
        ],
    }


def chain_to(found: AnnualCycle, here: str) -> list[dict[str, Any]]:
    return [
        {"label": _("Years of the wheel"), "url": reverse("wheel:years")},
        {"label": str(found), "url": reverse("wheel:year", args=[found.pk])},
        {"label": here, "url": None},
    ]


@requires(P.WHEEL_READ)
@require_GET
def years(request: HttpRequest) -> HttpResponse:
    """Every year with how far it has come, or how it went; for those who plan, where a new one begins."""
    access = access_of(request)
    found = queries.cycles(access)
    may = access.nodes_for(P.WHEEL_PLAN)
    counted = queries.compared(found)
    latest: dict[Any, AnnualCycle] = {}
    for one in found:
        if one.state != CycleState.DRAFT and one.node_id in may:
            latest.setdefault((one.node_id, one.wheel), one)
    followed = {one.follows_id for one in found}
    stands = comparing.totals([c for c in found if c.state == CycleState.PUBLISHED], access.today)
    outside = queries.outside([c for c in found if c.node_id in may], access)
    context = {
        "years": [_listed(c, counted.get(c.pk), stands.get(c.pk), outside.get(c.pk)) for c in found],
        "compare": queries.compared_at(access, found),
        "carry": [{"cycle": c, "next": queries.next_period(c.period)} for c in latest.values() if c.pk not in followed],
        "makers": _makers(access),
        "deleted": queries.deleted(access),
        "may_set": plans_all(access),
    }
    return render(request, "wheel/years/years.html", context)


def _listed(
    cycle: AnnualCycle, counted: dict[str, int] | None, stands: comparing.Cell | None, outside: int | None
) -> dict[str, Any]:
    """One year of the list. stands: of one that is published, what the work shows today."""
    left = stands.left - counted["carried"] - counted["dropped"] if stands and counted else 0
    return {"cycle": cycle, "counted": counted, "stands": stands, "left": left, "outside": outside}


def _makers(access: Access) -> list[Any]:
    """Places the person may make a year for; the topmost first."""
    may = access.nodes_for(P.WHEEL_PLAN)
    root = access.tree.root()
    nodes = [*([root] if root else []), *(access.tree.descendants(root.pk) if root else [])]
    return [n for n in nodes if n.pk in may and n.kind in places.ABOVE_UNITS]


@requires(P.WHEEL_PLAN)
def year_new(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """A year from a wheel: which, when it starts, for which school forms. Units are chosen in the draft."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    offered = wheels()
    form = NewYearForm(
        request.POST or None,
        wheels=offered.values(),
        periods=queries.periods_ahead(access.today),
        proposed=default_wheel(),
        today=access.today,
    )
    made: list[AnnualCycle] = []

    def write() -> None:
        data = form.cleaned_data
        wheel, period = offered[data["wheel"]], data["period"]
        tree = tree_on(places.day_of(period))
        units = [u for u in tree.units(here.pk) if places.meets(u, data["school_forms"])]
        said = {"period": period, "wheel": wheel, "title": wheel.title.sv, "school_forms": data["school_forms"]}
        made.append(actions.make_cycle(node=here, units=units, by=access.person, **said))

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The draft is made. Look through the days, choose units, and publish."))
        return redirect("wheel:year", made[0].pk)
    steps = [{"label": _("Years of the wheel"), "url": reverse("wheel:years")}, {"label": _("A new year"), "url": None}]
    chosen = form["wheel"].value()
    context = {
        "form": form, "node": here, "chain": steps,
        "wheels": [{"wheel": w, "chosen": w.id == chosen} for w in offered.values()],
    }  # fmt: skip
    return render(request, "wheel/years/new.html", context)


@requires(P.WHEEL_PLAN, node=queries.node_of)
@require_POST
def year_from_last(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """The next year as this one, week by week."""
    access, previous = access_of(request), queries.cycle(cycle_id)
    made: list[AnnualCycle] = []

    def write() -> None:
        if previous.state == CycleState.DRAFT:
            raise Refused(_("Publish this year before you make the next from it."))
        period = queries.next_period(previous.period)
        made.append(actions.carry_on(previous=previous, period=period, by=access.person))

    if attempt(request, write):
        words = {"period": made[0].period, "before": previous.period}
        messages.success(request, _("%(period)s is laid out as %(before)s. Look through the days.") % words)
        if out := len(places.left_out(previous)):
            stays = ngettext(
                "%(count)s unit that took no part in %(before)s takes no part here either.",
                "%(count)s units that took no part in %(before)s take no part here either.",
                out,
            )
            messages.info(request, stays % {"count": out, "before": previous.period})
        return redirect("wheel:year", made[0].pk)
    return redirect("wheel:years")


@requires(P.WHEEL_READ, P.WHEEL_PLAN, node=queries.node_of)
def year(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """A draft with its days, all of them in one form; a published year with its activities."""
    access = access_of(request)
    found = queries.cycle_to_read(access, cycle_id)
    if found.state != CycleState.DRAFT:
        return _published(request, access, found)
    if found.deleted_at is not None:
        return render(request, "wheel/years/deleted.html", shell(access, found))
    tree = places.tree_of(found)
    rows = queries.rows_of(found, tree)
    form = DaysForm(request.POST or None, cycle=found, rows=rows, initial={"version": found.version})
    if request.method == "POST":
        if form.is_valid() and saved(form, lambda: _write(request, access, found, form)):
            return _onwards(request, found)
        if hasattr(form, "conflict"):
            found = form.conflict
            form.rows = rows = queries.rows_of(found, tree)
    pairs = {pair["row"].field: pair for pair in form.pairs()}
    context = {
        "form": form,
        "months": [(name, [pairs[row.field] for row in held]) for name, held in queries.by_month(rows)],
        "totals": queries.totals(found, rows),
        "passed_out": sum(row.passed and row.out for row in rows),
        "publishing": Publishing.objects.filter(cycle=found).first(),
    }
    status = 409 if hasattr(form, "conflict") else 200
    return render(request, "wheel/years/draft.html", {**shell(access, found), **context}, status=status)


def _write(request: HttpRequest, access: Access, found: AnnualCycle, form: DaysForm) -> None:
    """The days first, so that nothing written is lost, then what the button says."""
    by, expected = access.person, form.cleaned_data["version"]
    written = drafting_actions.change_days(cycle=found, expected=expected, days=form.days(), by=by)
    changed = written.version != found.version
    said = {"cycle": found, "expected": written.version if changed else expected, "by": by}
    named = {row.field: row.activity.pk for row in form.rows}
    if out := named.get(request.POST.get("take_out", "")):
        drafting_actions.take_out(activity=out, **said)  # type: ignore[arg-type]
    elif back := named.get(request.POST.get("put_back", "")):
        drafting_actions.put_back(activity=back, **said)  # type: ignore[arg-type]
    elif "take_out_passed" in request.POST:
        drafting_actions.take_out_passed(**said)  # type: ignore[arg-type]
    elif "put_back_passed" in request.POST:
        drafting_actions.put_back_passed(**said)  # type: ignore[arg-type]


def _onwards(request: HttpRequest, found: AnnualCycle) -> HttpResponse:
    if "units" in request.POST:
        return redirect("wheel:year_units", found.pk)
    if "take_out" in request.POST or "take_out_passed" in request.POST:
        messages.success(request, _("Taken out. It can be put back until you publish."))
    else:
        messages.success(request, _("Saved."))
    return redirect("wheel:year", found.pk)


def _published(request: HttpRequest, access: Access, found: AnnualCycle) -> HttpResponse:
    counted = queries.counts(found)
    everything = "alla" in request.GET
    rows, more = queries.activities_shown(access, found, everything=everything)
    open_year = found.state == CycleState.PUBLISHED
    tree = access.tree
    own_places = queries.own_places(access, found, tree) if open_year else []
    places_shown = own_places if everything else own_places[: queries.FIRST]
    context = {
        "more": more,
        "own_places": places_shown,
        "places_more": len(own_places) - len(places_shown),
        "months": queries.months_of(rows, counted, lambda one: open_year and queries.may_write(access, one)),
        "counted": queries.compared([found]).get(found.pk),
        "could_join": queries.could_join(found, tree) if open_year and access.can(P.WHEEL_PLAN, found.node) else [],
        "over": queries.is_over(found, access.today),
        "today": access.today,
    }
    return render(request, "wheel/years/published.html", {**shell(access, found), **context})


@requires(P.WHEEL_PLAN, node=queries.node_of)
def year_units(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Which units take part in a draft; which come into a published year."""
    access, found = access_of(request), queries.cycle(cycle_id)
    if found.state == CycleState.CLOSED:
        return redirect("wheel:year", found.pk)
    tree = places.tree_of(found)
    if request.method == "POST":
        write = _join if found.state == CycleState.PUBLISHED else _choose
        if attempt(request, lambda: write(request, access, found)):
            draft = found.state == CycleState.DRAFT
            return redirect("wheel:year_publish" if draft else "wheel:year", found.pk)
        return redirect("wheel:year_units", found.pk)
    form = request.GET.get("skolform", "")
    units = queries.units_of(found, tree)
    context = {
        "units": units,
        "form_chosen": form if form in SchoolForm.values else "",
        "school_form_choices": SchoolForm.choices,
        "gone": queries.gone_since(found, tree),
        "left_out": [u.node for u in units if u.left_out and not u.chosen],
        "could_join": queries.could_join(found, tree),
        "chain": chain_to(found, _("Units")),
    }
    return render(request, "wheel/years/units.html", {**shell(access, found), **context})


def _choose(request: HttpRequest, access: Access, found: AnnualCycle) -> None:
    """Only those the page showed are changed: with a filter the others stand as they were."""
    tree = places.tree_of(found)
    shown, ticked = set(request.POST.getlist("shown")), set(request.POST.getlist("unit"))
    units = [
        u.node
        for u in queries.units_of(found, tree)
        if (str(u.node.pk) in ticked if str(u.node.pk) in shown else u.chosen)
    ]
    drafting_actions.choose_units(cycle=found, expected=expected_of(request), units=units, by=access.person)


def _join(request: HttpRequest, access: Access, found: AnnualCycle) -> None:
    wanted = request.POST.get("unit", "")
    unit = next((u for u in queries.could_join(found, places.tree_of(found)) if str(u.pk) == wanted), None)
    if unit is None:
        raise Refused(_("Choose a unit."))
    count = joining_actions.join(cycle=found, unit=unit, by=access.person)
    messages.success(request, _("%(unit)s takes part from now on. Tasks: %(count)s.") % {"unit": unit, "count": count})


@requires(P.WHEEL_PLAN, node=queries.node_of)
def year_publish(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """What will be published, month by month, and for whom; then the publishing itself, by the worker."""
    access, found = access_of(request), queries.cycle(cycle_id)
    if found.state != CycleState.DRAFT or found.deleted_at is not None:
        return redirect("wheel:year", found.pk)
    if request.method == "POST":
        expected = expected_of(request)
        attempt(request, lambda: publishing_actions.ask_to_publish(cycle=found, expected=expected, by=access.person))
        return redirect("wheel:year_publish", found.pk)
    row = Publishing.objects.filter(cycle=found).first()
    context = {**shell(access, found), "chain": chain_to(found, _("Publish")), "publishing": row}
    if row and publishing_actions.goes_on(row):
        return render(request, "wheel/years/publishing.html", {**context, **_progress(found, row)})
    rows = queries.rows_of(found)
    kept = [r for r in rows if not r.out]
    context |= {
        "months": queries.by_month(kept),
        "totals": queries.totals(found, rows),
        "out": [r for r in rows if r.out],
        "stalled": row is not None and row.ended_at is None,
    }
    return render(request, "wheel/years/preview.html", context)


@requires(P.WHEEL_PLAN, node=queries.node_of)
@require_GET
def year_progress(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """The piece of the page that changes while the worker publishes; then the whole page is to be loaded."""
    found = queries.cycle(cycle_id)
    row = Publishing.objects.filter(cycle=found).first()
    running = row is not None and publishing_actions.goes_on(row) and found.state == CycleState.DRAFT
    answer = render(request, "wheel/years/progress.html", {**_progress(found, row), "running": running})
    if not running:
        answer["HX-Refresh"] = "true"
    return answer


def _progress(found: AnnualCycle, row: Publishing | None) -> dict[str, Any]:
    return {
        "publishing": row,
        "running": True,
        "poll_url": reverse("wheel:year_progress", args=[found.pk]),
        "waits_long": row is not None and not row.progress and (timezone.now() - row.asked_at).total_seconds() > 20,
    }


@requires(P.WHEEL_PLAN, node=queries.node_of)
@require_POST
def year_delete(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    access, found = access_of(request), queries.cycle(cycle_id)
    expected = expected_of(request)
    if attempt(request, lambda: actions.delete_draft(cycle=found, expected=expected, by=access.person)):
        messages.success(request, _("The draft has been deleted. It can be put back for 30 days."))
        return redirect("wheel:years")
    return redirect("wheel:year", found.pk)


@requires(P.WHEEL_PLAN, node=queries.node_of)
@require_POST
def year_restore(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    access, found = access_of(request), queries.cycle(cycle_id)
    if attempt(request, lambda: actions.restore_draft(cycle=found, by=access.person)):
        messages.success(request, _("The draft has been put back."))
    return redirect("wheel:year", found.pk)
