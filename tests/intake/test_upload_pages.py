import json
import re

import pytest
from django.urls import reverse

from styrkedja.core.models import AuditEvent
from styrkedja.intake import files, importing, queries
from styrkedja.intake.models import Upload
from styrkedja.observations.models import Batch, Observation, StatisticalUnit
from styrkedja.observations.queries import current
from styrkedja.organisation import actions as organisation
from tests.world import START

from .uploading import CORRECTED, LOCAL, page, send, speak, upload

pytestmark = pytest.mark.django_db
NATIONAL = json.dumps(  # an answer of Kolada's about two municipalities
    {
        "count": 2,
        "values": [
            {"kpi": "N15428", "municipality": code, "period": 2023, "values": [{"gender": "T", "value": value}]}
            for code, value in (("0138", 74.1), ("0180", 77.0))
        ],
    }
)


@pytest.fixture
def client(client, world):
    client.force_login(world.person("quality"))
    speak(client, "en")
    return client


def text(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def confirm(client, found):
    client.post(reverse("intake:confirm", args=[found.pk]))
    importing.store_upload(found.pk)
    found.refresh_from_db()
    return found.batch


def test_from_upload_to_figures(client, world):
    assert "Nothing has been imported yet" in page(client, "list")
    found = upload(client, LOCAL)
    assert (found.state, found.file_name, found.uploaded_by) == ("ready", "franvaro.csv", world.person("quality"))
    shown = text(page(client, "upload", found.pk))
    assert "New figures 4 Changed figures 0 Unchanged figures 0 Rows left out 0" in shown
    assert "Your own units 3 of 4" in shown  # Björk, Ek, Lind; the fourth is the organiser itself
    assert "Import 4 figures" in shown
    batch = confirm(client, found)
    assert (found.state, batch.uid, batch.committed_by) == ("committed", found.pk, world.person("quality"))
    # 12 of 240 pupils over the limit is 5 %; the preschool's mark stays a mark.
    assert sorted((r.state, r.value, r.n, r.raw) for r in current(units=None)) == [
        ("shown", 5.0, 240, None),
        ("shown", 6.5, None, None),
        ("shown", 7.0, None, None),
        ("suppressed", None, None, ".."),
    ]
    shown = text(page(client, "batch", batch.uid))
    assert "4 figures are stored as the source gave them" in shown
    assert "Shown 3" in shown
    assert "Withheld, too few 1" in shown
    assert "franvaro.csv" in page(client, "list")
    events = [e.event for e in AuditEvent.objects.order_by("seq") if e.event in {"file_received", "batch_committed"}]
    assert events == ["file_received", "batch_committed"]


def test_a_corrected_file_is_compared_and_its_bad_rows_are_shown(client):
    confirm(client, upload(client, LOCAL))
    found = upload(client, CORRECTED, "rättad.csv")
    shown = text(page(client, "upload", found.pk))
    assert "New figures 1 Changed figures 1" in shown
    assert "Unchanged figures 2 Rows left out 3" in shown
    assert "6 enhet 99999999 The unit is not in the register" in shown
    assert "7 period 2024/26 The period is not recognised." in shown
    assert "8 värde många A number is due here" in shown
    assert "8 värde många Här ska stå ett tal" in text(page(client, "upload", found.pk, language="sv"))
    confirm(client, found)
    values = sorted(r.value for r in current(units=None) if r.value is not None)
    assert values == [5.0, 6.8, 7.0, 9.0]


def test_errors_as_csv_open_safely_in_a_spreadsheet_program(client):
    bad = LOCAL + '=HYPERLINK("http://x");absence_total;2024/25;T;1;;\n'
    found = upload(client, bad)
    answer = client.get(reverse("intake:errors_csv", args=[found.pk]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Row;Cell;Column;Value;What is wrong"
    assert lines[1].startswith("6;;enhet;\"'=HYPERLINK(")
    assert answer["Content-Disposition"] == 'attachment; filename="fel.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_same_file_again_says_so_and_leads_to_its_batch(client):
    batch = confirm(client, upload(client, LOCAL))
    again = upload(client, LOCAL, "samma en gång till.csv")
    shown = page(client, "upload", again.pk)
    assert "This very file has already been imported" in shown
    assert reverse("intake:batch", args=[batch.uid]) in shown
    assert reverse("intake:confirm", args=[again.pk]) not in shown
    assert confirm(client, again) == batch  # even if somebody sends the form
    assert Batch.objects.count() == 1
    assert Observation.objects.count() == 4


def test_the_same_file_waiting_twice_is_pointed_out(client):
    first, second = upload(client, LOCAL, "en.csv"), upload(client, LOCAL, "två.csv")
    assert "The same file has been uploaded more than once" in page(client, "upload", second.pk)
    assert reverse("intake:upload", args=[first.pk]) in page(client, "upload", second.pk)


def test_undoing_asks_first_and_says_what_it_means(client):
    confirm(client, upload(client, LOCAL))
    batch = confirm(client, upload(client, CORRECTED))
    shown = text(page(client, "undo", batch.uid))
    assert "Figures that are in use now 4 of which give way to earlier ones 3" in shown
    client.post(reverse("intake:undo", args=[batch.uid]))
    assert "This import has been undone" in page(client, "batch", batch.uid)
    assert sorted(r.value for r in current(units=None) if r.value is not None) == [5.0, 6.5, 7.0]
    answer = client.post(reverse("intake:undo", args=[batch.uid]), follow=True)
    assert "This import has already been undone." in answer.content.decode()
    assert "already been undone" in page(client, "undo", batch.uid)


def test_what_changed_since_the_review_is_shown_again_before_it_is_stored(client, world):
    from styrkedja.organisation import actions as organisation

    found = upload(client, CORRECTED)
    organisation.add_node(
        parent=world.administration, kind="unit", name="Nya skolan", statistical_kind="school_unit",
        statistical_code="99999999", valid_from=world.bjork.valid_from, by=None,
    )  # fmt: skip
    confirm(client, found)
    assert (found.state, found.batch) == ("ready", None)
    assert found.preview["error_count"] == 2  # the unit is known now: five rows can be used, not four
    assert confirm(client, found).observations == 5


def test_nothing_usable_is_not_offered(client):
    found = upload(client, "enhet;indikator;period;värde\n99999999;absence_total;2024/25;1\n")
    shown = page(client, "upload", found.pk)
    assert "There is nothing in this file to import" in shown
    assert reverse("intake:confirm", args=[found.pk]) not in shown
    answer = client.post(reverse("intake:confirm", args=[found.pk]), follow=True)
    assert "There is nothing in this file to import." in answer.content.decode()


@pytest.fixture
def lead_of_preschools(world):
    lead = organisation.add_person(email="fs@ekkoping.example", name="Fia Förskola", by=None)
    organisation.assign_role(
        person=lead, role="quality_lead", node=world.administration, school_forms=["fs"], valid_from=START, by=None
    )
    return lead


def test_a_lead_of_one_part_imports_own_figures_only_for_it(client, world, lead_of_preschools):
    """Reach: nothing about the schools, and nothing about those that only national files speak of."""
    StatisticalUnit.objects.create(kind="riket", code="riket", name="Riket")
    StatisticalUnit.objects.create(kind="kommun", code="0180", name="Stockholm")
    beyond = LOCAL + "riket;absence_total;2024/25;T;7;;\n0180;absence_total;2024/25;T;7;;\n"
    client.force_login(lead_of_preschools)
    found = upload(client, beyond)
    assert (found.preview["observations"], found.preview["error_count"]) == (1, 5)
    shown = text(page(client, "upload", found.pk))
    assert "riket The unit is not in the register, or not one you may import for." in shown
    client.force_login(world.person("quality"))
    found = upload(client, beyond)
    assert (found.preview["observations"], found.preview["error_count"]) == (6, 0)


def test_a_lead_of_one_part_imports_no_national_file_and_reaches_none_by_having_it(client, world, lead_of_preschools):
    batch = confirm(client, upload(client, NATIONAL, "kolada.json"))
    client.force_login(lead_of_preschools)
    new = text(page(client, "new"))
    assert "our template" in new and "SALSA" not in new and "Kolada" not in new
    found = upload(client, NATIONAL, "kolada.json")
    assert (found.state, found.refusal["code"], found.stored_as) == ("failed", "beyond_reach", "")
    assert "ask somebody who imports for the whole organiser" in page(client, "upload", found.pk)
    for name in ("batch", "batch_file", "undo"):
        assert client.get(reverse(f"intake:{name}", args=[batch.uid])).status_code == 404, name
    assert client.post(reverse("intake:undo", args=[batch.uid])).status_code == 404
    batch.refresh_from_db()
    assert batch.status == "standing"


def test_own_figures_two_have_brought_are_seen_by_both(client, world, lead_of_preschools):
    preschools = "enhet;indikator;period;grupp;värde\nF0000001;absence_total;2024/25;T;6,5\n"
    batch = confirm(client, upload(client, preschools))
    part = confirm(client, upload(client, LOCAL))  # of this one only a row is the preschools'
    client.force_login(lead_of_preschools)
    assert upload(client, preschools).preview["same_batch"] == str(batch.uid)
    upload(client, LOCAL)
    assert client.get(reverse("intake:batch", args=[batch.uid])).status_code == 200
    assert client.get(reverse("intake:undo", args=[part.uid])).status_code == 404


def test_what_somebody_left_behind_is_stored_by_whoever_confirms_it(client, world):
    found = upload(client, NATIONAL, "kolada.json")
    role = world.person("quality").assignments.get()
    organisation.end_assignment(assignment=role, last_day=START, by=None)
    colleague = organisation.add_person(email="k3@ekkoping.example", name="Kim Kollega", by=None)
    organisation.assign_role(person=colleague, role="quality_lead", node=world.council, valid_from=START, by=None)
    client.force_login(colleague)
    assert confirm(client, found).committed_by == colleague


@pytest.mark.parametrize("name", ["list", "new", "template_csv", "template_xlsx"])
def test_those_who_may_not_import_see_nothing(client, world, name):
    client.force_login(world.person("principal"))
    assert client.get(reverse(f"intake:{name}")).status_code == 403
    assert send(client, LOCAL).status_code == 403
    assert not Upload.objects.exists()


def test_a_colleague_sees_and_confirms_what_another_uploaded(client, world):
    found = upload(client, LOCAL)
    from styrkedja.organisation import actions as organisation

    colleague = organisation.add_person(email="k2@ekkoping.example", name="Kim Kollega", by=None)
    organisation.assign_role(
        person=colleague, role="quality_lead", node=world.council, valid_from=world.council.valid_from, by=None
    )
    client.force_login(colleague)
    assert "Karin Kvalitet" in page(client, "upload", found.pk)
    assert confirm(client, found).committed_by == colleague


def test_the_form_sent_twice_receives_one_file(client):
    key = "8a3b0f0e-7d1a-4bb4-9a57-0123456789ab"
    first, second = send(client, LOCAL, _key=key), send(client, LOCAL, _key=key)
    assert first.url == second.url
    assert Upload.objects.count() == 1


def test_no_file_an_empty_file_and_one_too_large_are_said_in_the_form(client, monkeypatch):
    answer = client.post(reverse("intake:new"), {})
    assert "Choose a file first." in answer.content.decode()
    answer = send(client, "")
    assert answer.status_code == 200
    monkeypatch.setattr("styrkedja.core.uploading.MAX_UPLOAD_BYTES", 1000)
    answer = client.post(
        reverse("intake:new"), {"_key": "8a3b0f0e-7d1a-4bb4-9a57-0123456789ab", "file": _file(b"x" * 200_000)},
    )  # fmt: skip
    assert "The file is larger than 50 MB" in answer.content.decode()
    assert not Upload.objects.exists()


def _file(content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("stor.csv", content)


def test_progress_is_shown_while_the_worker_reads(client):
    send(client, LOCAL)
    found = Upload.objects.get()
    shown = page(client, "upload", found.pk)
    assert reverse("intake:progress", args=[found.pk]) in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    fragment = client.get(reverse("intake:progress", args=[found.pk]))
    assert "Waiting for its turn" in fragment.content.decode()
    assert "HX-Refresh" not in fragment
    importing.read_upload(found.pk)
    assert client.get(reverse("intake:progress", args=[found.pk]))["HX-Refresh"] == "true"


def test_addresses_of_nothing_are_404(client):
    nothing = "00000000-0000-4000-8000-000000000000"
    for name in ("upload", "progress", "errors_csv", "batch", "undo", "batch_file"):
        assert client.get(reverse(f"intake:{name}", args=[nothing])).status_code == 404


def test_the_raw_file_is_kept_as_it_came_and_given_back_as_a_download(client):
    batch = confirm(client, upload(client, LOCAL, 'x"\r\nSet-Cookie: a=b.csv'))
    answer = client.get(reverse("intake:batch_file", args=[batch.uid]))
    assert b"".join(answer.streaming_content) == LOCAL.encode()
    assert answer["Content-Disposition"] == f'attachment; filename="import-{batch.uid}.csv"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert reverse("intake:batch_file", args=[batch.uid]) in page(client, "batch", batch.uid)
    files.path_of(batch.stored_as).unlink()
    assert reverse("intake:batch_file", args=[batch.uid]) not in page(client, "batch", batch.uid)


@pytest.mark.django_db(transaction=True)
def test_discarding_takes_the_file_off_the_disk(client):
    found = upload(client, LOCAL)
    path = files.path_of(found.stored_as)
    assert path.exists()
    client.post(reverse("intake:discard", args=[found.pk]))
    assert not path.exists()
    found.refresh_from_db()
    assert found.state == "discarded"
    assert found.file_name not in page(client, "list").replace("discarded", "")
    client.post(reverse("intake:confirm", args=[found.pk]))
    assert not Batch.objects.exists()


def test_the_template_filled_in_is_read_back(client, tmp_path):
    import openpyxl

    answer = client.get(reverse("intake:template_xlsx"))
    path = tmp_path / "mall.xlsx"
    path.write_bytes(answer.content)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        "enhet", "indikator", "del", "period", "grupp", "värde", "täljare", "nämnare", "antal",
    ]  # fmt: skip
    indicators = {row[0].value for row in book.worksheets[2].iter_rows(min_row=2)}
    assert {"absence_total", "merit17", "pass_all_final"} <= indicators
    assert "np_net" not in indicators  # worked out from two others
    assert ("11111111", "Björkskolan") in [(r[0].value, r[1].value) for r in book.worksheets[3].iter_rows(min_row=2)]
    for column, value in enumerate(["11111111", "absence_total", None, "2024/25", "T", 6.5], start=1):
        sheet.cell(row=2, column=column, value=value)
    book.save(path)
    found = upload(client, path.read_bytes(), "mall.xlsx")
    assert (found.state, found.preview["observations"], found.preview["error_count"]) == ("ready", 1, 0)
    csv_header = client.get(reverse("intake:template_csv")).content.decode("utf-8-sig")
    assert csv_header.strip() == "enhet;indikator;del;period;grupp;värde;täljare;nämnare;antal"


def test_a_file_is_for_whom_imports_for_the_whole_chain_and_for_who_brought_it(client, world):
    """A file may hold small figures of units outside what one may import for."""
    sector = organisation.add_node(
        parent=world.committee, kind="administration", name="Förskolan", valid_from=START, by=None
    )
    narrow = organisation.add_person(email="smal@ekkoping.example", name="Siv Smal", by=None)
    organisation.assign_role(person=narrow, role="quality_lead", node=sector, valid_from=START, by=None)
    stored, waiting = upload(client, LOCAL), upload(client, CORRECTED, "nya.csv")
    batch = confirm(client, stored)
    client.force_login(narrow)
    for name, id in (("upload", waiting.pk), ("progress", waiting.pk), ("errors_csv", waiting.pk),
                     ("batch", batch.uid), ("batch_file", batch.uid), ("undo", batch.uid)):  # fmt: skip
        assert client.get(reverse(f"intake:{name}", args=[id])).status_code == 404, name
    for name, id in (("confirm", waiting.pk), ("discard", waiting.pk), ("undo", batch.uid)):
        assert client.post(reverse(f"intake:{name}", args=[id])).status_code == 404, name
    for address in (reverse("intake:list"), "/"):
        seen = client.get(address).content.decode()
        assert "franvaro.csv" not in seen and "nya.csv" not in seen, address
    own = upload(client, CORRECTED, "egen.csv")
    assert client.get(reverse("intake:upload", args=[own.pk])).status_code == 200
    assert "egen.csv" in page(client, "list") and "nya.csv" not in page(client, "upload", own.pk)
    client.force_login(world.person("quality"))
    assert "egen.csv" in page(client, "list") and "franvaro.csv" in page(client, "list")


def test_check_finds_a_raw_file_that_is_lost_or_altered(client):
    batch = confirm(client, upload(client, LOCAL))
    path = files.path_of(batch.stored_as)
    assert list(queries.altered_files()) == []
    path.write_bytes(path.read_bytes().replace(b"6,5", b"9,5"))
    assert list(queries.altered_files()) == [batch]
    path.unlink()
    assert list(queries.altered_files()) == [batch]
