"""What can be chosen in the forms of an initiative: needs, indicators, people, teams, goals, years."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.core import periods
from styrkedja.indicators import display
from styrkedja.indicators.catalogue import catalogue
from styrkedja.organisation.models import Node
from styrkedja.plans.models import Activity, Initiative

from . import effects, queries
from .forms import NOTHING, ActivityForm, AdjustForm, Offered, ProposalForm
from .places import Places
from .showing import years


def offered(access: Access, node: Node, current: Initiative | None = None) -> Offered:
    """Everything a proposal of the node can be built from."""
    places = Places(access.tree)
    period = [(current.period, current.period)] if current else []
    listed = years(periods.school_year_on(access.today))
    return Offered(
        years=[*listed, *(one for one in period if one not in listed)],
        needs=queries.needs_for(node, places),
        measures=measures(access, node, current),
        people=queries.possible_holders(node, places),
        nodes=queries.possible_participants(node, places),
        goals=queries.possible_goals(node, places),
        current=current,
    )


def measures(access: Access, node: Node, current: Initiative | None = None) -> list[tuple[str, Any]]:
    """Indicators to choose among: those with a figure about the node first, each with its latest."""
    known = catalogue()
    found = {
        f"{id}|{part}": f"{known[id].label(part)}: {display.with_unit(figure)} ({figure.period})"
        for (id, part), figure in effects.figures(access, node).items()
        if id in known
    }
    order = list(known)
    ranked = sorted(found.items(), key=lambda item: (order.index(item[0].split("|")[0]), item[1]))
    others = [(f"{i.id}|", i.label()) for i in known.values() if f"{i.id}|" not in found]
    if current and current.indicator and f"{current.indicator}|{current.part}" not in {*found, *dict(others)}:
        label = known[current.indicator].label(current.part) if current.indicator in known else current.indicator
        others.insert(0, (f"{current.indicator}|{current.part}", label))
    return [NOTHING, (_("With a figure"), ranked), (_("Without a figure yet"), others)]


def proposal_form(access: Access, found: Initiative, data: Any = None) -> ProposalForm:
    return ProposalForm(data, offered=offered(access, found.node, found), initial=as_written(found))


def as_written(found: Initiative) -> dict[str, Any]:
    """An initiative as its forms show it."""
    fields = (
        "version", "title", "kind", "period", "aim", "effect", "target", "target_date", "sign", "ground", "reference",
        "starts_on", "ends_on", "resources", "evaluation_form", "evaluation_date",
    )  # fmt: skip
    return {
        **{name: getattr(found, name) for name in fields},
        "goal": str(found.goal_id or ""),
        "holder": str(found.holder_id or ""),
        "measure": f"{found.indicator}|{found.part}" if found.indicator else "",
        "needs": [f"{n.source_id}:{n.need}" for n in found.needs.all()],
        "participants": [str(i) for i in found.participants.values_list("node_id", flat=True)],
    }


def adjust_form(access: Access, found: Initiative, data: Any = None) -> AdjustForm:
    return AdjustForm(data, offered=offered(access, found.node, found), initial=as_written(found))


def activity_forms(found: Initiative) -> list[ActivityForm]:
    """The activities of a proposal, each ready to be written in."""
    rows = Activity.objects.filter(initiative=found, deleted_at=None).order_by("created_at")
    return [ActivityForm(activity=row, with_reason=False) for row in rows]


def differences(form: Any, current: Initiative) -> list[dict[str, str]]:
    """What two people wrote in the same proposal, field by field where it differs: [{"label", "mine", "theirs"}]."""
    theirs, found = as_written(current), []
    for name in [n for n in form.fields if n not in ("version", "reason")]:
        mine, other = form.cleaned_data.get(name), theirs.get(name)
        if _plain(mine) != _plain(other):
            words = [_in_words(form.fields[name], value) for value in (mine, other)]
            found.append({"label": str(form.fields[name].label), "mine": words[0], "theirs": words[1]})
    return found


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list) else "" if value is None else value


def _in_words(field: Any, value: Any) -> str:
    choices = dict(_flat(getattr(field, "choices", ())))
    if isinstance(value, list):
        return "\n".join(str(choices.get(str(one), "")) for one in value)
    return str(choices.get(str(value), value if value is not None else ""))


def _flat(choices: Any) -> Any:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield str(key), label
