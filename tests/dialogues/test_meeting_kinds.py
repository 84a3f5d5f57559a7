"""The kinds of meetings as data: ten that can be used, and a faulty file is refused with its name and the reason."""

import pytest
from django.template.loader import get_template

from styrkedja.access.roles import ROLES
from styrkedja.dialogues.meetings.catalogue import FOLDER, Faulty, Gatherer, kinds, kinds_for, read
from styrkedja.dialogues.meetings.material import GATHERERS, NAMES

TEN = {
    "ska_dag", "dialogdag", "analysseminarium", "betygsdialog", "resursdialog", "verksamhetsdialog", "amnesgrupp",
    "arbetslagsmote", "presidium", "samrad",
}  # fmt: skip


def test_there_are_ten_kinds_each_with_an_agenda_worth_using():
    assert set(kinds()) == TEN
    for kind in kinds().values():
        assert 4 <= len(kind.agenda) <= 7, kind.id
        for point in kind.agenda:
            assert len(point.text_sv) > 25 and len(point.text_en) > 25
            assert point.sv != point.en
        levels = {level for called in kind.called for level in ROLES[called.role].levels}
        assert levels, kind.id
    assert kinds()["analysseminarium"].method == "seminar"
    assert kinds()["dialogdag"].leads_to == "priorities"
    assert kinds()["samrad"].consultation
    assert kinds()["amnesgrupp"].subject


def test_every_level_has_something_to_call():
    for level in ("council", "committee", "administration", "unit", "team"):
        assert kinds_for(level), level
    assert {k.id for k in kinds_for("team")} == {"arbetslagsmote", "samrad"}


def test_everything_that_can_be_gathered_has_a_module_a_name_and_a_template():
    assert set(GATHERERS) == set(NAMES) == set(Gatherer)
    for id in Gatherer:
        get_template(f"dialogues/meetings/material/{id}.html")
        assert callable(GATHERERS[id].build) and callable(GATHERERS[id].show)
    assert {one for kind in kinds().values() for one in kind.material} == set(Gatherer)


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ('sv = "Betygsdialog"', "", "lacks sv"),
        ('sv = "Betygsdialog"', 'sv = " "', "sv is empty"),
        ("order = 40", "order = 40\nfarg = 1", "unknown farg"),
        ("order = 40", 'order = "40"', "order is not a number"),
        ('role = "principal"', 'role = "rektor"', "no role rektor"),
        ('where = "concerned"', 'where = "here"', "where is one of"),
        ('"grades_and_tests"', '"grades"', "nothing gathers grades"),
        ('"grades_and_tests"', '"effects"', "names the same twice"),
        ('levels = ["council"', 'levels = ["skola"', "levels are some of"),
        ("minutes = 20", "minutes = 0", "minutes is a number"),
        ("minutes = 20", "", None),
        ("order = 40", 'method = "lecture"\norder = 40', "method is one of seminar"),
        ("order = 40", "order = ", "Invalid value"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name_and_the_reason(tmp_path, was, becomes, reason):
    text = (FOLDER / "betygsdialog.toml").read_text("utf-8")
    assert was in text
    file = tmp_path / "nytt.toml"
    file.write_text(text.replace(was, becomes, 1), "utf-8")
    if reason is None:
        assert read(file).agenda[0].minutes is None
        return
    with pytest.raises(Faulty, match=reason) as told:
        read(file)
    assert "nytt.toml" in str(told.value)
