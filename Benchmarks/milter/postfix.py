"""A separate instance of Postfix with all its files in the directory of the run, without systemd and syslog.

It puts every accepted message into the hold queue, where messages are counted and checked; nothing is delivered.
"""

import os
import subprocess

from filters import SIGNING_DAEMON
from workspace import Failure, free_port, listens, wait_for

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.bench.example
mydestination =
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
inet_interfaces = 127.0.0.1
alias_maps =
alias_database =
local_recipient_maps =
local_header_rewrite_clients =
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_client_access static:HOLD, permit
smtpd_client_connection_count_limit = 0
default_process_limit = 200
disable_dns_lookups = yes
hash_queue_names = deferred
in_flow_delay = 0
max_idle = 1h
max_use = 10000
milter_default_action = tempfail
non_smtpd_milters =
"""

SERVICES = """\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
pickup unix n - n 3600 1 pickup
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

MODES = {"sign": SIGNING_DAEMON, "verify": "INCOMING"}


class Postfix:
    """A Postfix with a port for each combination of filter (None: no milter) and mode."""

    def __init__(self, workspace, filters):
        self.folder = workspace.folder("postfix")
        self.queue = workspace.folder("postfix/queue")
        self.configuration = workspace.folder("postfix/etc")
        workspace.folder("postfix/data", owner="postfix")
        self.ports = {}
        lines = []
        for one in (None, *filters):
            for mode, daemon in MODES.items():
                port = self.ports[self.key(one, mode)] = free_port()
                lines.append(f"127.0.0.1:{port} inet n - n - 60 smtpd\n  -o milter_macro_daemon_name={daemon}\n"
                             f"  -o smtpd_milters={one.milter if one else ''}\n")
        workspace.write("postfix/etc/main.cf", MAIN.format(folder=self.folder))
        workspace.write("postfix/etc/master.cf", SERVICES + "".join(lines))
        workspace.endings.callback(self.stop)
        self.start()

    @staticmethod
    def key(one, mode):
        return (one.name, one.socket, mode) if one else (None, None, mode)

    def command(self, word):
        return subprocess.run(["/usr/sbin/postfix", "-c", self.configuration, word], capture_output=True, text=True)

    def start(self):
        done = self.command("start")
        if done.returncode != 0:
            raise Failure(f"Postfix does not start: {done.stderr}{self.log()}")
        try:
            wait_for("Postfix listens", lambda: all(map(listens, self.ports.values())))
        except Failure as failure:
            raise Failure(f"{failure}\n{self.log()}") from None

    def stop(self):
        self.command("abort")

    def log(self):
        path = self.folder / "log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def take(self, marks):
        """(number of held messages, number of those that contain one of `marks`); empties the queue."""
        count = marked = 0
        for entry in os.scandir(self.queue / "hold"):
            with open(entry.path, "rb") as file:
                data = file.read()
            count += 1
            marked += any(one in data for one in marks)
            os.unlink(entry.path)
        return count, marked
