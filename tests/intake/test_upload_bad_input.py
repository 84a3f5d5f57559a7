"""Section 9 of the issue by the web: whatever comes in, a page answers, one line says why, nothing is left behind."""

import contextlib
import json
import re
import time
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.html import escape

from styrkedja.intake import files, importing
from styrkedja.intake.models import Upload
from styrkedja.observations.models import Batch, Observation, StatisticalUnit

from .command_line import resident_megabytes
from .uploading import LOCAL, page, send, speak, upload


@pytest.fixture
def client(client, world):
    client.force_login(world.person("quality"))
    speak(client, "en")
    return client


def naughty(shared):
    return json.loads((shared / "badinput" / "blns.json").read_text("utf-8"))


def kept_files():
    folder = files.path_of(files.FOLDER)
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


REFUSED = {
    "rapport.csv": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    "nul.csv": (LOCAL.encode().replace(b"6,5", b"6\0,5"), "NUL"),
    "halv.csv": (LOCAL.encode()[:-12], "cut off"),
    "text.csv": (b"hej\n", "not recognised"),
    "elever.csv": ("Namn;Personnummer;Betyg\nÅsa;20100101-2384;A\n".encode(), "personal identity numbers"),
    "elever2.csv": (b"id;tal\n100101-2384;1\n110202-2381;2\n120303-2388;3\n", "personal identity numbers"),
    "scb.txt": (b"System;Datum;Version;PersonNr;Skolenhetskod;Klass\nX;20250601;1;201001012384;1;9A\n", "personal"),
    "trasig.json": (b'{"values": [', "cut off"),
    "gammal.xls": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, ".xls"),
    "bild.csv": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
    "sida.csv": (b"<!doctype html><html><body><table><tr><td>1</td></tr></table>", "web page"),
    "binar.csv": (bytes(range(256)) * 40, ""),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_reason_and_nothing_is_left(client, name):
    content, says = REFUSED[name]
    found = upload(client, content, name)
    assert (found.state, found.stored_as) == ("failed", "")
    shown = page(client, "upload", found.pk)
    assert "The file could not be read" in shown
    assert says in shown
    assert found.refusal["code"] != "crashed" or name == "binar.csv"
    assert kept_files() == []
    assert not Batch.objects.exists()
    assert not StatisticalUnit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_every_hostile_workbook_is_refused_in_time(client, shared):
    for path in sorted((shared / "badinput" / "xlsx").iterdir()):
        started = time.monotonic()
        found = upload(client, path.read_bytes(), path.name)
        assert time.monotonic() - started < 10, path.name
        assert found.state == "failed", path.name
        assert page(client, "upload", found.pk).count("<h1") == 1
    assert kept_files() == []


@pytest.mark.django_db(transaction=True)
def test_a_bomb_of_a_workbook_is_refused_before_it_is_inflated(client, tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(b"<row/>" * 170_000)  # 300 MB of rows, a third of a megabyte packed
    largest = watch_memory_of_reading(client, path.read_bytes())
    assert Upload.objects.get().state == "failed"
    assert 0 < largest < 300
    assert kept_files() == []


def watch_memory_of_reading(client, content):
    """Read an upload; the largest memory any parsing child took, in MB."""
    import os
    import threading

    done, largest, own = threading.Event(), [0.0], os.getpid()

    def watch():
        while not done.wait(0.02):
            largest[0] = max([largest[0], *(resident_megabytes(pid) for pid in _children(own))])

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        upload(client, content, "bomb.xlsx")
    finally:
        done.set()
        watcher.join()
    return largest[0]


def _children(pid):
    """Those that run a program of their own: for a moment a child is the parent, with all of its memory."""
    ours, found = Path(f"/proc/{pid}/cmdline").read_bytes(), []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(one) for one in (task / "children").read_text().split()]
    return [one for one in found if _command(one) not in (ours, b"")]


def _command(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@pytest.mark.django_db
def test_naughty_strings_as_names_of_files_are_kept_and_shown_as_written(client, shared):
    for name in naughty(shared):
        answer = send(client, LOCAL, name)
        if not name:
            assert answer.status_code == 200  # as a browser sends a form without a file: the page says so
            continue
        assert answer.status_code == 302, name
        found = Upload.objects.latest("received_at")
        assert found.file_name == received(name), name
        shown = client.get(reverse("intake:upload", args=[found.pk])).content.decode()
        assert f">{escape(found.file_name)}<" in shown, name
    listed = client.get(reverse("intake:list")).content.decode()
    assert "<script>alert" not in listed
    for found in Upload.objects.all():
        assert f"<bdi>{escape(found.file_name)}</bdi>" in listed


def received(name):
    """Django takes two backslashes for one that was escaped; PostgreSQL has no NUL."""
    return name.replace("\\\\", "\\").replace("\0", "\N{REPLACEMENT CHARACTER}")


@pytest.mark.django_db
def test_naughty_strings_in_every_cell_are_row_errors_shown_as_written(client, shared):
    import csv
    import io

    strings = naughty(shared)
    for column in range(5):
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";")
        writer.writerow(["enhet", "indikator", "period", "grupp", "värde"])
        for string in strings:
            row = ["11111111", "absence_total", "2024/25", "T", "5"]
            row[column] = string.replace("\0", "")
            writer.writerow(row)
        found = upload(client, buffer.getvalue(), "stygg.csv")
        assert found.state in ("ready", "failed"), found.state
        shown = client.get(reverse("intake:upload", args=[found.pk]))
        assert shown.status_code == 200
        assert not re.search(r"<script>alert|<img src=x|onerror=", shown.content.decode().replace("&lt;", ""))
        if found.preview:
            assert client.get(reverse("intake:errors_csv", args=[found.pk])).status_code == 200
    assert not Observation.objects.exists()


@pytest.mark.django_db
def test_every_encoding_is_read_right(client):
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"):
        found = upload(client, LOCAL.encode(encoding), f"{encoding}.csv")
        assert (found.state, found.preview and found.preview["observations"]) == ("ready", 4), encoding


@pytest.mark.django_db(transaction=True)
def test_a_file_that_vanished_is_said_to_have_gone_wrong(client):
    send(client, LOCAL)
    found = Upload.objects.get()
    files.remove(found.stored_as)
    importing.read_upload(found.pk)
    assert "Something went wrong on our side" in page(client, "upload", found.pk)
