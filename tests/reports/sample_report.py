"""A huvudman's quality report of ordinary size (about 30 pages, 15 charts), to look at, test and time.

The municipality and every figure in it are made up; the shapes are those of a real report.
"""

# ruff: noqa: E501 - prose

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from styrkedja.reports.blocks import (
    Block,
    Callout,
    Chart,
    FigureItem,
    Figures,
    Heading,
    PageBreak,
    Table,
    Text,
)
from styrkedja.reports.document import ReportDocument

OWN_WORDS = (
    Heading("Results", 1),
    Text("Fler elever når målen.", words=True, lead="It rests on:"),
    Callout("info", "Another explanation", "Så är det överallt.", words=True),
    Table("Goals", ("Area", "Grounds"), (("Knowledge", "De flesta når målen."),), words=((0, 1),)),
)
YEARS = ("2020/21", "2021/22", "2022/23", "2023/24", "2024/25")
UNITS = (
    "Alléskolan",
    "Björkskolan",
    "Centralskolan",
    "Ekbackens skola",
    "Fågelsångsskolan",
    "Hagaskolan",
    "Kyrkbyskolan",
    "Strandskolan",
    "Södra skolan",
    "Östangårdsskolan",
)
SOURCE = "Källa: Skolverket, slutbetyg årskurs 9, hämtad 3 oktober 2025."
SYMBOLS = "Två punkter (..) betyder att uppgiften inte visas eftersom gruppen är för liten."


def swedish(value: float, decimals: int = 1) -> str:
    return f"{value:.{decimals}f}".replace(".", ",").replace("-", "−")


def point(period: str, value: float | None, n: int = 412, half: float = 3.1) -> dict[str, Any]:
    return {
        "period": period,
        "value": value,
        "state": "suppressed" if value is None else "shown",
        "interval": None if value is None else [value - half, value + half],
        "n": n,
        "display": ".." if value is None else swedish(value),
    }


def line_data(label: str, unit: str, values: tuple[float | None, ...], target: float | None = None) -> dict[str, Any]:
    return {
        "label": label,
        "unit": unit,
        "points": [point(year, value) for year, value in zip(YEARS, values, strict=True)],
        "comparisons": [
            {"label": "Riket", "points": [point(year, 73.4 + 0.3 * i) for i, year in enumerate(YEARS)]},
            {"label": "Liknande kommuner", "points": [point(year, 71.0 + 0.6 * i) for i, year in enumerate(YEARS)]},
        ],
        "target": target,
        "breaks": [{"period": "2022/23", "label": "Nytt mått"}],
    }


def dots_data(unit: str, base: float) -> dict[str, Any]:
    items = []
    for place, name in enumerate(UNITS):
        value = None if place == 4 else round(base + (place * 37 % 11) * 2.3 - 11, 1)
        made = point("2024/25", value, n=34 + place * 5, half=7.4)
        items.append(
            {
                "label": name,
                "own": place == 1,
                "href": None,
                **{k: made[k] for k in ("value", "state", "interval", "n", "display")},
            }
        )
    return {"unit": unit, "items": items, "reference": {"label": "Kommunen", "value": base}}


def multiples_data(unit: str, base: float) -> dict[str, Any]:
    panels = [
        {
            "label": name,
            "href": None,
            "points": [point(y, round(base + ((place * 7 + i * 5) % 13) - 6, 1)) for i, y in enumerate(YEARS)],
        }
        for place, name in enumerate(UNITS)
    ]
    return {
        "unit": unit,
        "panels": panels,
        "comparison": {"label": "Kommunen", "points": [point(y, base) for y in YEARS]},
    }


def slope_data() -> dict[str, Any]:
    items = [
        {"label": name, "from": 61 + place * 2.5, "to": 64 + place * 37 % 11 * 2.1, "own": place == 1}
        for place, name in enumerate(UNITS[:6])
    ]
    return {"unit": "%", "from_label": "2023/24", "to_label": "2024/25", "items": items}


def likert_data() -> dict[str, Any]:
    shares = ((42, 33, 16, 7, 2), (38, 34, 17, 8, 3), (27, 35, 23, 11, 4), (31, 36, 20, 9, 4))
    labels = (
        "Jag känner mig trygg i skolan",
        "Vuxna i skolan reagerar om någon är kränkande",
        "Jag har studiero på lektionerna",
        "Jag kan påverka hur vi arbetar",
    )
    levels = ["Stämmer helt", "Stämmer ganska bra", "Stämmer ganska dåligt", "Stämmer inte alls", "Vet inte"]
    return {
        "levels": levels,
        "items": [{"label": label, "shares": list(row), "n": 388} for label, row in zip(labels, shares, strict=True)],
    }


def heat_data() -> dict[str, Any]:
    columns = ["Sv", "SvA", "En", "Ma", "No", "So", "Idh", "Bild"]
    rows = []
    for place, name in enumerate(UNITS):
        cells = []
        for i in range(len(columns)):
            value = None if (place, i) in ((4, 1), (7, 1), (2, 1)) else 78 + (place * 5 + i * 7) % 21
            cells.append(
                {
                    "display": ".." if value is None else str(value),
                    "value": value,
                    "state": "suppressed" if value is None else "shown",
                }
            )
        rows.append({"label": name, "href": None, "cells": cells})
    return {"unit": "%", "columns": columns, "rows": rows}


def funnel_data() -> dict[str, Any]:
    mean = 76.2
    limits = []
    for n in range(15, 125, 5):
        error = (mean * (100 - mean) / n) ** 0.5
        limits.append(
            {
                "n": n,
                "lo2": mean - 1.96 * error,
                "hi2": mean + 1.96 * error,
                "lo3": mean - 3.09 * error,
                "hi3": mean + 3.09 * error,
            }
        )
    items = [
        {"label": name, "n": 22 + place * 9, "value": mean + (place * 37 % 11) * 2.2 - 11, "own": place == 1}
        for place, name in enumerate(UNITS)
    ]
    return {"unit": "%", "items": items, "mean": mean, "limits": limits}


def key_figures() -> Figures:
    school = "Skolverket, slutbetyg åk 9"
    return Figures(
        (
            FigureItem(
                "Godkänt i alla ämnen",
                "76,2 %",
                "shown",
                76.2,
                "%",
                412,
                (71.9, 80.1),
                "2024/25",
                school,
                "▲ +3,1 procentenheter sedan 2023/24",
                "Liknande kommuner 73,4 %",
            ),
            FigureItem(
                "Meritvärde, 17 ämnen",
                "224,6",
                "shown",
                224.6,
                "poäng",
                412,
                None,
                "2024/25",
                school,
                "▬ som 2023/24",
                "Riket 227,1",
            ),
            FigureItem(
                "Behöriga till yrkesprogram",
                "86,4 %",
                "shown",
                86.4,
                "%",
                412,
                (82.7, 89.4),
                "2024/25",
                school,
                "▲ +1,2 procentenheter sedan 2023/24",
                "Riket 85,2 %",
            ),
            FigureItem(
                "Trygghet, årskurs 8",
                "7,4",
                "shown",
                7.4,
                "index",
                371,
                None,
                "2024/25",
                "Skolinspektionen, Skolenkäten",
                "▼ −0,3 sedan 2022/23",
                "Riket 7,6",
            ),
            FigureItem(
                "Studiero, årskurs 8",
                "5,9",
                "shown",
                5.9,
                "index",
                371,
                None,
                "2024/25",
                "Skolinspektionen, Skolenkäten",
                "▼ −0,4 sedan 2022/23",
                "Riket 6,2",
            ),
            FigureItem("Godkänt, nyanlända elever", "..", "suppressed", None, "%", None, None, "2024/25", school),
        )
    )


def summary() -> Iterator[Block]:
    yield Heading("Sammanfattning och förslag till beslut", 1)
    yield Text(
        "Fler elever når godkänt i alla ämnen för tredje året i rad. Samtidigt minskar studieron i årskurs 8 på sju av tio skolor, "
        "och skillnaden mellan skolorna är större än skillnaden mellan åren. Det är den skillnaden som huvudmannen behöver arbeta med.\n\n"
        "Tre saker går bra:\n- resultaten i svenska som andraspråk efter två år med ämneslag över skolgränserna\n"
        "- andelen behöriga lärare i förskoleklass och fritidshem\n- återkoppling på klagomål inom tre veckor, i 94 procent av fallen\n\n"
        "Tre saker oroar:\n- studieron i årskurs 7–9\n- matematik i årskurs 6, där var fjärde pojke saknar godkänt betyg\n"
        "- elever med mer än 15 procents frånvaro, som har blivit 38 fler"
    )
    yield key_figures()
    yield Callout(
        "decision",
        "Nämnden föreslås fastställa rapporten och tre prioriteringar för 2025/26",
        "Barn- och utbildningsnämnden föreslås besluta\n\n- att fastställa kvalitetsrapporten för läsåret 2024/25\n"
        "- att prioritera studiero, matematik i mellanåren och närvaro\n- att följa upp insatserna i februari och juni 2026",
    )


def process() -> Iterator[Block]:
    yield Heading("Styrkedja, process och underlag", 1)
    yield Text(
        "Rapporten bygger på nulägesanalyser från kommunens tio grundskolor. Varje arbetslag har först beskrivit sina resultat och prövat "
        "förklaringar till dem; rektorn har därefter sammanställt enhetens analys tillsammans med förstelärare, elevhälsa och elevråd. "
        "Förvaltningen har läst alla analyser, ställt frågor och gett återkoppling innan den egna analysen skrevs."
    )
    yield Heading("Vilka enheter som ingår", 2)
    rows = tuple(
        (
            name,
            "Fastställd" if place != 4 else "Saknas",
            f"{12 + place} september 2025" if place != 4 else "Ny rektor från 1 augusti; lämnas i december",
        )
        for place, name in enumerate(UNITS)
    )
    yield Table(
        "Enheternas nulägesanalyser, läge den 1 november 2025",
        ("Enhet", "Läge", "Datum eller skäl"),
        rows,
        (),
        "Källa: enheternas fastställda dokument i Styrkedja.",
    )
    yield Heading("Delaktighet", 2)
    yield Text(
        "Lärare och övrig personal har deltagit på alla enheter. Elever har deltagit genom elevråd på nio enheter av tio. Vårdnadshavare har erbjudits samråd på samtliga."
    )
    yield Callout(
        "info",
        "Så läser du siffrorna",
        "n är antalet elever bakom en uppgift. Intervallet visar hur stor skillnad slumpen ensam kan ge. " + SYMBOLS,
    )


def area(title: str, base: float, lead: str, kinds: tuple[str, ...]) -> Iterator[Block]:
    yield Heading(title, 1)
    yield Text(lead)
    yield Heading("Var är vi?", 2)
    yield from charts_of(title, base, kinds)
    yield Table(
        f"{title}: andel elever med godkänt per enhet, kön och år, procent",
        ("Enhet", "n", *YEARS, "Flickor", "Pojkar"),
        tuple(table_row(place, name, base) for place, name in enumerate(UNITS)),
        tuple(range(1, 9)),
        f"{SOURCE} {SYMBOLS}",
    )
    yield Heading("Varför är det så?", 2)
    yield Text(
        "Analyserna pekar åt två håll. Sju enheter ser ett samband med undervisningens uppstart: där lektionerna börjar på samma sätt i alla klassrum "
        "är skillnaderna mellan klasser mindre. Tre enheter, alla med hög personalomsättning, ser i stället bristande kontinuitet som den viktigaste orsaken.\n\n"
        "Det som talar emot den första förklaringen är att två skolor med gemensamma rutiner inte har förbättrats. Vi vet inte än om rutinerna där har "
        "genomförts som det var tänkt; en observationsstudie pågår och redovisas i februari.",
        "Utbildningsförvaltningens analysgrupp",
    )
    yield Heading("Hur säkra är vi?", 3)
    yield Text(
        "Skillnaden mellan Björkskolan och kommunen ryms inom vad slumpen kan ge. Skillnaden mellan de två skolorna längst ifrån varandra gör det inte."
    )
    yield Heading("Bedömning mot de nationella målen", 2)
    yield Text(
        "Målet att varje elev efter genomgången grundskola kan använda det svenska språket i tal och skrift på ett rikt och nyanserat sätt bedöms vara "
        "delvis uppnått. Bedömningen vilar på slutbetyg, nationella prov och skolornas kartläggningar av läsutvecklingen."
    )


def table_row(place: int, name: str, base: float) -> tuple[str, ...]:
    if place == 4:
        return (name, "14", *(".." for _ in YEARS), "..", "..")
    values = [base + ((place * 7 + i * 5) % 13) - 6 for i in range(len(YEARS))]
    return (
        name,
        str(34 + place * 5),
        *(swedish(v) for v in values),
        swedish(values[-1] + 4.2),
        swedish(values[-1] - 3.8),
    )


def charts_of(title: str, base: float, kinds: tuple[str, ...]) -> Iterator[Block]:
    made: dict[str, tuple[str, str, dict[str, Any]]] = {
        "line": (
            "Tre år av uppgång efter en lång nedgång",
            "Linjediagram. Andelen stiger från 70,1 procent 2021/22 till 76,2 procent 2024/25 och ligger över riket sedan 2023/24.",
            line_data("Ekköping", "%", (72.8, 70.1, None, 73.1, 76.2), 80),
        ),
        "dots": (
            "Skillnaden mellan skolorna är 23 procentenheter",
            "Punktdiagram över tio skolor med osäkerhet. Kommunens värde är markerat. Fågelsångsskolan visas inte.",
            dots_data("%", base),
        ),
        "multiples": (
            "Alla skolor utom två följer kommunens utveckling",
            "Tio små linjediagram med samma skala, ett för varje skola, med kommunen som jämförelse.",
            multiples_data("%", base),
        ),
        "slope": (
            "Fyra av sex skolor har ökat sedan förra året",
            "Lutningsdiagram mellan 2023/24 och 2024/25 för sex skolor.",
            slope_data(),
        ),
        "likert": (
            "Fyra av tio elever saknar studiero",
            "Staplar med svarsfördelning på fyra påståenden. Lägst instämmande har påståendet om studiero.",
            likert_data(),
        ),
        "heat": (
            "Matematik och svenska som andraspråk är lägst på de flesta skolor",
            "Tabellkarta över åtta ämnen och tio skolor, med andelen godkända i varje ruta.",
            heat_data(),
        ),
        "funnel": (
            "Nio av tio skolor ligger inom vad slumpen kan ge",
            "Trattdiagram över andelen godkända mot antalet elever, med gränser för 95 och 99,8 procent.",
            funnel_data(),
        ),
    }
    for kind in kinds:
        message, alt, data = made[kind]
        yield Chart(kind, message, f"{title}. {alt}", data, SOURCE)  # type: ignore[arg-type]


def priorities() -> Iterator[Block]:
    yield Heading("Behov och prioriteringar", 1)
    yield Text("Behoven är ordnade efter hur många elever de berör och hur säkra vi är på orsaken.")
    yield Callout(
        "attention",
        "Studieron kan inte vänta",
        "Sju av tio enheter beskriver samma sak. Insatsen börjar i januari och följs upp i april, före Skolenkäten.",
    )
    yield Table(
        "Prioriterade insatser 2025/26",
        ("Insats", "Vad vi tror händer", "Ansvarig", "Följs upp"),
        (
            (
                "Gemensam lektionsstart i årskurs 7–9",
                "Studieron stiger från 5,9 till 6,5 i Skolenkäten våren 2027",
                "Verksamhetschef grundskola",
                "April och juni 2026",
            ),
            (
                "Matematikhandledning i mellanåren",
                "Andelen godkända pojkar i årskurs 6 ökar från 74 till 80 procent",
                "Rektorer, utvecklingsledare",
                "Juni 2026",
            ),
            (
                "Närvaroteam med elevhälsan",
                "Elever med mer än 15 procents frånvaro minskar med en fjärdedel",
                "Elevhälsochef",
                "Februari 2026",
            ),
        ),
    )
    yield Callout(
        "good",
        "Ämneslagen över skolgränserna fortsätter",
        "Resultaten i svenska som andraspråk har stigit två år i rad på de skolor som deltagit.",
    )


def appendix() -> Iterator[Block]:
    yield PageBreak()
    yield Heading("Bilaga: tabeller, definitioner och källor", 1)
    yield Heading("Så är måtten beräknade", 2)
    measures = (
        (
            "Godkänt i alla ämnen",
            "Andel elever i årskurs 9 med lägst betyget E i alla ämnen som ingått i utbildningen.",
            "Skolverket",
        ),
        (
            "Meritvärde",
            "Summan av de sexton bästa betygen, och ett sjuttonde i moderna språk, delat med antalet elever med betyg.",
            "Skolverket",
        ),
        (
            "Behörighet till yrkesprogram",
            "Andel elever med godkänt i svenska eller svenska som andraspråk, engelska, matematik och fem andra ämnen.",
            "Skolverket",
        ),
        ("Studiero", "Medelvärde av svaren på fyra påståenden, omräknat till skalan 0–10.", "Skolinspektionen"),
    )
    yield Table("Definitioner", ("Mått", "Betydelse", "Källa"), measures)
    yield Heading("Alla uppgifter per enhet och år", 2)
    rows = tuple(
        table_row(place, f"{name}, årskurs {year}", 60 + year * 2)
        for year in (3, 6, 8, 9)
        for place, name in enumerate(UNITS)
    )
    yield Table(
        "Andel elever med godkänt, per enhet, årskurs och läsår, procent",
        ("Enhet och årskurs", "n", *YEARS, "Flickor", "Pojkar"),
        rows,
        tuple(range(1, 9)),
        f"{SOURCE} {SYMBOLS}",
    )


AREAS = (
    ("Kunskaper: svenska och svenska som andraspråk", 78.0, ("line", "dots", "heat")),
    ("Kunskaper: matematik", 74.5, ("multiples", "funnel")),
    ("Kunskaper: engelska och moderna språk", 81.3, ("line", "slope")),
    ("Normer och värden", 71.2, ("likert", "dots")),
    ("Elevernas ansvar och inflytande", 66.4, ("likert", "line")),
    ("Likvärdighet mellan skolor och grupper", 76.2, ("funnel", "slope")),
    ("Frånvaro och närvarofrämjande arbete", 69.8, ("line", "multiples")),
)
LEAD = (
    "Området följs genom slutbetyg, nationella prov, Skolenkäten och skolornas egna kartläggningar. Resultaten jämförs med riket och med "
    "sju liknande kommuner enligt Kolada. Skolorna visas i bokstavsordning; de rangordnas inte.\n\n"
    "Förra året beslutade nämnden om en läsinsats i de lägre årskurserna. Åtta av tio skolor har genomfört den som planerat, och "
    "resultaten i årskurs 3 har ökat på sex av dem. Utvärderingen visar att handledningen, snarare än det nya läromedlet, gjorde skillnad."
)


def sample_document(**changes: Any) -> ReportDocument:
    """The whole report, in Swedish."""
    blocks: list[Block] = [*summary(), *process()]
    for title, base, kinds in AREAS:
        blocks += [PageBreak(), *area(title, base, LEAD, kinds)]
    blocks += [PageBreak(), *priorities(), *appendix()]
    head: dict[str, Any] = {
        "title": "Fler elever når målen, men studieron brister",
        "subtitle": "Huvudmannens kvalitetsrapport för grundskolan",
        "organiser": "Ekköpings kommun",
        "node": "Grundskolan i Ekköpings kommun",
        "period": "2024/25",
        "language": "sv",
        "made_at": dt.datetime(2025, 11, 20, 9, 30, tzinfo=dt.UTC),
        "status": "Förslag till barn- och utbildningsnämnden",
        "blocks": tuple(blocks),
    }
    return ReportDocument(**(head | changes))
