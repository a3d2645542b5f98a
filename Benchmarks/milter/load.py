"""Sends mail through the milters and checks the results."""

import subprocess
import time
from dataclasses import dataclass

import messages
import programs
from workspace import Failure

# What a message must contain after the milter; Postfix without a milter adds neither.
MARKS = {"sign": (b"d=example.com; s=sel;",), "verify": (b"dkim=pass",)}
SIZE = 4096


@dataclass(frozen=True)
class Result:
    messages: int
    wall: float
    cpu: float


def make_messages(workspace):
    """{"bytes": {mode: file}, "lines": {mode: file}}

    A message of 4 kB with 22 header fields, unsigned and signed with rsa-sha256 and 2048 bits.
    """
    plain = messages.message("milter", "text", SIZE)
    (workspace.path / "messages").mkdir()
    (workspace.path / "messages" / "plain.eml").write_bytes(plain)
    programs.prepare_work()
    (programs.WORK / "messages").mkdir(exist_ok=True)
    (programs.WORK / "messages" / "milter.eml").write_bytes(plain)
    signed = programs.run(programs.floor(), ["emit", "messages/milter.eml", "r/r", "rsa", 0])
    files = {"bytes": {}, "lines": {}}
    for mode, data in (("sign", plain), ("verify", signed)):
        files["bytes"][mode] = workspace.write(f"messages/{mode}.eml", data)
        # smtp-source adds line ends itself.
        files["lines"][mode] = workspace.write(f"messages/{mode}.txt", data.replace(b"\r\n", b"\n"))
    return files


def through_postfix(postfix, one, mode, file, sessions, count):
    """Sends `count` messages over `sessions` SMTP sessions, which stay open for all their messages."""
    port = postfix.ports[postfix.key(one, mode)]
    command = ["/usr/sbin/smtp-source", "-4", "-d", "-s", str(sessions), "-m", str(count), "-F", str(file),
               "-M", "client.bench.example", "-f", "ada.example@example.com", "-t", "list@example.net",
               f"inet:127.0.0.1:{port}"]
    cpu, start = one.cpu() if one else 0, time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    wall = time.monotonic() - start
    cpu = one.cpu() - cpu if one else 0
    title = f"{one.name if one else 'no milter'}, {mode}"
    if done.returncode != 0:
        raise Failure(f"{title}: smtp-source: {done.stderr.strip()[-500:]}\n{postfix.log()}")
    held, marked = postfix.take(MARKS[mode])
    if held != count or (one and marked != count):
        raise Failure(f"{title}: {held} of {count} messages arrived, {marked} with the result\n{postfix.log()}")
    return Result(count, wall, cpu)
