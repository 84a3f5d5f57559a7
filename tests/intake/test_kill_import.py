"""kill -9 at any moment of an import: afterwards all of the batch or nothing, and the same import again succeeds."""

import os
import random
import signal
import time

import pytest

from .command_line import home

__all__ = ["home"]
SCHOOLS = 3000
HEADER = (
    "Valt läsår: 2024/25\nSkola;Skol-enhetskod;Skolkommun;Kommun-kod;Typ av huvudman;Huvudman;Huvudman orgnr;"
    "Antal elever;Andel (%) elever som uppfyllt betygskriterierna i alla ämnen;Andel (%) elever behöriga till "
    "yrkesprog.;Genomsnittligt meritvärde (17 ämnen)\n"
)


def write(path, number):
    """3,000 schools x 4 measures; another file for every number."""
    lines = [
        f"Skola {i};{10_000_000 + i};Ort;0885;Kommunal;Kommun;2120000795;{10 + i % 90 + number};..;90,5;{i % 99}\n"
        for i in range(SCHOOLS)
    ]
    path.write_text(HEADER + "".join(lines), encoding="utf-8-sig")


def kill_at_random(home, tmp_path, times, seed):
    chance = random.Random(seed)
    write(tmp_path / "0.csv", 0)
    home.read("import", tmp_path / "0.csv", "--json")  # makes the home
    write(tmp_path / "0.csv", 1)
    started = time.monotonic()
    home.read("import", tmp_path / "0.csv", "--json")
    whole = time.monotonic() - started
    outcomes = []
    for number in range(2, times + 2):
        path = tmp_path / f"{number}.csv"
        write(path, number)
        process = home.start("import", path, "--json")
        time.sleep(chance.uniform(0.1, 1.1) * whole)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        outcomes.append(check(home, path, seed))
        path.unlink()
    return outcomes


def check(home, path, seed):
    """All or nothing now, and all of it after the same import again; True where the killed one had got through."""
    statement = (
        "SELECT b.observations, (SELECT count(*) FROM observations_observation o WHERE o.batch_id = b.id)"
        f" FROM observations_batch b WHERE file_name = '{path.name}'"
    )
    busy = (
        "SELECT FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    while home.rows(busy):  # the server needs a moment to see that its client is gone
        time.sleep(0.05)
    left = home.rows(statement)
    assert left in ([], [(SCHOOLS * 4, SCHOOLS * 4)]), f"seed {seed}"
    done = home.read("import", path, "--json")
    assert done["unchanged"] is bool(left), f"seed {seed}"
    assert home.rows(statement) == [(SCHOOLS * 4, SCHOOLS * 4)], f"seed {seed}"
    orphans = (
        "SELECT count(*) FROM observations_observation o"
        " WHERE NOT EXISTS (SELECT FROM observations_batch b WHERE b.id = o.batch_id)"
    )
    assert home.rows(orphans) == [(0,)], f"seed {seed}"
    return bool(left)


def test_ten_kills(home, tmp_path):
    seed = random.randrange(10**6)
    kill_at_random(home, tmp_path, 10, seed)
    assert home.run("check")[0] == 0  # the audit chain holds


@pytest.mark.prove
def test_two_hundred_kills(home, tmp_path):
    seed = random.randrange(10**6)
    outcomes = kill_at_random(home, tmp_path, 200, seed)
    print(f"seed {seed}: {sum(outcomes)} of {len(outcomes)} had got through when killed")
    assert 0 < sum(outcomes) < 200
    assert home.run("check")[0] == 0
