"""Stores that are servers: each on a free port of 127.0.0.1, its files in the directory of the run, not as root."""

import os
import socket
import subprocess
from pathlib import Path

from files import pairs, run, sql, sql_table
from workspace import Failure, free_port, listens, wait_for
from rows import KEYS, SENDERS

USER, PASSWORD, DATABASE = "bench", "secret", "bench"
SUFFIX = "dc=example"


def as_user(user, *command):
    """A command that runs as another user instead of root."""
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command]


def launch(workspace, name, command, port):
    process = workspace.start(name, command)
    wait_for(f"{name} listens", lambda: listens(port) or process.poll() is not None, seconds=60)
    if process.poll() is not None:
        raise Failure(f"{name} ended with {process.returncode}: {workspace.log(name)}")


class PostgreSQL:
    def __init__(self, workspace, rows):
        self.port = free_port()
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
        if not folders:
            raise Failure("PostgreSQL is missing (run: Scripts/install bench)")
        programs = folders[-1]
        place = workspace.folder("postgresql", owner="postgres")
        password = workspace.write("postgresql/password", PASSWORD)
        run(as_user("postgres", programs / "initdb", "-D", place / "data", "-A", "scram-sha-256", "-U", USER,
                    f"--pwfile={password}", "-E", "UTF8", "--locale=C"), cwd=place)
        launch(workspace, "postgresql", as_user(
            "postgres", programs / "postgres", "-D", place / "data", "-p", self.port, "-c", "fsync=off",
            "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={place}"), self.port)
        url = f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}"
        quiet = ["psql", "-q", "-X", "-v", "ON_ERROR_STOP=1"]
        wait_for("PostgreSQL is ready", lambda: subprocess.run(
            [*quiet, f"{url}/postgres", "-c", "SELECT 1"], capture_output=True).returncode == 0)
        run([*quiet, f"{url}/postgres"], f"CREATE DATABASE {DATABASE};\n")
        run([*quiet, f"{url}/{DATABASE}"], f"BEGIN;\n{sql(rows)}COMMIT;\nANALYZE;\n")

    def name(self, table):
        return f"dsn:pgsql://{USER}:{PASSWORD}@{self.port}+127.0.0.1/{DATABASE}/{sql_table(table)}"

    def odbc_name(self, table):
        """The name of the same database with unixODBC."""
        driver = f"DRIVER==7BPostgreSQL Unicode=7D;SERVER=3D127.0.0.1;PORT=3D{self.port};DATABASE=3D{DATABASE}"
        return f"dsn:odbc://{USER}:{PASSWORD}@localhost/{driver}/{sql_table(table)}"


class MariaDB:
    def __init__(self, workspace, rows):
        self.port = free_port()
        place = workspace.folder("mariadb", owner="mysql")
        run(["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={place}/data", "--skip-test-db",
             "--auth-root-authentication-method=normal"])
        launch(workspace, "mariadb", [
            "mariadbd", "--no-defaults", "--user=mysql", f"--datadir={place}/data", "--bind-address=127.0.0.1",
            f"--port={self.port}", f"--socket={place}/socket", "--innodb-flush-log-at-trx-commit=0"], self.port)
        client = ["mariadb", "--no-defaults", f"--socket={place}/socket", "--user=root"]
        run(client, f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4;\n"
                    f"CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
                    f"CREATE USER {USER}@localhost IDENTIFIED BY '{PASSWORD}';\n"
                    f"GRANT SELECT ON {DATABASE}.* TO {USER}@'127.0.0.1', {USER}@localhost;\n")
        run([*client, DATABASE], f"BEGIN;\n{sql(rows)}COMMIT;\nANALYZE TABLE {KEYS}, {SENDERS};\n")

    def name(self, table):
        return f"dsn:mysql://{USER}:{PASSWORD}@{self.port}+127.0.0.1/{DATABASE}/{sql_table(table)}"


class LDAP:
    """Rows are entries of the class device, which is in the standard schema of every directory."""

    # The attributes of the fields in order; the lookup key is the cn.
    ATTRIBUTES = {KEYS: ("o", "ou", "description"), SENDERS: ("description",)}

    def __init__(self, workspace, rows):
        self.port = free_port()
        place = workspace.folder("ldap", owner="openldap")
        data = workspace.folder("ldap/data", owner="openldap")
        configuration = workspace.write("ldap/slapd.conf", f"""\
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {place}/pid
database mdb
suffix "{SUFFIX}"
directory {data}
maxsize 268435456
dbnosync
index objectClass,cn eq
access to * by * read
""")
        entries = [f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: example\n"]
        for name, table in rows.tables.items():
            entries.append(f"dn: ou={name},{SUFFIX}\nobjectClass: organizationalUnit\nou: {name}\n")
            for key, fields in table:
                lines = "".join(f"{attribute}: {one}\n" for attribute, one in zip(self.ATTRIBUTES[name], fields))
                entries.append(f"dn: cn={key},ou={name},{SUFFIX}\nobjectClass: device\ncn: {key}\n{lines}")
        ldif = workspace.write("ldap/rows.ldif", "\n".join(entries))
        run(as_user("openldap", "/usr/sbin/slapadd", "-q", "-f", configuration, "-l", ldif))
        launch(workspace, "slapd", as_user("openldap", "/usr/sbin/slapd", "-d", "0", "-f", configuration,
                                      "-h", f"ldap://127.0.0.1:{self.port}/"), self.port)

    def name(self, table):
        attributes = ",".join(self.ATTRIBUTES[table])
        return f"ldap://127.0.0.1:{self.port}/ou={table},{SUFFIX}?{attributes}?sub?(cn=$d)"


class Memcached:
    def __init__(self, workspace, rows):
        self.port = free_port()
        launch(workspace, "memcached",
               ["memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", self.port, "-m", "64"], self.port)
        for name, table in rows.tables.items():
            commands = "".join(f"set {name}:{key} 0 0 {len(value)}\r\n{value}\r\n" for key, value in pairs(table))
            expect(self.port, commands, "STORED\r\n" * len(table))

    def name(self, table):
        return f"memcache:127.0.0.1:{self.port}/{table}"


class Redis:
    def __init__(self, workspace, rows):
        self.port = free_port()
        place = workspace.folder("redis", owner="redis")
        launch(workspace, "redis", as_user(
            "redis", "redis-server", "--bind", "127.0.0.1", "--port", self.port, "--save", "", "--dir", place),
            self.port)
        for name, table in rows.tables.items():
            commands = "".join(f"SET {name}:{key} {value}\r\n" for key, value in pairs(table))
            expect(self.port, commands, "+OK\r\n" * len(table))

    def name(self, table):
        return f"redis://127.0.0.1:{self.port}/{table}"


def expect(port, commands, answer):
    """Sends all commands without waiting and reads as many bytes as are expected."""
    with socket.create_connection(("127.0.0.1", port), 20) as one, one.makefile("rb") as reader:
        for line in range(0, len(commands), 1 << 14):
            one.sendall(commands[line:line + (1 << 14)].encode())
        said = reader.read(len(answer)).decode()
    if said != answer:
        raise Failure(f"the server on port {port} did not accept the rows: {said[:200]!r}")


class Erlang:
    """A node with its own epmd."""

    COOKIE, MODULE = "chocolate", "bench_rows"
    SOURCE = """\
-module(bench_rows).
-export([start/0, find/1]).

start() -> spawn(fun() -> own() end).

own() ->
  ets:new(?MODULE, [named_table, {read_concurrency, true}]),
  {ok, Rows} = file:consult("rows.terms"),
  true = ets:insert(?MODULE, Rows),
  ok = file:write_file("ready", <<>>),
  receive stop -> ok end.

find(Key) ->
  case ets:lookup(?MODULE, iolist_to_binary(Key)) of
    [{_, Domain, Selector, File}] -> {ok, {Domain, Selector, File}};
    [] -> not_found
  end.
"""

    def __init__(self, workspace, rows):
        names = free_port()
        self.node = f"bench{os.getpid()}@localhost"
        self.environment = {"ERL_EPMD_PORT": str(names), "ERL_EPMD_ADDRESS": "127.0.0.1"}
        place = workspace.folder("erlang", owner="nobody")
        workspace.write(f"erlang/{self.MODULE}.erl", self.SOURCE)
        workspace.write("erlang/rows.terms", "".join(
            "{" + ", ".join(f'<<"{one}">>' for one in (key, *fields)) + "}.\n" for key, fields in rows.tables[KEYS]))
        run(["erlc", "-o", place, place / f"{self.MODULE}.erl"])
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "env", "-C", place,
                  f"HOME={place}", *settings]
        launch(workspace, "epmd", [*nobody, "epmd", "-address", "127.0.0.1", "-port", names], names)
        workspace.start("erlang", [
            *nobody, "erl", "-noshell", "-noinput", "-sname", self.node, "-setcookie", self.COOKIE,
            "-kernel", "inet_dist_use_interface", "{127,0,0,1}", "-s", self.MODULE, "start"])
        wait_for(f"the Erlang node has its rows: {workspace.log('erlang')}", (place / "ready").exists)

    def name(self, _table):
        return f"erlang:{self.node}:{self.COOKIE}:{self.MODULE}:find"
