#!/usr/bin/env python3
"""Submits messages to an SMTP server, with requests on standard input in the frames of ../../README.md.

`send` and `load` take options in pairs and reply with the number of a job; `result` NUMBER replies with nothing while
the job runs, and then with its report; `stop` NUMBER stops a load early. The report of `send`: the last stage, the
reply, and the time in seconds. The report of `load`: the total time in seconds, the recipients of accepted messages,
the recipients and replies of refused messages, and the time for each message in seconds.
"""

import re
import socket
import struct
import sys
import threading
import time

PATIENCE = 90


class Refused(Exception):
    def __init__(self, step, reply):
        super().__init__(step, reply)
        self.step = step
        self.reply = reply


class Session:
    """One connection to the server."""

    def __init__(self, job):
        xclient = job.options.get("xclient", b"")
        source = job.options.get("source", b"").decode()
        self.socket = socket.create_connection(
            ("127.0.0.1", job.number("port")), timeout=PATIENCE, source_address=(source, 0) if source else None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.replies = self.socket.makefile("rb")
        self.expect("connect", b"2")
        if xclient:
            self.command("ehlo", b"EHLO client.test")
            self.command("xclient", b"XCLIENT " + xclient)
        self.command("ehlo", b"EHLO client.test")

    def expect(self, step, good):
        lines = []
        while True:
            line = self.replies.readline()
            if not line:
                raise Refused(step, "000 connection lost")
            lines.append(line)
            if line[3:4] != b"-":
                break
        if not lines[-1].startswith(good):
            raise Refused(step, b"".join(lines).decode("latin-1").strip())
        return lines[-1].decode("latin-1").strip()

    def command(self, step, line, good=b"2"):
        self.socket.sendall(line + b"\r\n")
        return self.expect(step, good)

    def send(self, sender, recipients, message, parameters=b""):
        self.command("mail", b"MAIL FROM:<" + sender + b">" + (b" " + parameters if parameters else b""))
        for recipient in recipients:
            self.command("rcpt", b"RCPT TO:<" + recipient + b">")
        self.command("data", b"DATA", b"3")
        self.socket.sendall(message)
        return self.expect("message", b"2")

    def close(self):
        try:
            self.socket.sendall(b"QUIT\r\n")
            self.replies.readline()
        except OSError:
            pass
        self.replies.close()
        self.socket.close()


def dotted(message):
    """Returns the message in the form for DATA: with dot-stuffing and the final dot."""
    stuffed = re.sub(rb"(?m)^\.", b"..", message)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


class Job:
    def __init__(self, options):
        self.options = {}
        self.recipients = []
        for name, value in zip(options[::2], options[1::2]):
            if name == b"to":
                self.recipients.append(value)
            else:
                self.options[name.decode()] = value
        self.report = None
        self.ending = threading.Event()

    def number(self, name, default=0):
        return int(self.options.get(name, default))

    def start(self, work):
        threading.Thread(target=self.run, args=(work,), daemon=True).start()

    def run(self, work):
        try:
            self.report = work(self)
        except Exception as error:  # whatever happens is what the test has to see
            self.report = ["client", repr(error), "0"]


def send(job):
    began = time.monotonic()
    try:
        session = Session(job)
        reply, step = session.send(job.options["from"], job.recipients, dotted(job.options["message"]),
                                   job.options.get("parameters", b"")), "end"
        session.close()
    except Refused as refused:
        reply, step = refused.reply, refused.step
    except OSError as error:
        reply, step = repr(error), "connection"
    return [step, reply, str(time.monotonic() - began)]


class Load:
    """Many messages over several sessions, to NAME.NUMBER@elsewhere.test, so that each one can be identified."""

    def __init__(self, job):
        self.job = job
        self.lock = threading.Lock()
        self.next = 0
        self.accepted, self.refused, self.seconds = [], [], []

    def take(self):
        with self.lock:
            if self.next >= self.job.number("count") or self.job.ending.is_set():
                return None
            self.next += 1
            return self.next

    def run_session(self):
        session = None
        options = self.job.options
        name = options["name"]
        while (number := self.take()) is not None:
            recipient = name + b"-%d@elsewhere.test" % number
            message = dotted(options["message"].replace(b"@NUMBER@", b"%d" % number))
            began = time.monotonic()
            try:
                if session is None:
                    session = Session(self.job)
                session.send(options["from"], [recipient], message)
                self.note(self.accepted, recipient.decode(), began)
            except (Refused, OSError) as error:
                self.note(self.refused, f"{recipient.decode()} {getattr(error, 'reply', repr(error))}", began)
                if session is not None:
                    session.close()
                session = None
                time.sleep(0.01)
        if session is not None:
            session.close()

    def note(self, place, what, began):
        with self.lock:
            place.append(what)
            self.seconds.append(time.monotonic() - began)

    def run(self):
        began = time.monotonic()
        sessions = [threading.Thread(target=self.run_session) for _ in range(self.job.number("sessions", 1))]
        for session in sessions:
            session.start()
        for session in sessions:
            session.join()
        return [str(time.monotonic() - began), "\n".join(self.accepted), "\n".join(self.refused),
                " ".join(f"{one:.6f}" for one in sorted(self.seconds))]


def read_exactly(count):
    data = sys.stdin.buffer.read(count)
    if len(data) != count:
        sys.exit(0)
    return data


def read_frame():
    (count,) = struct.unpack(">I", read_exactly(4))
    return [read_exactly(struct.unpack(">I", read_exactly(4))[0]) for _ in range(count)]


def write_frame(parts):
    out = sys.stdout.buffer
    out.write(struct.pack(">I", len(parts)))
    for part in parts:
        out.write(struct.pack(">I", len(part)) + part)
    out.flush()


JOBS = []


def answer(verb, arguments):
    if verb in (b"send", b"load"):
        job = Job(arguments)
        JOBS.append(job)
        job.start(send if verb == b"send" else lambda one: Load(one).run())
        return [b"%d" % (len(JOBS) - 1)]
    job = JOBS[int(arguments[0])]
    if verb == b"stop":
        job.ending.set()
        return []
    if verb == b"result":
        return [] if job.report is None else [one.encode() for one in job.report]
    raise ValueError(verb)


def main():
    while True:
        verb, *arguments = read_frame()
        try:
            write_frame([b"ok"] + answer(verb, arguments))
        except Exception as error:
            write_frame([b"error", repr(error).encode()])


main()
