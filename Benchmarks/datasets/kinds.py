"""The kinds of data sets that are measured, and their stores, which are created when they are needed."""

from dataclasses import dataclass

import files
import servers
from workspace import Failure
from rows import COUNT, IN_A_LINE, Questions, Rows, address, key_name
from turns import progress


@dataclass(frozen=True)
class Kind:
    name: str
    store: type
    # The number of lookups of a run; the second number is for --quick.
    questions: tuple = (20_000, 2_000)
    # Whether Debian's opendkim has it.
    peer: bool = True
    # Whether it is a server, so that dkim-milter caches its results.
    server: bool = False
    # Whether it is measured through the milter, too.
    signs: bool = False
    rows: int = COUNT
    # The function that makes the lookup key of a row number.
    key: object = key_name
    # The function that makes the name of the data set; `None`: that of the store.
    naming: object = None


# opendkim reads the rows of file: and refile: one after the other, so these get fewer lookups.
KINDS = (
    Kind("csl", files.List, (200_000, 20_000), rows=IN_A_LINE),
    Kind("file", files.TextFile, (5_000, 1_000), signs=True),
    Kind("refile", files.Patterns, (200, 50), key=address),
    Kind("db (hash)", files.BerkeleyHash, (100_000, 20_000)),
    Kind("db (btree)", files.BerkeleyDB, (100_000, 20_000)),
    Kind("mdb", files.LMDB, (100_000, 20_000), peer=False, signs=True),
    Kind("dsn:sqlite3", files.SQLite),
    Kind("dsn:pgsql", servers.PostgreSQL, server=True, signs=True),
    Kind("dsn:mysql", servers.MariaDB, server=True, signs=True),
    Kind("dsn:odbc", servers.PostgreSQL, (5_000, 1_000), peer=False, server=True, signs=True,
         naming=servers.PostgreSQL.odbc_name),
    Kind("ldap", servers.LDAP, server=True, signs=True),
    Kind("lua", files.Lua),
    Kind("memcache", servers.Memcached, server=True, signs=True),
    Kind("redis", servers.Redis, peer=False, server=True, signs=True),
    Kind("erlang", servers.Erlang, (5_000, 1_000), peer=False, server=True, signs=True),
)


class Stores:
    def __init__(self, workspace, key_file):
        self.workspace, self.rows, self.made = workspace, Rows(key_file), {}

    def of(self, kind):
        if kind.store not in self.made:
            progress(f"{kind.name}: 10000 rows")
            try:
                self.made[kind.store] = kind.store(self.workspace, self.rows)
            except Failure as failure:
                raise Failure(f"{kind.name}: {failure}") from None
        return self.made[kind.store]

    def name(self, kind, table):
        store = self.of(kind)
        return kind.naming(store, table) if kind.naming else store.name(table)

    def questions(self, kind, quick):
        return Questions(self.rows, kind.questions[quick], kind.key, kind.rows)

    def environment(self):
        """The environment variables that programs need to find the stores."""
        found = {}
        for store in self.made.values():
            found.update(getattr(store, "environment", {}))
        return found
