"""The pages of the duty to answer at full size, against the page of one row: the start page, the matrix of 400 units
x 12 steps, and a thread of 1,000 goals and initiatives. There are more open requests than the matrix shows at a time:
all of them count for who is late.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.core import periods
from styrkedja.core.database import APP_ROLE
from styrkedja.dialogues.models import Obligation, ObligationKind, RequestReceiver, What
from styrkedja.dialogues.requests import answer_actions as answering
from styrkedja.dialogues.requests import asking_actions as asking
from styrkedja.organisation.models import Node, Person
from styrkedja.plans.frame.national import national_goals
from styrkedja.plans.goals import actions as aiming
from styrkedja.plans.initiatives import actions as doing
from styrkedja.plans.initiatives import activity_actions, queries
from styrkedja.plans.initiatives.places import Places
from styrkedja.plans.models import Activity, Goal, Initiative
from styrkedja.wheel.catalogue import default_wheel
from styrkedja.wheel.years import actions as making

from .pages import PLAIN, chain, compare

UNITS, STEPS, REQUESTS, GOALS, INITIATIVES = 400, 12, 8, 500, 500
PERIOD = "2026/27"


def measure() -> dict[str, Any]:
    person, units = chain(UNITS)
    with transaction.atomic():
        _ask(person, units)
    _year(person, units)
    goal = _thread(units)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("ANALYZE")
        cursor.execute(f"SET ROLE {APP_ROLE}")
    top = units[0].placements.get().parent
    with override_settings(**PLAIN):
        client = Client()
        client.force_login(person)
        matrix, thread = reverse("dialogues:matrix", args=[top.pk]), reverse("plans:thread", args=[goal.pk])
        assert _count(client, matrix, "<td class=") == UNITS * STEPS
        assert _count(client, thread, '<p class="knot">') == GOALS + INITIATIVES
        return {
            "start": {
                **compare(client, reverse("desk:start")),
                "tasks_of_the_year": _count(client, "/", "/arshjul/uppgift/"),
            },
            "matrix": {"units": UNITS, "steps": STEPS, **compare(client, matrix)},
            "thread": {"objects": GOALS + INITIATIVES, **compare(client, thread)},
        }


def _count(client: Client, url: str, mark: str) -> int:
    """How often a mark stands on a page: that it is measured with all that is to be on it."""
    return client.get(url).content.decode().count(mark)


def _ask(person: Person, units: list[Node]) -> None:
    """Requests to every unit, two of them past their day: half of each answered, half of those accepted and given
    feedback, half of that acknowledged.
    """
    top = units[0].placements.get().parent
    for number in range(REQUESTS):
        request = asking.send_request(
            node=top, receivers=units, what=What.QUESTION, text=f"Fråga {number}?", purpose="Mätning",
            due=timezone.localdate() + dt.timedelta(days=number), by=person,
        )  # fmt: skip
        rows = list(RequestReceiver.objects.select_related("request", "node").filter(request=request))
        answered = rows[: len(rows) // 2]
        for row in answered:
            answering.answer_in_words(receiver=row, text="Ett svar.", expected=row.version, by=None)
        accepted = RequestReceiver.objects.filter(pk__in=[r.pk for r in answered[: len(answered) // 2]])
        asking.accept(receivers=dict(accepted.values_list("pk", "version")), by=person)
        answering.give_feedback(receivers=[row.pk for row in accepted], saw="Vi såg.", by=person)
        for row in accepted[: len(accepted) // 2]:
            answering.acknowledge(receiver=row, up_to=1, by=None)
        if number < 2:
            late = Obligation.objects.filter(receiver__request=request, kind=ObligationKind.SUBMISSION, met_at=None)
            late.update(due=timezone.localdate() - dt.timedelta(days=3 + number))


def _year(person: Person, units: list[Node]) -> None:
    """The wheel that is proposed first, published for this school year: its tasks stand on the start page."""
    cycle = making.make_cycle(
        node=units[0].placements.get().parent, period=periods.school_year_on(timezone.localdate()),
        wheel=default_wheel(), title="Årshjulet", school_forms=(), units=units, by=person,
    )  # fmt: skip
    making.publish(cycle=cycle, expected=cycle.version, by=person)


def _thread(units: list[Node]) -> Goal:
    """A goal with goals of every unit below it and initiatives below those."""
    leader = Person.objects.get(email="rektor0@matkoping.example")
    national = [one.id for one in national_goals().values() if one.holds_in(PERIOD)][:1]
    first = aiming.propose(node=units[0], period=PERIOD, title="Målet", national=national, by=leader)
    first = aiming.decide(goal=first, expected=first.version, by=leader)
    whole = _initiative(units[0], first, leader)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        for statement in COPIES:
            cursor.execute(
                statement,
                {
                    "goal": first.pk, "initiative": whole.pk, "nodes": [u.pk for u in units],
                    "goals": GOALS - 1, "initiatives": INITIATIVES - 1,
                },
            )  # fmt: skip
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SET ROLE {APP_ROLE}")
    return first


def _initiative(node: Node, goal: Goal, leader: Person) -> Initiative:
    """One whole initiative, decided, on a need of an analysis that is put there."""
    need, version = uuid4(), uuid4()
    body = {"needs": [{"id": str(need), "text": "Behovet", "priority": 1, "causes": []}], "causes": []}
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        for statement in ANALYSIS:
            values = {"document": uuid4(), "version": version, "node": node.pk, "by": leader.pk}
            cursor.execute(statement, {**values, "period": PERIOD, "body": json.dumps(body)})
        cursor.execute(f"SET ROLE {APP_ROLE}")
    places = Places(Access(leader).tree)
    (choice,) = queries.needs_for(node, places)
    made = doing.propose(node=node, period=PERIOD, title="Insatsen", needs=[choice.key], by=leader)
    today = timezone.localdate()
    fields = {
        "goal": goal, "aim": "Syftet", "effect": "sign", "sign": "Tecknet", "ground": "both", "reference": "Källan",
        "resources": "En timme", "starts_on": today, "ends_on": today + dt.timedelta(days=200), "holder": leader,
        "evaluation_form": "Samtal", "evaluation_date": today + dt.timedelta(days=210),
    }  # fmt: skip
    made = doing.change(initiative=made, expected=1, fields=fields, participants=[node.pk], by=leader)
    activity = Activity.objects.get(initiative=made)
    done = {"what": "Göra", "who": "Alla", "due": today}
    activity_actions.change(activity=activity, expected=1, fields=done, by=leader)
    return doing.decide(initiative=made, expected=made.version, by=leader)


ANALYSIS = (
    """
    WITH document AS (
      INSERT INTO documents_document
        (id, kind, node_id, period, state, version, created_at, changed_at, correction_reason)
      VALUES (%(document)s, 'analysis', %(node)s, %(period)s, 'established', 1, now(), now(), '') RETURNING id
    ), analysis AS (
      INSERT INTO analyses_analysis (id, document_id, done_steps) SELECT gen_random_uuid(), id, '{}' FROM document
    )
    INSERT INTO documents_documentversion (id, document_id, number, state, body, content_hash, reason, made_by_id,
        made_at, authority, paragraph, registry_number)
      SELECT %(version)s, id, 1, 'established', %(body)s, 'x', '', %(by)s, now(), 'own', '', '' FROM document
    """,
)


def _columns(model: Any, **others: str) -> tuple[str, str]:
    """The columns of a table and what each of a copy's holds."""
    names = [f.column for f in model._meta.local_concrete_fields if not getattr(f, "generated", False)]
    return ", ".join(names), ", ".join(others.get(name, f"o.{name}") for name in names)


def _copies() -> tuple[str, ...]:
    from styrkedja.plans.models import GoalNational, InitiativeNeed, Participant

    id = "gen_random_uuid()"
    node = "(%(nodes)s::uuid[])[1 + m.number %% cardinality(%(nodes)s::uuid[])]"
    goal, link = _columns(Goal, id="m.id", node_id=node, above_id="o.id"), _columns(GoalNational, id=id, goal_id="m.id")
    made = _columns(Initiative, id="m.id", node_id=node, goal_id="m.goal")
    below = [(model, _columns(model, id=id, initiative_id="m.id")) for model in (InitiativeNeed, Participant, Activity)]
    return (
        f"CREATE TEMP TABLE m_goal AS SELECT {id} AS id, number FROM generate_series(1, %(goals)s) number",
        f"INSERT INTO plans_goal ({goal[0]}) SELECT {goal[1]} FROM plans_goal o, m_goal m WHERE o.id = %(goal)s",
        f"INSERT INTO plans_goalnational ({link[0]}) SELECT {link[1]} FROM plans_goalnational o, m_goal m"
        " WHERE o.goal_id = %(goal)s",
        f"CREATE TEMP TABLE m_made AS SELECT {id} AS id, g.number, g.id AS goal FROM m_goal g"
        " WHERE g.number <= %(initiatives)s",
        f"INSERT INTO plans_initiative ({made[0]}) SELECT {made[1]} FROM plans_initiative o, m_made m"
        " WHERE o.id = %(initiative)s",
        *(
            f"INSERT INTO {model._meta.db_table} ({one[0]}) SELECT {one[1]} FROM {model._meta.db_table} o, m_made m"
            " WHERE o.initiative_id = %(initiative)s"
            for model, one in below
        ),
    )


COPIES = _copies()
