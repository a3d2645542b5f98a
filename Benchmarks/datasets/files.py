"""Stores that are files or part of the setting: csl, text, Berkeley DB, LMDB, SQLite, a Lua script."""

import subprocess

from workspace import Failure
from rows import COLUMNS, COUNT, IN_A_LINE, KEYS

ROWS_OF_ONE_INSERT = 500


def run(command, text="", cwd=None):
    """Standard output of a program that must not fail."""
    command = [str(one) for one in command]
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, cwd=cwd)
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise Failure(f"{command[0]}: {failure}") from None
    if done.returncode != 0:
        raise Failure(f"{' '.join(command[:6])}: exit status {done.returncode}: {(done.stderr + done.stdout)[-1000:]}")
    return done.stdout


def pairs(table):
    """(lookup key, fields separated by colons)"""
    return ((key, ":".join(fields)) for key, fields in table)


def sql(rows, text_type="VARCHAR(200)"):
    """Both tables in SQL that all measured databases understand."""
    statements = []
    for name, columns in COLUMNS.items():
        kinds = [f"{column} {text_type}{' PRIMARY KEY' if column is columns[0] else ''}" for column in columns]
        statements.append(f"CREATE TABLE {name} ({', '.join(kinds)});\n")
        values = [f"('{key}', " + ", ".join(f"'{one}'" for one in fields) + ")" for key, fields in rows.tables[name]]
        for at in range(0, len(values), ROWS_OF_ONE_INSERT):
            statements.append(f"INSERT INTO {name} VALUES {', '.join(values[at:at + ROWS_OF_ONE_INSERT])};\n")
    return "".join(statements)


def sql_table(name):
    """The part of a data source name that follows the database."""
    key, *fields = COLUMNS[name]
    return f"table={name}?keycol={key}?datacol={','.join(fields)}"


class List:
    def __init__(self, _room, rows):
        entries = ",".join(f"{key}={value}" for key, value in pairs(rows.tables[KEYS][:IN_A_LINE]))
        self.text = f"csl:{entries}"

    def name(self, _table):
        return self.text


class TextFile:
    def __init__(self, workspace, rows):
        self.folder = workspace.folder("text")
        for name, table in rows.tables.items():
            workspace.write(f"text/{name}", "".join(f"{key} {value}\n" for key, value in pairs(table)))

    def name(self, table):
        return f"file:{self.folder}/{table}"


class Patterns:
    def __init__(self, workspace, rows):
        lines = "".join(f"{key} {value}\n" for key, value in pairs(rows.patterns))
        self.path = workspace.write("text/patterns", lines)

    def name(self, _table):
        return f"refile:{self.path}"


class BerkeleyDB:
    method = "btree"

    def __init__(self, workspace, rows):
        self.folder = workspace.folder(f"db-{self.method}")
        for name, table in rows.tables.items():
            lines = "".join(f"{key}\n{value}\n" for key, value in pairs(table))
            run(["db5.3_load", "-T", "-t", self.method, self.folder / f"{name}.db"], lines)

    def name(self, table):
        return f"db:{self.folder}/{table}.db"


class BerkeleyHash(BerkeleyDB):
    method = "hash"


class LMDB:
    HEADER = "VERSION=3\nformat=print\ntype=btree\nmapsize=67108864\nHEADER=END\n"

    def __init__(self, workspace, rows):
        self.folder = workspace.folder("mdb")
        for name, table in rows.tables.items():
            lines = "".join(f" {key}\n {value}\n" for key, value in pairs(table))
            run(["mdb_load", workspace.folder(f"mdb/{name}", owner="opendkim")], self.HEADER + lines + "DATA=END\n")
            for path in (self.folder / name).iterdir():
                path.chmod(0o666)

    def name(self, table):
        return f"mdb:{self.folder}/{table}"


class SQLite:
    """OpenDBX joins host and database and decodes no slashes: the file is found only in the directory of the run."""

    FILE = "bench.sqlite3"

    def __init__(self, workspace, rows):
        run(["sqlite3", workspace.path / self.FILE], f"BEGIN;\n{sql(rows, 'TEXT')}COMMIT;\n")

    def name(self, table):
        return f"dsn:sqlite3://ben/ch.sqlite3/{sql_table(table)}"


class Lua:
    """OpenDKIM runs a script once without a query, and exits if the script then returns nil."""

    def __init__(self, workspace, rows):
        _, selector, path = rows.fields(0)
        self.path = workspace.write("rows.lua", f"""\
local digits = query and string.match(query, "^k(%d%d%d%d%d)$")
if digits and tonumber(digits) < {COUNT} then
  return "d" .. digits .. ".example", "{selector}", "{path}"
end
""")

    def name(self, _table):
        return f"lua:{self.path}"
