"""The catalogue: every indicator of the design, nothing misspelt, and its measures are those of the real files."""

import json
import re

import fastexcel
import pytest

from styrkedja.indicators.catalogue import _reading, catalogue
from styrkedja.indicators.curricula import area, curricula, curricula_of

IDS = set(
    re.findall(
        r"\w+",
        """
merit17 merit16 pass_all_final pass_all_y6 pass_subject_y6 elig_yr elig_es elig_ekhusa elig_nate subject_points
np_points np_higher np_lower np_net np3_all_parts salsa_merit_model salsa_merit_res salsa_pass_res assess_y1 gbp
gbp_exam exam_3y exam_4y he_elig teacher_cert pupils_per_teacher children_per_staff preschool_cert group_size
survey_index survey_positive absence_total absence_invalid absence_problem offence_rate complaint_days
""",
    )
)

SOUND = """
kind = "share"
unit = "percent"
range = [0, 100]
decimals = 1
direction = "up"
counts = "pupils"
school_forms = ["gr"]
levels = ["school_unit"]
goal_areas = { lgr22 = "kunskaper" }
owner = "quality_lead"
next_review = 2027-09-30
name = { sv = "Namn", en = "Name" }
short_name = { sv = "Namn", en = "Name" }
phrase = { sv = "Namnet[ i {part}] här", en = "The name[ in {part}] here" }
why_it_matters = { sv = "Därför.", en = "Because." }
definition = { sv = "Så.", en = "So." }
[[parts]]
id = "mat"
sv = "Matematik"
en = "Mathematics"
[[sources]]
source = "kolada"
measure = "N00001"
part = "mat"
place = "kommunal"
[[breaks]]
from = "2022/23"
sv = "Ny definition."
en = "New definition."
"""


def test_every_indicator_of_the_design_is_there_and_no_other():
    assert set(catalogue()) == IDS


def written(folder, text, name="an_indicator.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_file_is_read(tmp_path):
    made = _reading.indicator(written(tmp_path, SOUND))
    assert made.label("mat") == "Namn: Matematik"
    assert made.sources[0].place == "kommunal"
    assert made.breaks[0].lies_between("2021/22", "2022/23")
    assert not made.breaks[0].lies_between("2022/23", "2023/24")
    assert made.breaks[0].lies_between("2021", "2024")  # calendar years of another source


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ('kind = "share"', 'kind = "shares"', "kind"),
        ('kind = "share"', 'kind = "share"\ncolour = "red"', "colour"),
        ('owner = "quality_lead"\n', "", "owner"),
        ("lgr22", "lgr23", "lgr23"),
        ('"kunskaper"', '"kunskap"', "kunskap"),
        ('school_forms = ["gr"]', 'school_forms = ["gru"]', "gru"),
        ('levels = ["school_unit"]', 'levels = ["skola"]', "skola"),
        ('source = "kolada"', 'source = "kollada"', "kollada"),
        ('part = "mat"', 'part = "matte"', "matte"),
        ('place = "kommunal"', 'place = "kommun"', "kommun"),
        ('place = "kommunal"', 'plats = "kommunal"', "plats"),
        ('from = "2022/23"', 'from = "2022/24"', "2022/24"),
        ('id = "mat"', 'id = "Mat "', "Mat"),
        ("next_review = 2027-09-30", 'next_review = "2027"', "next_review"),
        ('en = "Because."', 'en = ""', "why_it_matters"),
        ("range = [0, 100]", "range = [100, 0]", "range"),
        ('[[sources]]\nsource = "kolada"\nmeasure = "N00001"\npart = "mat"\nplace = "kommunal"\n', "", "source"),
    ],
)
def test_a_misspelt_file_is_refused(tmp_path, right, wrong, named):
    assert right in SOUND
    with pytest.raises(_reading.Faulty, match=f"an_indicator.*{re.escape(named)}"):
        _reading.indicator(written(tmp_path, SOUND.replace(right, wrong, 1)))


def test_a_measure_belongs_to_one_indicator(tmp_path):
    first, second = (_reading.indicator(written(tmp_path, SOUND, f"{name}.toml")) for name in ("one", "two"))
    with pytest.raises(_reading.Faulty, match="already one's"):
        _reading.check_together({"one": first, "two": second})


def measures(source):
    return {s.measure: (i.id, s) for i in catalogue().values() for s in i.sources if s.source == source}


PLACES = (("kommunal", r"kommunala? (skola|grund|gymnasie|regi)|kommunala skolor|kommunal skola|kommunal regi"),
          ("lageskommun", "lägeskommun"), ("hemkommun", "hemkommun"),
          ("fristaende", "fristående|enskild regi"))  # fmt: skip


def test_koladas_ids_are_in_koladas_catalogue_at_the_place_its_title_says(shared):
    titles = {
        k["id"]: k["title"] for k in json.loads((shared / "data/kolada_metadata_v3/kpi.json").read_text())["values"]
    }
    ours = measures("kolada")
    assert len(ours) > 150
    for kpi, (id, source) in ours.items():
        if source.unverified:
            assert kpi not in titles, f"{kpi} is there after all"
            continue
        title = titles[kpi]
        named = {place for place, words in PLACES if re.search(words, title)}
        assert (named or {""}) == {source.place}, (id, kpi, title)
        excluded = "exkl. nyinvandrade" in title
        assert (source.population == "excl_new_unknown") == excluded, (id, kpi, title)


def test_the_measures_of_the_wide_workbook_are_its_rows(shared):
    sheet = fastexcel.read_excel(shared / "data/underlag_for_analys_2024_25_dev.xlsx").load_sheet(
        0, header_row=None, dtypes="string", use_columns=[0]
    )
    rows = {(text or "").rstrip("*").strip() for text in sheet.to_polars().to_series().to_list()}
    assert set(measures("skv_underlag")) <= rows
    surveys = {row for row in rows if row.endswith("(medelvärde)")}
    assert surveys <= set(measures("skv_underlag"))


def test_the_measures_of_the_api_and_of_salsa_are_their_keys(shared):
    with (shared / "data/statistics_gr_v4_dev.jsonl").open(encoding="utf-8") as file:
        body = json.loads(next(file))["response"]["body"]
    assert set(measures("skv_planned_educations")) <= {f"gr/{key}" for key in body}
    schools = json.loads((shared / "data/salsa_skolenkat_dev.json").read_text())["schools"]
    keys = {key for school in schools for key in school}
    for measure in measures("skv_salsa_survey"):
        assert measure.startswith("survey/") or measure in keys
    asked = {
        f"survey/{who}/{key}" + (f"/{block['ak']}" if block.get("ak") else "")
        for school in schools
        for who, block in (school.get("survey") or {}).items()
        if block
        for key in block
        if key not in ("n", "sem", "ak")
    }
    assert asked <= set(measures("skv_salsa_survey"))


def test_what_has_no_source_says_so():
    for indicator in catalogue().values():
        assert indicator.sources or indicator.difference or str(indicator.missing_source)


def test_goal_areas_are_the_headings_of_the_curricula():
    import datetime as dt

    assert [a.sv for a in curricula()["lgr22"].areas[:3]] == [
        "Normer och värden", "Kunskaper", "Elevernas ansvar och inflytande",
    ]  # fmt: skip
    assert area("lpfo18/kunskaper").sv == "Omsorg, utveckling och lärande"
    day = dt.date(2026, 11, 22)
    assert [c.id for c in curricula_of({"gr", "fsk"}, day)] == ["lgr22"]
    assert [c.id for c in curricula_of({"fs", "gy", "gr"}, day)] == ["lpfo18", "lgr22", "gy"]
    assert curricula_of({"gr"}, dt.date(2021, 1, 1)) == []  # Lgr22 held from July 2022
    with pytest.raises(KeyError):
        area("lgr22/matte")


def test_subjects_years_and_respondents_stand_under_the_goal_they_are_about():
    survey = catalogue()["survey_index"]
    assert survey.goal_area("lgr22", "trygghet-ak8") == "normer"
    assert survey.goal_area("lgr22", "stimulans-ak5") == "kunskaper"
    assert survey.goal_area("lgr22", "stod-vardnadshavare") == "hem"
    assert catalogue()["teacher_cert"].goal_area("gy", "") is None
    assert catalogue()["teacher_cert"].goal_area("gy", "gy") == "forutsattningar"
