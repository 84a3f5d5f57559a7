"""The one place for what intake says of a file or a row, Swedish and English, without Django.

The parsing child has no translations loaded, and the command line prints the same lines; so the texts are
data here: code -> (sv, en), filled with `str.format`. Each is one line, names the place and says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping

FILE_TEXTS: dict[str, tuple[str, str]] = {
    "empty_file": ("Filen är tom.", "The file is empty."),
    "too_large": (
        "Filen är större än {megabytes} MB och läses inte. Dela upp den i flera filer.",
        "The file is larger than {megabytes} MB and is not read. Split it into several files.",
    ),
    "is_pdf": (
        "Filen är en PDF, vad den än heter. Ladda upp tabellen som CSV eller XLSX.",
        "The file is a PDF, whatever its name. Upload the table as CSV or XLSX.",
    ),
    "is_picture": (
        "Filen är en bild. Ladda upp tabellen som CSV eller XLSX.",
        "The file is a picture. Upload the table as CSV or XLSX.",
    ),
    "is_archive": (
        "Filen är ett packat arkiv. Packa upp det och ladda upp filerna en och en.",
        "The file is a packed archive. Unpack it and upload the files one by one.",
    ),
    "is_binary": (
        "Filen är inte text och inte en arbetsbok. Ladda upp CSV, XLSX eller JSON.",
        "The file is neither text nor a workbook. Upload CSV, XLSX or JSON.",
    ),
    "is_markup": (
        "Filen är en webbsida eller XML-fil, inte en tabell. Öppna den i ett kalkylprogram och spara som XLSX.",
        "The file is a web page or XML, not a table. Open it in a spreadsheet program and save it as XLSX.",
    ),
    "is_old_excel": (
        "Filen är en äldre Excelfil (.xls). Öppna den i Excel och spara som Excel-arbetsbok (.xlsx).",
        "The file is an old Excel file (.xls). Open it in Excel and save it as an Excel workbook (.xlsx).",
    ),
    "is_encrypted": (
        "Arbetsboken är skyddad med lösenord. Ta bort lösenordet och ladda upp den igen.",
        "The workbook is protected by a password. Remove the password and upload it again.",
    ),
    "has_macros": (
        "Arbetsboken innehåller makron och läses inte. Spara den som Excel-arbetsbok utan makron (.xlsx).",
        "The workbook contains macros and is not read. Save it as a workbook without macros (.xlsx).",
    ),
    "not_a_workbook": (
        "Filen är packad men ingen Excel-arbetsbok (.xlsx). Spara den som .xlsx och försök igen.",
        "The file is packed but not an Excel workbook (.xlsx). Save it as .xlsx and try again.",
    ),
    "broken_zip": (
        "Arbetsboken är skadad eller avbruten och går inte att öppna. Hämta eller spara den på nytt.",
        "The workbook is damaged or cut off and cannot be opened. Download or save it again.",
    ),
    "unreadable_workbook": (
        "Arbetsboken går inte att läsa; dess innehåll är skadat. Öppna den i ett kalkylprogram och spara den på nytt.",
        "The workbook cannot be read; its content is damaged. Open it in a spreadsheet program and save it again.",
    ),
    "too_many_entries": (
        "Arbetsboken består av fler än {entries} delar och läses inte.",
        "The workbook consists of more than {entries} parts and is not read.",
    ),
    "entry_twice": (
        "Arbetsboken innehåller samma del två gånger och läses inte. Spara den på nytt i ett kalkylprogram.",
        "The workbook contains the same part twice and is not read. Save it again in a spreadsheet program.",
    ),
    "inflates_too_much": (
        "Arbetsboken växer till mer än {megabytes} MB när den packas upp och läses inte.",
        "The workbook grows to more than {megabytes} MB when unpacked and is not read.",
    ),
    "sheet_too_wide": (
        "Ett blad sträcker sig över mer än {cells} celler. Ta bort tomma rader och kolumner längst ut och"
        " spara på nytt.",
        "A sheet spans more than {cells} cells. Remove empty rows and columns at its edges and save it again.",
    ),
    "has_dtd": (
        "Arbetsboken innehåller en dokumenttypsdefinition ({place}) och läses inte; det gör inga vanliga arbetsböcker.",
        "The workbook contains a document type definition ({place}) and is not read; ordinary workbooks have none.",
    ),
    "xml_encoding": (
        "Arbetsboken har en ovanlig teckenkodning ({place}) och läses inte. Spara den på nytt i ett kalkylprogram.",
        "The workbook has an unusual encoding ({place}) and is not read. Save it again in a spreadsheet program.",
    ),
    "personal_numbers": (
        "Filen innehåller personnummer ({place}). Uppgifter om enskilda elever tas inte emot; ingenting har sparats."
        " Ladda upp sammanställda uppgifter i stället.",
        "The file contains personal identity numbers ({place}). Data about individual pupils is not accepted; nothing"
        " was stored. Upload aggregated figures instead.",
    ),
    "has_nul": (
        "Filen innehåller NUL-tecken (rad {row}) och är troligen skadad. Hämta eller spara den på nytt.",
        "The file contains NUL characters (row {row}) and is probably damaged. Download or save it again.",
    ),
    "mixed_encoding": (
        "Filens teckenkodning går inte att tyda; å, ä och ö skulle bli fel. Spara den som UTF-8.",
        "The file's encoding cannot be made out; å, ä and ö would come out wrong. Save it as UTF-8.",
    ),
    "cut_off": (
        "Filen slutar mitt i en rad och är troligen avbruten. Hämta eller spara den på nytt.",
        "The file stops in the middle of a row and was probably cut off. Download or save it again.",
    ),
    "broken_csv": (
        "Filen går inte att dela upp i kolumner (rad {row}). Kontrollera citattecken och spara den som CSV på nytt.",
        "The file cannot be cut into columns (row {row}). Check its quotation marks and save it as CSV again.",
    ),
    "broken_json": (
        "Filen är inte giltig JSON (rad {row}). Hämta den på nytt.",
        "The file is not valid JSON (row {row}). Download it again.",
    ),
    "too_many_rows": (
        "Filen har fler än {rows} rader eller för många fält. Dela upp den i flera filer.",
        "The file has more than {rows} rows or too many fields. Split it into several files.",
    ),
    "too_much_memory": (
        "Filen kräver mer minne än vad som är tillåtet och lästes inte. Dela upp den eller spara den på nytt.",
        "The file needs more memory than allowed and was not read. Split it or save it again.",
    ),
    "too_slow": (
        "Filen tog längre tid än {seconds} sekunder att läsa och avbröts. Dela upp den eller spara den på nytt.",
        "The file took longer than {seconds} seconds to read and was stopped. Split it or save it again.",
    ),
    "crashed": (
        "Filen går inte att läsa; den är skadad eller har ett okänt innehåll. Spara den på nytt och försök igen.",
        "The file cannot be read; it is damaged or has unknown content. Save it again and try once more.",
    ),
    "gave_up": (
        "Något gick fel hos oss medan filen lästes, och den läses inte längre. Ladda upp den igen.",
        "Something went wrong on our side while the file was read, and it is no longer being read. Upload it again.",
    ),
    "beyond_reach": (
        "Filen rör fler enheter än du får importera för. Du kan importera lokala uppgifter om dina egna enheter med "
        "vår mall; be någon som importerar för hela huvudmannen om den här filen.",
        "The file is about more units than you may import for. You can import local figures about your own units with "
        "our template; ask somebody who imports for the whole organiser about this file.",
    ),
    "changed_meanwhile": (
        "Filen ändrades medan den lästes. Försök igen när den är klar.",
        "The file was changed while it was read. Try again when it is finished.",
    ),
    "unknown_format": (
        "Filens innehåll känns inte igen som något av de format som kan läsas in.",
        "The content of the file is not recognised as any of the formats that can be imported.",
    ),
    "no_such_format": ("Det finns inget format som heter {format}.", "There is no format called {format}."),
    "wrong_format": (
        "Filen har inte formatet {format}; innehållet är: {seen}.",
        "The file does not have the format {format}; its content is: {seen}.",
    ),
    "no_rows": (
        "Filen innehåller inga rader med uppgifter om någon enhet.",
        "The file contains no rows with figures about any unit.",
    ),
    "no_period": (
        "Filen säger inte vilket läsår den avser. Raden ”{hint}” ska stå ovanför rubrikerna.",
        "The file does not say which school year it covers. The line ”{hint}” should stand above the headings.",
    ),
    "kolada_deprecated": (
        "Filen är ett felmeddelande från Kolada: adressen (v2) är avvecklad. Hämta uppgifterna på nytt från v3.",
        "The file is an error message from Kolada: the address (v2) is gone. Fetch the figures again from v3.",
    ),
    "kolada_error": (
        "Filen är ett felmeddelande från Kolada: {text}",
        "The file is an error message from Kolada: {text}",
    ),
    "kolada_empty": (
        "Filen är ett svar från Kolada utan några värden. Kontrollera nyckeltal, kommun och år i frågan.",
        "The file is an answer from Kolada without any values. Check measure, municipality and year of the query.",
    ),
    "local_needs_value": (
        "Filen saknar kolumnen värde, eller kolumnerna täljare och nämnare. Utgå från mallen.",
        "The file lacks the column value, or the columns numerator and denominator. Start from the template.",
    ),
}

ROW_TEXTS: dict[str, tuple[str, str]] = {
    "not_a_number": (
        "Här ska stå ett tal, eller ett av tecknen .. . - * ~100. Skriv till exempel 79,2.",
        "A number is due here, or one of the marks .. . - * ~100. Write for example 79.2.",
    ),
    "bad_school_code": (
        "Skolenhetskoden ska ha åtta siffror. Raden hoppas över.",
        "A school unit code has eight digits. The row is left out.",
    ),
    "bad_unit_heading": (
        "Kolumnens rubrik säger inte vilken enhet den gäller. Kolumnen hoppas över.",
        "The column's heading does not say which unit it is about. The column is left out.",
    ),
    "bad_unit_code": (
        "Enhetskoden känns inte igen: åtta siffror för en skolenhet, tio för en huvudman, fyra för en kommun,"
        " eller riket.",
        "The unit code is not recognised: eight digits for a school unit, ten for an organiser, four for a"
        " municipality,"
        " or riket.",
    ),
    "unknown_unit": (
        "Enheten finns inte i registret, eller är ingen du får importera för. Kontrollera koden, eller lägg till den.",
        "The unit is not in the register, or not one you may import for. Check the code, or add the unit first.",
    ),
    "no_school_unit": (
        "Svaret säger inte vilken skolenhet det gäller. Det hoppas över.",
        "The answer does not say which school unit it is about. It is left out.",
    ),
    "bad_period": (
        "Perioden känns inte igen. Skriv ett läsår som 2024/25 eller ett kalenderår som 2024.",
        "The period is not recognised. Write a school year such as 2024/25 or a calendar year such as 2024.",
    ),
    "bad_group": (
        "Gruppen känns inte igen. Skriv T (alla), K (flickor) eller M (pojkar).",
        "The group is not recognised. Write T (all), K (girls) or M (boys).",
    ),
    "unknown_indicator": (
        "Indikatorn finns inte. Använd indikatorns id, till exempel absence_total.",
        "There is no such indicator. Use the indicator's id, for example absence_total.",
    ),
    "unknown_part": (
        "Indikatorn {indicator} har ingen sådan del.",
        "The indicator {indicator} has no such part.",
    ),
    "bad_kpi": (
        "Nyckeltalets id känns inte igen; det ska se ut som N15505.",
        "The measure's id is not recognised; it should look like N15505.",
    ),
    "bad_kolada_unit": (
        "Endast kommuner, regioner, riket och enheter (V15E…) läses in, inte Koladas grupper.",
        "Only municipalities, regions, the nation and units (V15E…) are imported, not Kolada's groups.",
    ),
    "no_measure_name": (
        "Raden har värden men inget mått i första kolumnen. Raden hoppas över.",
        "The row has values but no measure in its first column. The row is left out.",
    ),
    "unknown_municipality_code": (
        "Det finns ingen kommun eller region med den koden. En kommunkod har fyra siffror, till exempel 0684.",
        "There is no municipality or region with that code. A municipality code has four digits, for instance 0684.",
    ),
    "bad_ou": (
        "Enhetens id i Kolada ska se ut som V15E068401501.",
        "A unit's id in Kolada looks like V15E068401501.",
    ),
    "not_a_block": (
        "Här ska stå en grupp av namngivna uppgifter ({{…}}). Postens andra uppgifter läses in.",
        "A group of named figures ({{…}}) is due here. The record's other figures are imported.",
    ),
    "name_too_long_for_a_measure": (
        "Måttets namn är längre än 400 tecken. Uppgiften läses inte in.",
        "The measure's name is longer than 400 characters. The figure is not imported.",
    ),
    "differing_cells": (
        "Samma uppgift står även i {cells}, och värdena skiljer sig åt. Ingen av dem läses in; rätta filen.",
        "The same figure also stands in {cells}, and the values differ. None is imported; correct the file.",
    ),
    "unknown_municipality": (
        "Det finns ingen kommun med det namnet.",
        "There is no municipality of that name.",
    ),
    "differing_rows": (
        "Samma uppgift står flera gånger med olika värden (se även rad {rows}). Ingen av dem läses in; rätta filen.",
        "The same figure stands several times with different values (see also row {rows}). None is imported;"
        " correct the"
        " file.",
    ),
    "count_missing": (
        "Täljare och nämnare ska båda fyllas i, eller ingen av dem.",
        "Numerator and denominator are both to be filled in, or neither.",
    ),
    "denominator_not_positive": ("Nämnaren ska vara större än 0.", "The denominator must be greater than 0."),
    "count_negative": ("Ett antal kan inte vara negativt.", "A count cannot be negative."),
    "count_not_whole": (
        "Det här är ett antal personer och ska vara ett helt tal.",
        "This is a number of people and must be a whole number.",
    ),
    "people_not_whole": (
        "Antalet ska vara ett helt tal, 0 eller större. Lämna cellen tom om antalet inte är känt.",
        "The count must be a whole number, 0 or greater. Leave the cell empty if it is not known.",
    ),
    "people_not_of_counts": (
        "Antalet stämmer inte med kolumnen {column}, där det står {stated}.",
        "The count does not agree with the column {column}, which says {stated}.",
    ),
    "numerator_above_denominator": (
        "Täljaren är större än nämnaren ({denominator}).",
        "The numerator is greater than the denominator ({denominator}).",
    ),
    "value_not_of_counts": (
        "Värdet stämmer inte med täljare och nämnare, som ger {computed}.",
        "The value does not agree with numerator and denominator, which give {computed}.",
    ),
}

WARNING_TEXTS: dict[str, tuple[str, str]] = {
    "pivot_caches": (
        "Arbetsboken bär med sig dolda underlag till pivottabeller ({parts}). De läses inte in, men kan"
        " innehålla mer än"
        " bladen visar.",
        "The workbook carries hidden data of pivot tables ({parts}). It is not imported, but may hold more than the"
        " sheets show.",
    ),
    "error_cells": (
        "{cells} celler innehåller Excels felvärden (som #SAKNAS!). De läses som att uppgift saknas.",
        "{cells} cells contain Excel's error values (such as #N/A). They are read as missing.",
    ),
    "identical_rows": (
        "{rows} uppgifter stod flera gånger med samma värde och räknas en gång.",
        "{rows} figures stood several times with the same value and count once.",
    ),
    "missing_page": (
        "Svaret fortsätter på en sida som inte finns i filen: {link}",
        "The answer continues on a page that is not in the file: {link}",
    ),
    "no_definitions": (
        "Filen slutar på rad {row}, bland skolorna: den avslutande sidan med definitioner saknas. Är filen"
        " avbruten fattas skolor; hämta den då på nytt.",
        "The file ends at row {row}, among the schools: the closing page of definitions is missing. If the file was cut"
        " off, schools are missing; then download it again.",
    ),
    "values_without_period": (
        "{values} uppgifter saknar period och läses inte in.",
        "{values} figures have no period and are not imported.",
    ),
}

UNIT_LIST_TEXTS: dict[str, tuple[str, str]] = {
    "not_units": (
        "Filen känns inte igen som en lista över enheter. Använd ett svar från Skolenhetsregistret, listan över "
        "förskolor eller mallen.",
        "The file is not recognised as a list of units. Use an answer from the register of school units, the list of "
        "preschools or the template.",
    ),
    "no_units": ("Filen innehåller inga enheter.", "The file holds no units."),
    "not_a_unit": ("Posten beskriver ingen skolenhet.", "The record does not describe a school unit."),
    "name_missing": ("Enheten saknar namn.", "The unit has no name."),
    "name_too_long": ("Namnet är längre än 200 tecken.", "The name is longer than 200 characters."),
    "bad_preschool_id": (
        "Förskolans id ska vara siffror, högst sju.",
        "A preschool's id is made of digits, seven at most.",
    ),
    "bad_own_code": (
        "Koden ska vara åtta siffror, eller en egen kod som börjar med en bokstav, till exempel F0610663.",
        "A code is eight digits, or a code of your own that begins with a letter, for instance F0610663.",
    ),
    "unknown_status": (
        "Statusen ska vara AKTIV, VILANDE, UPPHORT eller PLANERAD.",
        "The status is AKTIV, VILANDE, UPPHORT or PLANERAD.",
    ),
    "unknown_form": (
        "Skolformen känns inte igen. Skriv till exempel Grundskola, Fritidshem eller koderna gr, fth.",
        "The school form is not recognised. Write for example Grundskola, Fritidshem or the codes gr, fth.",
    ),
    "bad_day": ("Skriv datumet som 2026-11-22.", "Write the date as 2026-11-22."),
    "ends_before_start": (
        "Sista dagen får inte komma före den första.",
        "The last day must not come before the first.",
    ),
}

TEXTS = {**FILE_TEXTS, **ROW_TEXTS, **WARNING_TEXTS, **UNIT_LIST_TEXTS}


def text_of(code: str, params: Mapping[str, str], language: str = "sv") -> str:
    """The line for a code; one line, whatever the parameters hold."""
    swedish, english = TEXTS[code]
    line = (english if language.startswith("en") else swedish).format_map(dict(params))
    return " ".join(line.split())


class UnusableFile(Exception):
    """The file cannot be read at all, or must not be; nothing of it was stored.

    code and params name the reason; `message_sv` and `message_en` are one line each; `detail` is for the log.
    """

    def __init__(self, code: str, *, detail: str = "", **params: str) -> None:
        super().__init__(text_of(code, params))
        self.code = code
        self.params = params
        self.detail = detail

    @property
    def message_sv(self) -> str:
        return text_of(self.code, self.params, "sv")

    @property
    def message_en(self) -> str:
        return text_of(self.code, self.params, "en")
