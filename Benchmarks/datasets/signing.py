"""Signing with the milter, with its tables in a store of each kind."""

import direct
import filters
import messages
from load import SIZE
from room import Failure
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


def make_messages(room):
    """The message of the milter benchmark, with many authors."""
    text = messages.message("milter", "text", SIZE).decode()
    if FROM not in text:
        raise Failure(f"the message has no {FROM}")
    return [room.write(f"mail/{number}.eml", text.replace(FROM, f"<{address(number * 97)}>").encode())
            for number in range(AUTHORS)]


def start(room, stores, kind, path):
    # The name of a data set may contain braces.
    names = {table: stores.name(kind, table).replace("{", "{{").replace("}", "}}") for table in (KEYS, SENDERS)}
    template = TEMPLATE.format(keys=names[KEYS], senders=names[SENDERS])
    one = filters.start(room, None, filters.OURS, path, "tcp", f"-{kind.name.replace(':', '-')}", template)
    one.name = kind.name
    return one


def measure(room, stores, kinds, path, plan):
    """[(kind, results of the rounds, reason of a failure)]"""
    files = make_messages(room)
    running, failures = [], {}
    for kind in kinds:
        try:
            one = start(room, stores, kind, path)
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
