"""`styrkedja units`: the same comparison and the same writing as on the pages."""

import argparse
import json

import pytest

from styrkedja.config.cli import Unusable
from styrkedja.config.commands import units
from styrkedja.organisation.models import Node
from styrkedja.organisation.tree import tree_on

pytestmark = pytest.mark.django_db
LIST = "namn;kod;skolformer\nNya skolan;33333333;gr\nFel;4;gr\n"


def call(capsys, *arguments):
    parser = argparse.ArgumentParser()
    units.configure(parser)
    assert units.run(parser.parse_args([*map(str, arguments), "--json"])) == 0
    return json.loads(capsys.readouterr().out)


def test_a_rehearsal_writes_nothing_and_the_real_thing_once(world, tmp_path, capsys):
    path = tmp_path / "enheter.csv"
    path.write_text(LIST)
    answer = call(capsys, path, "--dry-run")
    assert answer["add"] == ["Nya skolan"] and answer["errors"][0]["row"] == 3
    assert not Node.objects.filter(name="Nya skolan").exists()
    assert call(capsys, path, "--first-day", "2024-07-01")["add"] == ["Nya skolan"]
    node = Node.objects.get(name="Nya skolan")
    assert str(node.valid_from) == "2024-07-01"
    assert tree_on(node.valid_from).parent(node.pk) == world.administration
    again = call(capsys, path)
    assert again["add"] == [] and again["left"]["same"] == ["Nya skolan"]


def test_what_cannot_be_used_is_one_line(world, tmp_path, capsys):
    path = tmp_path / "bild.csv"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(Unusable, match="PDF"):
        call(capsys, path)
    with pytest.raises(Unusable, match="finns inte"):
        call(capsys, tmp_path / "saknas.csv")
    path.write_text(LIST)
    with pytest.raises(Unusable, match="Ingenstans"):
        call(capsys, path, "--under", "Ingenstans")
