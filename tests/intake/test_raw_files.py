"""Whatever stops an upload half-way leaves no file behind; nobody is let in half either."""

import pytest
from django.db import DatabaseError

from styrkedja.intake import actions, files, importing
from styrkedja.intake.messages import UnusableFile
from styrkedja.intake.models import Upload

from .uploading import LOCAL

pytestmark = pytest.mark.django_db


def on_the_disk():
    folder = files.path_of(files.FOLDER)
    return [p for p in folder.rglob("*") if p.is_file()] if folder.exists() else []


@pytest.mark.parametrize("end", [KeyboardInterrupt, ConnectionResetError, SystemExit])
def test_a_transfer_that_ends_half_way(world, end):
    def blocks():
        yield LOCAL.encode()
        raise end

    with pytest.raises(end):
        actions.receive_upload(blocks=blocks(), file_name="f.csv", by=world.person("quality"))
    assert on_the_disk() == [] and not Upload.objects.exists()


@pytest.mark.parametrize("end", [KeyboardInterrupt, DatabaseError])
def test_a_file_nothing_came_to_point_at(world, monkeypatch, end, tmp_path):
    def fails(**_):
        raise end

    monkeypatch.setattr(actions, "_add_upload", fails)
    with pytest.raises(end):
        actions.receive_upload(blocks=[LOCAL.encode()], file_name="f.csv", by=world.person("quality"))
    monkeypatch.setattr(importing, "commit_batch", fails)
    path = tmp_path / "f.csv"
    path.write_text(LOCAL, "utf-8")
    with pytest.raises(end):
        importing.import_file(path, by=None)
    assert on_the_disk() == []


def test_a_file_the_database_cannot_take_and_one_already_there(world, monkeypatch, tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(LOCAL, "utf-8")
    stored = importing.import_file(path, by=None).batch
    assert [p.name for p in on_the_disk()] == [stored.stored_as.rpartition("/")[2]]

    def fails(**_):
        raise ValueError("too much")

    path.write_text(LOCAL.replace("6,5", "6,6"), "utf-8")
    monkeypatch.setattr(importing, "commit_batch", fails)
    with pytest.raises(UnusableFile):
        importing.import_file(path, by=None)
    assert [p.name for p in on_the_disk()] == [stored.stored_as.rpartition("/")[2]]
