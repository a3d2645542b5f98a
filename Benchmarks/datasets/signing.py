"""Signing with the milter and tables in a store of each kind."""

import direct
import filters
import messages
from load import SIZE
from workspace import Failure
from rows import KEYS, SENDERS, address
from turns import in_turns

CONNECTIONS = 20
AUTHORS = 100
FROM = "<ada.example@example.com>"

TEMPLATE = """\
Syslog no
UserID opendkim
UMask 000
RequireSafeKeys no
Mode s
Canonicalization relaxed/relaxed
OversignHeaders From
InternalHosts 192.0.2.1
KeyTable {keys}
SigningTable {senders}
Socket {{socket}}
"""


def make_messages(workspace):
    """The message of the other milter benchmark, from many authors."""
    text = messages.message("milter", "text", SIZE).decode()
    if FROM not in text:
        raise Failure(f"the message has no {FROM}")
    return [workspace.write(f"mail/{number}.eml", text.replace(FROM, f"<{address(number * 97)}>").encode())
            for number in range(AUTHORS)]


def start(workspace, stores, kind, path):
    # The name of a data set may contain braces.
    names = {table: stores.name(kind, table).replace("{", "{{").replace("}", "}}") for table in (KEYS, SENDERS)}
    template = TEMPLATE.format(keys=names[KEYS], senders=names[SENDERS])
    one = filters.start(workspace, None, filters.OURS, path, "tcp", f"-{kind.name.replace(':', '-')}", template)
    one.name = kind.name
    return one


def measure(workspace, stores, kinds, path, plan):
    """[(kind, results of the rounds, reason if there are none)]"""
    files = make_messages(workspace)
    running, failures = [], {}
    for kind in kinds:
        try:
            one = start(workspace, stores, kind, path)
            direct.run(one, "sign", files, CONNECTIONS, seconds=0.3)
            running.append(one)
        except Failure as failure:
            failures[kind.name] = str(failure)
    results = {}
    if running:
        results = in_turns(
            plan["rounds"], running,
            lambda one: direct.run(one, "sign", files, CONNECTIONS, seconds=plan["seconds"]), "signing, tables in")
    for one in running:
        one.stop()
    return [(kind, results.get(kind.name), failures.get(kind.name, "")) for kind in kinds]
