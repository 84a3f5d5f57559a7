"""A year of the demo's work, from decisions to feedback (`year.toml`), through the actions by those whose work it is.

What is there already is left alone. Days follow the school year that runs when the demo is loaded, so it never grows
old: last year's initiatives are judged, but for one that waits, and this year's are running.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.analyses.queries import frozen_analysis, needs_of
from styrkedja.core import periods
from styrkedja.dialogues.models import Obligation, Request, RequestReceiver
from styrkedja.dialogues.reflections import actions as reflecting
from styrkedja.dialogues.requests import answer_actions as answering
from styrkedja.dialogues.requests import asking_actions as asking
from styrkedja.organisation.models import Node, Person
from styrkedja.plans.frame import actions as frame
from styrkedja.plans.goals import actions as aiming
from styrkedja.plans.initiatives import actions as doing
from styrkedja.plans.initiatives import activity_actions, outcome_actions, queries
from styrkedja.plans.initiatives.places import Places
from styrkedja.plans.models import Activity, Decision, Goal, Initiative

from . import cast, plans

ANALYSED = "2024/25"
REGISTRAR = "Gunnar Hedlund"
LEADING = ("principal", "administration_head", "team_lead")
Told = dict[str, Any]


def write(*, nodes: dict[str, Node], people: dict[str, Person]) -> None:
    """The whole year, unless some of it is there. `nodes` by the keys of `cast`, `people` by e-mail."""
    if Decision.objects.exists():
        return
    told = tomllib.loads(Path(__file__).with_name("year.toml").read_text("utf-8"))
    with transaction.atomic():  # an interrupted load leaves no half of a year
        _Year(nodes, {member.name: people[member.email] for member in cast.PEOPLE}).write(told)


class _Year:
    """Remembers which row each key of the text became."""

    def __init__(self, nodes: dict[str, Node], people: dict[str, Person]) -> None:
        self.nodes, self.people = nodes, people
        self.leaders = {m.place: people[m.name] for m in cast.PEOPLE if m.role in LEADING}
        self.begins = periods.end_year(periods.school_year_on(timezone.localdate())) - 1
        self.decisions: dict[str, Decision] = {}
        self.goals: dict[str, Goal] = {}

    def write(self, told: Told) -> None:
        for one in told["decisions"]:
            self._decide(one)
        for year in (-1, 0):  # a year is planned before it is told how it went, and judged before the next is planned
            aims = [(self._aim(one), one) for one in told["goals"] if one["year"] == year]
            tried = [(self._try(one), one) for one in told["initiatives"] if one["year"] == year]
            for one in plans.plans_told(year):
                self._plan(one)
            for made, one in tried:
                self._carry_out(made, one)
            for goal, one in aims:
                self._close(goal, one)
        for one in told["requests"]:
            self._ask(one)

    def day(self, told: list[int]) -> dt.date:
        years, month, day = told
        return dt.date(self.begins + years, month, day)

    def period(self, year: int) -> str:
        return periods.school_year(self.begins + 1 + year)

    def _decide(self, told: Told) -> None:
        self.decisions[told["key"]] = frame.enter_decision(
            node=self.nodes[told["node"]],
            kind=told["kind"],
            title=told["title"],
            text=told["text"],
            decided_on=self.day(told["on"]),
            paragraph=told["paragraph"],
            registry_number=told["registry_number"],
            valid_from=self.day(told["from"]),
            addressed_to=self.nodes[told["addressed_to"]] if "addressed_to" in told else None,
            above=self.decisions.get(told.get("above", "")),
            global_goals=told["global_goals"],
            by=self.people[REGISTRAR],
        )

    # Goals

    def _aim(self, told: Told) -> Goal:
        decision = self.decisions.get(told.get("decision", ""))
        leader = self.leaders.get(told["node"], self.leaders["huvudman"])
        goal = aiming.propose(
            node=self.nodes[told["node"]],
            period=self.period(told["year"]),
            title=told["title"],
            text=told.get("text", ""),
            national=told["national"],
            above=self.goals.get(told.get("above", "")),
            decision=decision,
            needs=[self._need(node, number) for node, number in told["needs"]],
            by=leader,
        )
        who = self.people[REGISTRAR] if decision else leader
        self.goals[told["key"]] = aiming.decide(goal=goal, expected=goal.version, decision=decision, by=who)
        return self.goals[told["key"]]

    def _close(self, goal: Goal, told: Told) -> None:
        if "outcome" in told:
            aiming.close(goal=goal, expected=goal.version, outcome=told["outcome"], by=self.leaders[told["node"]])

    def _plan(self, told: Told) -> None:
        plans.write(
            told,
            node=self.nodes[told["node"]],
            period=self.period(told["year"]),
            day=self.day,
            by=self.leaders[told["node"]],
            people=self.people,
        )

    def _need(self, node: str, number: int) -> tuple[Any, str]:
        version = frozen_analysis(self.nodes[node], ANALYSED)
        assert version is not None, f"{node} has no established analysis"
        return version, needs_of(version.body)[number]["id"]

    # Initiatives

    def _try(self, told: Told) -> Initiative:
        node, leader = self.nodes[told["node"]], self.leaders[told["node"]]
        places = Places(Access(leader).tree)
        need = queries.needs_for(node, places)[told["need"]]
        made = doing.propose(
            node=node,
            period=self.period(told["year"]),
            title=told["title"],
            kind=told.get("kind", "initiative"),
            needs=[need.key],
            by=leader,
        )
        made = doing.change(
            initiative=made,
            expected=made.version,
            fields=self._hypothesis(told),
            participants=[self.nodes[key].pk for key in told.get("participants", ())],
            by=leader,
        )
        if told.get("state") == "proposed":
            return made
        self._activities(made, told, leader)
        made = doing.decide(initiative=made, expected=made.version, by=leader)
        return doing.begin(initiative=made, expected=made.version, by=leader)

    def _hypothesis(self, told: Told) -> Told:
        plain = ("aim", "sign", "indicator", "target", "ground", "reference", "resources", "evaluation_form")
        fields = {name: told[name] for name in plain if name in told}
        days = {"target_date": "target_date", "starts": "starts_on", "ends": "ends_on", "evaluation_date": None}
        fields |= {field or name: self.day(told[name]) for name, field in days.items() if name in told}
        if "sign" in told or "indicator" in told:
            fields["effect"] = "sign" if "sign" in told else "indicator"
        if "holder" in told:
            fields["holder"] = self.people[told["holder"]]
        if "goal" in told:
            fields["goal"] = self.goals[told["goal"]]
        return fields

    def _activities(self, made: Initiative, told: Told, leader: Person) -> None:
        for number, (what, who, due) in enumerate(told["activities"]):
            fields = {"what": what, "who": who, "due": self.day(due)}
            first = Activity.objects.get(initiative=made) if number == 0 else None
            if first:
                activity_actions.change(activity=first, expected=first.version, fields=fields, by=leader)
            else:
                activity_actions.add(initiative=made, fields=fields, by=leader)

    def _carry_out(self, made: Initiative, told: Told) -> None:
        leader = self.leaders[told["node"]]
        for term, status, done, places, deviation, measure in told.get("follow_ups", ()):
            year = self.begins + told["year"] + (1 if term == "VT" else 0)
            outcome_actions.follow_up(
                initiative=made,
                cycle=f"{year}-{term}",
                status=status,
                done=done,
                carried_out_in=[self.nodes[key].pk for key in places],
                deviation=deviation,
                measure=measure,
                by=made.holder,
            )
        if told.get("end") == "complete":
            made = doing.complete(initiative=made, expected=made.version, by=leader)
        elif told.get("end") == "stop":
            made = doing.stop(initiative=made, expected=made.version, reason=told["end_reason"], by=leader)
        if "evaluation" in told:
            self._judge(made, told["evaluation"], leader)

    def _judge(self, made: Initiative, told: Told, leader: Person) -> None:
        outcome_actions.evaluate(
            initiative=made,
            words=told["words"],
            carried_out=told["carried_out"],
            carried_out_how=told.get("how", ""),
            other_explanations=told["other"],
            verdict=told["verdict"],
            decision=told["decision"],
            learned=told["learned"],
            by=leader,
        )
        if told.get("carry_on"):
            outcome_actions.carry_on(initiative=made, period=self.period(0), by=leader)

    # Requests

    def _ask(self, told: Told) -> None:
        asker = self.people[told["by"]]
        request = asking.send_request(
            node=self.nodes[told["node"]],
            receivers=[self.nodes[key] for key in told["receivers"]],
            what=told["what"],
            purpose=told["purpose"],
            due=timezone.localdate() + dt.timedelta(days=told["due"]),
            text=told.get("text", ""),
            kind=told.get("kind", ""),
            period=told.get("period", ""),
            questions=told.get("questions", ()),
            by=asker,
        )
        for key in told.get("answered", ()):
            version = frozen_analysis(self.nodes[key], told["period"])
            assert version is not None
            row = self._row(request, key)
            answering.hand_in_document(receiver=row, version=version, expected=row.version, by=self.leaders[key])
        for key, words in told.get("words", {}).items():
            row = self._row(request, key)
            answering.answer_in_words(receiver=row, text=words, expected=row.version, by=self.leaders[key])
        for key, texts in told.get("reflections", {}).items():
            self._reflect(self._row(request, key), texts, told.get("talk", ()), self.leaders[key])
        accepted = [self._row(request, key) for key in told.get("accepted", ())]
        if accepted:
            asking.accept(receivers={row.pk: row.version for row in accepted}, by=asker)
        self._answer_back(request, told, asker)

    def _reflect(self, row: RequestReceiver, texts: list[str], talk: list[list[Any]], by: Person) -> None:
        """Answers as far as they are written; handed in where there is one to each question."""
        for number, text in enumerate(texts, start=1):
            reflecting.save_answer(receiver=row, number=number, text=text, expected=1, by=by)
        for number, who, text in talk:
            reflecting.comment(receiver=row, number=number, text=text, by=self.people[who])
        if len(texts) == len(row.request.questions):
            reflecting.hand_in(receiver=row, expected=row.version, by=by)

    def _answer_back(self, request: Request, told: Told, asker: Person) -> None:
        for given in told.get("feedback", ()):
            words = {name: given.get(name, "") for name in ("saw", "use", "action", "question")}
            answering.give_feedback(receivers=[self._row(request, key).pk for key in given["to"]], by=asker, **words)
        for key in told.get("acknowledged", ()):
            row = self._row(request, key)
            answering.acknowledge(receiver=row, up_to=row.feedback.count(), by=self.leaders[key])
            for owed in Obligation.objects.filter(receiver=row, kind="reply", met_at=None):
                answering.reply(obligation=owed, text="Gärna. Vi tar med kuratorn.", by=self.leaders[key])

    def _row(self, request: Request, key: str) -> RequestReceiver:
        return RequestReceiver.objects.select_related("request", "node").get(request=request, node=self.nodes[key])
