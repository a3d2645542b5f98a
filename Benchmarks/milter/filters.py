"""The milters, all with the same configuration except for the socket, and the resolver they query."""

import random
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import keys
import programs
from workspace import Failure, connect, cpu_seconds, descriptors, free_port, listens, memory_kb, stop, wait_for

OURS, THEIRS = "dkim-milter", "opendkim"
SOCKETS = ("tcp", "unix")
SIGNING_DAEMON = "ORIGINATING"

# The client is always 127.0.0.1; the name of Postfix's daemon decides whether it is internal.
CONFIGURATION = f"""\
Syslog no
UserID opendkim
UMask 000
RequireSafeKeys no
Mode sv
Canonicalization relaxed/relaxed
OversignHeaders From
InternalHosts 192.0.2.1
MTA {SIGNING_DAEMON}
KeyTable file:{{folder}}/keytable
SigningTable refile:{{folder}}/signingtable
Nameservers {{resolver}}
Socket {{socket}}
"""


@dataclass
class Filter:
    name: str
    socket: str
    process: Popen
    address: int | Path

    @property
    def pid(self):
        return self.process.pid

    @property
    def milter(self):
        """The socket as Postfix writes it."""
        return f"inet:127.0.0.1:{self.address}" if self.socket == "tcp" else f"unix:{self.address}"

    @property
    def specification(self):
        """The socket as opendkim.conf writes it."""
        return f"inet:{self.address}@127.0.0.1" if self.socket == "tcp" else f"local:{self.address}"

    def cpu(self):
        return cpu_seconds(self.pid)

    def memory(self, field="VmRSS"):
        return memory_kb(self.pid, field)

    def descriptors(self):
        return descriptors(self.pid)

    def connect(self):
        return connect(self.address)

    def stop(self):
        stop(self.process)


def programs_to_measure(ours):
    """{name: path}; ends the run if one is missing."""
    found = {OURS: ours or built()}
    found[THEIRS] = shutil.which(THEIRS, path="/usr/sbin:/usr/bin:/usr/local/sbin")
    for name, path in found.items():
        if path is None or not Path(path).exists():
            sys.exit(f"{name} is missing{'' if name == OURS else ' (run: Scripts/install bench)'}")
    return {name: str(path) for name, path in found.items()}


def built():
    """The path of dkim-milter in the release build."""
    path = programs.output_of("swift", "build", "--package-path", str(programs.ROOT), "-c", "release",
                              "--show-bin-path")
    return path and Path(path) / OURS


def versions(found):
    words = []
    for name, path in found.items():
        line = (programs.output_of(path, "-V") or "?").splitlines()[0]
        words.append(f"{name} ({line.removeprefix(name + ':').strip()})")
    return ", ".join(words)


def make_tables(workspace):
    """Creates keys and tables; the row that is used is not the first one."""
    keys.make(workspace.path / "keys")
    key = workspace.path / "keys" / "rsa2048.pem"
    shutil.chown(key, "opendkim")
    others = [f"d{number}.example.net" for number in range(9)]
    domains = [*others[:5], "example.com", *others[5:]]
    workspace.write("keytable", "".join(f"{one} {one}:sel:{key}\n" for one in domains))
    workspace.write("signingtable", "".join(f"*@{one} {one}\n" for one in domains))


def start_resolver(workspace):
    """Starts unbound on port 53 of an unused address in 127/8; opendkim cannot query another port.

    It has the key records as local data. A milter may cache its responses for an hour.
    """
    records = (workspace.path / "keys" / "records").read_text().splitlines()
    data = "".join(f"  local-data: '{name}. 3600 IN TXT {in_strings(text)}'\n"
                   for name, _, text in (line.partition(" ") for line in records))
    for _ in range(10):
        address = f"127.{random.randrange(1, 255)}.{random.randrange(255)}.{random.randrange(1, 255)}"
        if taken(address):
            continue
        path = workspace.write("unbound.conf", f"""\
server:
  interface: {address}
  port: 53
  username: ""
  chroot: ""
  directory: "{workspace.path}"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  access-control: 127.0.0.0/8 allow
  module-config: "iterator"
  local-zone: "example.com." static
{data}remote-control:
  control-enable: no
""")
        process = workspace.start("unbound", ["/usr/sbin/unbound", "-d", "-c", path])
        wait_for("unbound listens", lambda: taken(address) or process.poll() is not None)
        if process.poll() is None:
            return address
    raise Failure("unbound does not start: " + workspace.log("unbound"))


def in_strings(text):
    return " ".join(f'"{text[at:at + 250]}"' for at in range(0, len(text), 250))


def taken(address):
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex((address, 53)) == 0


def start(workspace, resolver, name, path, kind, label="", template=CONFIGURATION):
    """Starts the milter `name` on a socket of `kind`; `template` contains {folder}, {resolver} and {socket}."""
    title = f"{name}-{kind}{label}"
    folder = workspace.folder(f"sockets/{title}", owner="opendkim")
    address = free_port() if kind == "tcp" else folder / "socket"
    one = Filter(name, kind, None, address)
    text = template.format(folder=workspace.path, resolver=resolver, socket=one.specification)
    one.process = workspace.start(title, [path, "-f", "-x", workspace.write(f"{title}.conf", text)])
    wait_for(f"{title} listens\n", lambda: listens(address) or one.process.poll() is not None)
    if one.process.poll() is not None:
        raise Failure(f"{title} ended with {one.process.returncode}: {workspace.log(title)}")
    return one
