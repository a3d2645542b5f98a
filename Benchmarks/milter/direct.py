"""Runs milter-load, the load generator of this package, which talks to a milter as Postfix does."""

import json
import subprocess
from dataclasses import dataclass

import programs
from workspace import Failure, raise_limit

PROGRAM = "milter-load"
# InternalHosts contains the first.
CLIENTS = {"sign": "192.0.2.1", "verify": "198.51.100.7"}


@dataclass(frozen=True)
class Result:
    messages: int
    wall: float
    cpu: float
    p50: float  # milliseconds
    p99: float


def path():
    folder = programs.output_of("swift", "build", "--package-path", str(programs.ROOT), "-c", "release",
                                "--show-bin-path")
    return f"{folder}/{PROGRAM}"


def run(one, mode, files, connections, seconds=None, each=None, idle=0):
    """Loads `one` for `seconds`, or with `each` messages on each connection.

    The milter must add a header field to each message.
    """
    command = [path(), "--json", "--socket", one.specification, "--connections", str(connections),
               "--client", CLIENTS[mode], "--idle", str(idle), "--sender", "<ada.example@example.com>"]
    command += ["--messages", str(each)] if each else ["--seconds", str(seconds)]
    cpu = one.cpu()
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=3600,
                          preexec_fn=raise_limit)
    cpu = one.cpu() - cpu
    title = f"{one.name}, {one.socket}, {mode}: {PROGRAM}"
    if done.returncode != 0:
        raise Failure(f"{title}: {(done.stderr + done.stdout).strip()[-1000:]}")
    report = json.loads(done.stdout)
    count = report["messages"]
    if count == 0 or report["modifications"] < count:
        raise Failure(f"{title}: {count} messages, {report['modifications']} modifications")
    return Result(count, report["seconds"], cpu, report["p50_ms"], report["p99_ms"])
