"""What the host is told when the database in `DATABASE_URL` does not let the program in or refuses to be laid out."""

from __future__ import annotations

import psycopg
from django.db import DatabaseError, Error, InterfaceError, connection
from psycopg import errors

from styrkedja.core.database import APP_ROLE, owner_and_right


def in_words(error: Error) -> str:
    """One line: what is wrong and what to do. Holds no password: the address is named by host and name."""
    cause = _of_the_server(error)
    settings = connection.settings_dict
    where = f"{settings['NAME'] or 'utan namn'} på {settings['HOST'] or 'den här datorn'}"
    if isinstance(cause, errors.InsufficientPrivilege):
        return _lacking(str(settings["NAME"]))
    if cause.sqlstate:
        return f"Databasen {where} kunde inte läggas upp: {_reason(str(cause))}"
    return (
        f"Databasen {where} går inte att nå. Se efter att PostgreSQL är igång och att användare, lösenord, värd och "
        f"namn i DATABASE_URL stämmer ({_reason(str(cause))})."
    )


def _of_the_server(error: BaseException) -> psycopg.Error:
    """What the driver said, under what Django made of it."""
    while not isinstance(error, psycopg.Error):
        beneath = error.__cause__ or error.__context__
        if beneath is None:
            return psycopg.Error(str(error))
        error = beneath
    return error


def _lacking(name: str) -> str:
    """Which of the two rights of an owner the role does not have, asked for once the refused work is undone."""
    connection.close()
    try:
        owner, may_create = owner_and_right()
    except (DatabaseError, InterfaceError):
        owner, may_create = "owner", True
    if not may_create:
        what, statements = "göra tabeller", f'ALTER DATABASE "{name}" OWNER TO {owner};'
    else:
        what, statements = f"göra rollen {APP_ROLE}", f"CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO {owner};"
    return f"Rollen {owner} i DATABASE_URL får inte {what}. Låt en administratör köra, en gång: {statements}"


def _reason(text: str) -> str:
    """The server's own word for it, without the password should a strange address have put it there."""
    password = str(connection.settings_dict["PASSWORD"])
    line = _one_line(text)
    return line.replace(password, "***") if password else line


def _one_line(text: str) -> str:
    return text.strip().splitlines()[0].strip() if text.strip() else "utan förklaring"
