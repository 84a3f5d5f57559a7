"""A database that cannot be used is one line that says what to do: exit code 2, no traceback, no password."""

import os
import subprocess
import sys
import uuid

import psycopg
import pytest

from styrkedja.core.database import APP_ROLE

PROGRAM = [sys.executable, "-c", "import sys; from styrkedja.config.cli import main; sys.exit(main())", "people"]


def refused(**environment):
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "STYRKEDJA_DB_OWNER")}
    done = subprocess.run(PROGRAM, env={**kept, **environment}, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.startswith("styrkedja: ") and done.stderr.count("\n") == 1
    assert "hemligt" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    "address",
    ["mysql://u:hemligt@h/b", "sqlite:///x", "hemligt", "postgresql://u:a/hemligt@h/b", "postgresql://u:hemligt@[h/b"],
)
def test_an_address_of_something_else(address):
    assert "DATABASE_URL är ingen adress till en PostgreSQL-databas" in refused(DATABASE_URL=address)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:hemligt@127.0.0.1:1/namn",
        "postgresql://u:hemligt@ingen.invalid/namn",
        "postgresql://u:hemligt@127.0.0.1:1/namn?hittepa=1",
    ],
)
def test_a_database_that_does_not_answer(address):
    line = refused(DATABASE_URL=address)
    assert "Databasen namn på" in line and "går inte att nå" in line and "DATABASE_URL stämmer" in line


@pytest.mark.parametrize("home", ["/proc/styrkedja", "/dev/null/styrkedja", "/dev/null"])
def test_a_home_that_cannot_be_written_in(home):
    assert f"Det går inte att skriva i mappen {home}. Välj en annan: STYRKEDJA_HOME=" in refused(STYRKEDJA_HOME=home)


def test_a_home_whose_database_does_not_start(tmp_path):
    (tmp_path / "postgres").write_text("no folder")
    assert "Den inbyggda databasen" in refused(STYRKEDJA_HOME=str(tmp_path))


@pytest.fixture
def server():
    """The test server, worked on as its superuser."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def poor_owner(server):
    """(role, name, address) of a database whose owner may make no roles."""
    name = f"o_{uuid.uuid4().hex[:8]}"
    server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'hemligt'")
    server.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
    yield name, os.environ["DATABASE_URL"].replace("postgres:@", f"{name}:hemligt@").replace("/styrkedja?", f"/{name}?")
    server.execute(f"DROP DATABASE {name}")
    server.execute(f"DROP ROLE {name}")


def test_an_owner_without_the_right_to_make_roles(server, poor_owner):
    name, address = poor_owner
    line = refused(DATABASE_URL=address)
    assert f"CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO {name};" in line
    server.execute(f"GRANT {APP_ROLE} TO {name}")  # the role stands on this server: half of what the line says to do
    kept = {k: v for k, v in os.environ.items() if k != "STYRKEDJA_DB_OWNER"}
    done = subprocess.run(
        PROGRAM, env={**kept, "DATABASE_URL": address}, capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr[-3000:]) == (0, "")


def test_a_role_that_does_not_own_the_database(server, poor_owner):
    name, address = poor_owner
    server.execute(f"ALTER DATABASE {name} OWNER TO postgres")
    assert f'ALTER DATABASE "{name}" OWNER TO {name};' in refused(DATABASE_URL=address)
