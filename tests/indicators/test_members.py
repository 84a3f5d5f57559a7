"""The lean reading of a comparison set says what the full one would, for every reader."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from styrkedja.indicators.disclosure import MASKED, Audience
from styrkedja.indicators.figures import Lookups, UnitKey
from styrkedja.indicators.members import Beside
from styrkedja.indicators.queries import figures_of, members_of
from styrkedja.indicators.series import all_series
from styrkedja.observations.models import Batch
from tests.indicators.facts import batch, observe, unit

pytestmark = pytest.mark.django_db
YEAR, PERIOD = 2025, "2024/25"
KEYS = [UnitKey("school_unit", f"{20_000_000 + i}") for i in range(12)]
SEVERAL = ("skv_slutbetyg9", "skv_planned_educations", "skv_salsa_survey")  # each tells the merit rating
MEASURES = {"skv_slutbetyg9": "meritvarde_17", "skv_planned_educations": "gr/averageGradesMeritRating9thGrade",
            "skv_salsa_survey": "meritvarde"}  # fmt: skip
WANTED = {
    (indicator, ""): Beside(YEAR, "all") for indicator in ("merit17", "absence_problem", "np_net", "np_higher")
} | {("np_net", "mat"): Beside(YEAR, "all")}


def full(audience):
    """Shown values of the year, through figures and lines, as the pages of one unit read them."""
    figures = figures_of(KEYS, audience, organiser=None, only_years=[YEAR], both_sexes=False)
    values = {}
    for one in KEYS:
        for key, series in all_series([f for f in figures if f.unit == one], [one], ("",)).items():
            figure = series.at(YEAR)
            if key in WANTED and figure and figure.value is not None and figure.state == "shown":
                values.setdefault(key, []).append(figure.value)
    return {key: sorted(found) for key, found in values.items()}


def lean(audience):
    lookups = Lookups()
    assert lookups.batches is not None  # a page has read them for its own figures
    found = members_of(KEYS, audience, WANTED, organiser=None, places=("",), lookups=lookups)
    return {key: sorted(values) for key, values in found.values.items()}, found.holders


def random_world(seed):
    dice = random.Random(seed)
    batches = {source: batch(source) for source in (*SEVERAL, "local")}
    for one in KEYS:
        about = unit(*one)
        for source in dice.sample(SEVERAL, dice.randint(0, 3)):
            observe(about, source, MEASURES[source], [told(dice, PERIOD, share=False)], batches[source])
        for measure in ("absence_problem", "np_higher", "np_lower", "np_higher/mat", "np_lower/mat"):
            if dice.random() < 0.8:
                rows = [told(dice, period) for period in (PERIOD, "2023/24")]
                observe(about, "local", measure, rows, batches["local"])


def told(dice, period, share=True):
    state = dice.choices(["shown", "suppressed", "missing", "approximate"], [8, 1, 1, 1])[0]
    if state != "shown":
        return {"period": period, "state": state, "raw": ".."}
    n = dice.choice([None, 4, 9, 10, 30, 60])
    numerator = dice.randint(0, n) if n and share else None
    value = 100 * numerator / n if numerator is not None else dice.randint(10, 90) / 1.0
    return {"period": period, "value": value, "n": n, "numerator": numerator}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("who", ["masked", "half", "full"])
def test_lean_and_full_agree(seed, who):
    random_world(seed)
    units = {"masked": (), "half": KEYS[::2], "full": KEYS}[who]
    audience = Audience(who, frozenset(units)) if units else MASKED
    values, _holders = lean(audience)
    assert values == full(audience)


def test_a_difference_is_hidden_with_either_of_its_halves():
    """Higher for 30 of 60 and lower for 2 of 60: the second is told as "~0", and 46.7 would tell it."""
    of, about = batch("local"), unit(*KEYS[0])
    observe(about, "local", "np_higher", [{"period": PERIOD, "value": 50.0, "n": 60, "numerator": 30}], of)
    observe(about, "local", "np_lower", [{"period": PERIOD, "value": 3.3, "n": 60, "numerator": 2}], of)
    shown = {f.indicator: f.value for f in figures_of(KEYS, MASKED, organiser=None)}
    assert shown == {"np_higher": 50.0, "np_lower": None, "np_net": None}
    assert lean(MASKED)[0] == {("np_higher", ""): [50.0]}
    own = Audience("full", frozenset(KEYS))
    assert {f.indicator: (f.value, f.small) for f in figures_of(KEYS, own, organiser=None)} == {
        "np_higher": (50.0, False), "np_lower": (3.3, True), "np_net": (46.7, True),
    }  # fmt: skip


def test_an_undone_batch_and_other_years_and_sexes_do_not_count():
    about = unit(*KEYS[0])
    observe(about, "local", "absence_problem", [
        {"period": "2023/24", "value": 50.0, "n": 60, "numerator": 30},
        {"period": PERIOD, "value": 60.0, "n": 30, "numerator": 18, "group": "K"},
    ])  # fmt: skip
    later = observe(about, "local", "absence_problem", [{"period": PERIOD, "value": 50.0, "n": 60, "numerator": 30}])
    assert lean(MASKED) == ({("absence_problem", ""): [50.0]}, {KEYS[0]})
    Batch.objects.filter(pk=later.pk).update(status=Batch.Status.UNDONE)
    assert lean(MASKED) == ({}, frozenset())


def test_one_reading_whatever_the_number():
    observe(unit(*KEYS[0]), "local", "absence_problem", [{"period": PERIOD, "value": 50.0, "n": 60}])
    with CaptureQueriesContext(connection) as few:
        lean(MASKED)
    random_world(1)
    with CaptureQueriesContext(connection) as many:
        lean(MASKED)
    assert len(few) == len(many)
