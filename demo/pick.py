"""Makes `demo/data/` from the published files: real figures of one municipality under invented names.

    python -m demo.pick FOLDER NAMES     FOLDER holds the published files (README in demo/data tells their sources)

NAMES is a JSON file that is never committed, since it would undo the anonymity:
{"organiser": name as in the workbook, "municipality": name as in Kolada, "schools": {code: [demo code, demo name]},
"preschools": {id: [demo code, demo name]}}. Codes that begin 000 are given to no school.

Run by a developer when the pick changes; its output is committed. Names and codes are replaced, numbers are kept as
published, in the formats the sources publish in, so the demo goes through the same import as anybody's files.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastexcel
import xlsxwriter

OUT = Path(__file__).parent / "data"
ORGANISER = ("Ekköpings kommun", "2129999999", "9999", "Ekköping")
PRESCHOOL_PERIOD = "2024/25"  # the published list names no year; the demo says so


@dataclass(frozen=True)
class Names:
    organiser: str
    municipality: str
    schools: dict[str, tuple[str, str]]
    preschools: dict[str, tuple[str, str]]


def final_grades(folder: Path, names: Names) -> None:
    lines = (folder / "slutbetyg_ak9_2025_dev.csv").read_text("utf-8-sig").split("\n")
    kept = []
    for line in lines:
        cells = line.split(";")
        if len(cells) == 11 and re.fullmatch(r"\d{8}", cells[1]):
            if cells[1] not in names.schools:
                continue
            cells[1], cells[0] = names.schools[cells[1]]
            cells[2], cells[3] = ORGANISER[3], ORGANISER[2]
            cells[5], cells[6] = ORGANISER[0], ORGANISER[1]
            line = ";".join(cells)
        kept.append(line)
    (OUT / "slutbetyg_ak9_2025.csv").write_text("\n".join(kept), "utf-8-sig")


def underlag(folder: Path, names: Names) -> None:
    sheet = fastexcel.read_excel(folder / "underlag_for_analys_2024_25_dev.xlsx").load_sheet(
        0, header_row=None, dtypes="string"
    )
    rows = sheet.to_polars().rows()
    columns = [i for i, head in enumerate(rows[2]) if i == 0 or _wanted(head, names)]
    book = xlsxwriter.Workbook(OUT / "underlag_for_analys_2024_25.xlsx")
    book.set_properties({"created": dt.datetime(2026, 1, 1)})  # the same pick gives the same file
    page = book.add_worksheet("Underlag för analys")
    for y, row in enumerate(rows):
        for x, i in enumerate(columns):
            if row[i] is not None:
                _write(page, y, x, _renamed(row[i], names) if y == 2 else row[i])
    book.close()


def _wanted(head: str | None, names: Names) -> bool:
    if not head:
        return False
    return head.startswith("RIKET") or (
        head.startswith(names.organiser) and (head.endswith("HUVUDMAN") or any(f"({c})" in head for c in names.schools))
    )


def _renamed(head: str, names: Names) -> str:
    if not head.startswith(names.organiser):
        return head
    owner = f"{ORGANISER[0].upper()} ({ORGANISER[1]})"
    found = re.search(r"\((\d{8})\)$", head)
    if not found:
        return f"{owner}: HUVUDMAN"
    code, name = names.schools[found[1]]
    return f"{owner}: {name.upper()} ({code})"


def _write(page: Any, y: int, x: int, text: str) -> None:
    try:
        page.write_number(y, x, float(text))
    except ValueError:
        page.write_string(y, x, text)


def planned_educations(folder: Path, names: Names) -> None:
    kept = []
    for line in (folder / "statistics_gr_v4_dev.jsonl").read_text("utf-8").splitlines():
        answer = json.loads(line)
        code = answer["response"]["body"]["schoolUnit"]
        if code in names.schools:
            kept.append(line.replace(code, names.schools[code][0]))
    (OUT / "statistics_gr_v4.jsonl").write_text("\n".join(kept) + "\n", "utf-8")


def salsa_survey(folder: Path, names: Names) -> None:
    answer = json.loads((folder / "salsa_skolenkat_dev.json").read_text("utf-8"))
    schools = [s for s in answer["schools"] if s["kod"] in names.schools]
    for school in schools:
        school["kod"], school["namn"] = names.schools[school["kod"]]
        school["kommun"] = school["ort"] = ORGANISER[3]
        school["lat"] = school["lng"] = None
    answer.update(schools=schools, count=len(schools))
    (OUT / "salsa_skolenkat.json").write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", "utf-8")


def kolada(folder: Path, names: Names) -> None:
    """The picked municipality and its seven similar ones, as v3 answers (the published file is by name)."""
    by_name = json.loads((folder / "kolada_skr_MasterData_2016_2019_dev.json").read_text("utf-8"))
    groups = json.loads((folder / "kolada_metadata_v3/municipality_groups.json").read_text("utf-8"))["values"]
    similar = next(g for g in groups if g["title"] == f"Liknande kommuner grundskola, {names.municipality}, 2024")
    codes = {m["member_title"]: m["member_id"] for m in similar["members"]} | {names.municipality: ORGANISER[2]}
    values = [
        {"kpi": kpi, "municipality": codes[name], "period": int(year), "values": _genders(genders)}
        for name in sorted(codes)
        for kpi, years in by_name[name].items()
        for year, genders in years.items()
    ]
    answer = {"count": len(values), "next_url": None, "previous_url": None, "values": values}
    (OUT / "kolada_2016_2019.json").write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _genders(genders: dict[str, float | None]) -> list[dict[str, Any]]:
    return [{"gender": g, "count": 1, "status": "", "value": v, "isdeleted": False} for g, v in genders.items()]


def preschools(folder: Path, names: Names) -> None:
    """Local figures in our own template: what the published list of preschools says of the four picked."""
    with (folder / "forskolor_dev.csv").open(encoding="utf-8") as file:
        found = {row["skolverkets_id"]: row for row in csv.DictReader(file)}
    columns = {  # the value, and how many children it is about; of the staff the list gives posts, not people
        "group_size": ("Antal barn per grupp, snitt", "Antal barn"),
        "children_per_staff": ("Personaltäthet", "Antal barn"),
        "preschool_cert": ("Andel med förskollärarlegitimation", ""),
    }
    with (OUT / "forskolor.csv").open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["enhet", "indikator", "period", "grupp", "värde", "antal"])
        for published, (code, _name) in names.preschools.items():
            row = found[published]
            for indicator, (column, people) in columns.items():
                value = f"{float(row[column]):g}".replace(".", ",")
                out.writerow([code, indicator, PRESCHOOL_PERIOD, "T", value, row[people] if people else ""])


def main(folder: Path, names: Names) -> None:
    OUT.mkdir(exist_ok=True)
    for make in (final_grades, underlag, planned_educations, salsa_survey, kolada, preschools):
        make(folder, names)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Names(**json.loads(Path(sys.argv[2]).read_text("utf-8"))))
