"""The catalogue of national goals: every area has its goals, dated; a broken file is refused with file and reason."""

import datetime as dt

import pytest

from styrkedja.indicators.curricula import curricula
from styrkedja.plans.frame import national
from styrkedja.plans.frame.global_goals import global_goals
from styrkedja.plans.frame.national import Faulty, goals_for, national_goals

GOAL = '[[goals]]\nid = "normer/a"\nsv = "Trygga elever"\nen = "Safe pupils"\n'


def test_every_area_of_every_curriculum_has_three_to_eight_goals():
    by_area: dict[str, int] = {}
    for goal in national_goals().values():
        by_area[goal.area.key] = by_area.get(goal.area.key, 0) + 1
    areas = {area.key for curriculum in curricula().values() for area in curriculum.areas}
    assert areas | {"lgr22/fritidshem", "lgr22/forskoleklass"} == set(by_area)
    assert {key: n for key, n in by_area.items() if not 3 <= n <= 8} == {}


def test_goals_hold_for_their_own_school_forms_and_period():
    of_preschool = goals_for(["fs"], "2025/26")
    assert {g.curriculum for g in of_preschool} == {"lpfo18"}
    assert goals_for(["fs"], "2017/18") == []
    assert len(goals_for(["fs"], "2019/20")) == len(of_preschool)
    leisure = {g.area.key for g in goals_for(["fth"], "2025/26")}
    assert "lgr22/fritidshem" in leisure
    assert "lgr22/bedomning" not in leisure  # grading is not part of it
    assert "lgr22/fritidshem" not in {g.area.key for g in goals_for(["gr"], "2025/26")}
    assert next(g.curriculum for g in goals_for([], "2025/26")) == "lpfo18"


def test_a_calendar_year_holds_what_holds_on_some_day_of_it():
    goal = national_goals()["lgr22/normer/trygghet"]
    assert goal.holds_in("2022")
    assert not goal.holds_in("2021/22")


def test_there_are_seventeen_global_goals_in_two_languages():
    assert list(global_goals()) == list(range(1, 18))
    assert len({g.sv for g in global_goals().values()}) == len({g.en for g in global_goals().values()}) == 17


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("lgr22", "[[goals]", "lgr22.toml: "),
        ("lgr99", GOAL, "lgr99.toml: there is no curriculum"),
        ("lgr22", "", "lgr22.toml: no goals"),
        ("lgr22", GOAL.replace("normer/", "lek/"), "under an area the curriculum does not have"),
        ("lgr22", GOAL.replace("normer/a", "normer"), "is not an id"),
        ("lgr22", GOAL.replace('"Safe pupils"', '" "'), "lgr22.toml: normer/a: en is empty"),
        ("lgr22", GOAL.replace('en = "Safe pupils"', ""), "lacks en"),
        ("lgr22", GOAL + "valid = 2022-07-01\n", "unknown valid"),
        ("lgr22", GOAL + 'valid_to = "2023"\n', "a day is written"),
        ("lgr22", GOAL + "valid_to = 2020-01-01\n", "ends before it begins"),
        ("lgr22", GOAL + 'school_forms = ["gy"]\n', "school forms the curriculum is not for"),
        ("lgr22", GOAL + GOAL, "lgr22/normer/a stands twice"),
    ],
)
def test_a_broken_file_is_refused_with_file_and_reason(tmp_path, name, text, reason):
    path = tmp_path / f"{name}.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Faulty, match="(?s)" + name + ".toml.*") as refused:
        national.read(path)
    assert reason in str(refused.value)


def test_a_goal_may_end_and_stays_in_the_catalogue(tmp_path):
    path = tmp_path / "lgr22.toml"
    path.write_text(GOAL + "valid_to = 2028-06-30\n", "utf-8")
    [goal] = national.read(path)
    assert goal.valid_to == dt.date(2028, 6, 30)
    assert goal.holds_in("2027/28")
    assert not goal.holds_in("2028/29")
