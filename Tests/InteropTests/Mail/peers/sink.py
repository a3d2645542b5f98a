#!/usr/bin/env python3
"""The destination of all mail: an SMTP server that stores each message unchanged, byte by byte.

sink.py FOLDER PORT

Each message becomes one file in FOLDER, named RECIPIENT.NUMBER after the local part of its first recipient: the
envelope sender, a line feed, and the bytes of the message. A recipient that begins with `refuse` is refused
permanently, one that begins with `later` temporarily.
"""

import asyncio
import itertools
import os
import sys

FOLDER = sys.argv[1]
PORT = int(sys.argv[2])
NUMBERS = itertools.count()
GREETING = b"250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 0\r\n"


def address(line):
    """Returns the text between the angle brackets."""
    return line[line.index(b"<") + 1:line.index(b">")]


def keep(sender, recipients, data):
    local = recipients[0].rsplit(b"@", 1)[0].replace(b"/", b"_")
    name = local.decode("utf-8", "replace") + f".{next(NUMBERS)}"
    hidden = os.path.join(FOLDER, "." + name)
    with open(hidden, "wb") as file:
        file.write(sender + b"\n" + data)
    os.rename(hidden, os.path.join(FOLDER, name))


END = b"\r\n.\r\n"


class Stream:
    """The input from the client; commands may follow a message in the same packet."""

    def __init__(self, reader):
        self.reader = reader
        self.rest = b""

    async def line(self):
        """Returns the next line; nothing at the end."""
        while b"\n" not in self.rest:
            block = await self.reader.read(1 << 16)
            if not block:
                return b""
            self.rest += block
        line, _, self.rest = self.rest.partition(b"\n")
        return line + b"\n"

    async def message(self):
        """Returns everything up to the line with the dot, with dot-stuffing removed."""
        data = bytearray(b"\r\n" + self.rest)
        searched = 0
        while (end := data.find(END, searched)) < 0:
            searched = max(len(data) - len(END), 0)
            block = await self.reader.read(1 << 20)
            if not block:
                raise EOFError
            data += block
        self.rest = bytes(data[end + len(END):])
        return bytes(data[:end + 2]).replace(b"\r\n..", b"\r\n.")[2:]


def recipient_reply(recipient):
    if recipient.startswith(b"refuse"):
        return b"550 5.1.1 no such mailbox\r\n"
    if recipient.startswith(b"later"):
        return b"450 4.2.1 not now\r\n"
    return b"250 2.1.5 ok\r\n"


async def serve(reader, writer):
    stream = Stream(reader)
    sender, recipients = b"", []
    writer.write(b"220 sink.test ESMTP\r\n")
    while line := await stream.line():
        verb = line[:4].upper()
        reply = b"250 2.0.0 ok\r\n"
        if verb == b"EHLO":
            reply = GREETING
        elif verb == b"MAIL":
            sender, recipients = address(line), []
        elif verb == b"RCPT":
            reply = recipient_reply(address(line))
            if reply.startswith(b"250"):
                recipients.append(address(line))
        elif verb == b"DATA" and not recipients:
            reply = b"554 5.5.1 no recipients\r\n"
        elif verb == b"DATA":
            writer.write(b"354 go on\r\n")
            keep(sender, recipients, await stream.message())
        elif verb == b"QUIT":
            writer.write(b"221 2.0.0 bye\r\n")
            break
        writer.write(reply)
        await writer.drain()
    writer.close()


async def serve_quietly(reader, writer):
    try:
        await serve(reader, writer)
    except (OSError, EOFError, ValueError):
        writer.close()


async def main():
    server = await asyncio.start_server(serve_quietly, "127.0.0.1", PORT, limit=1 << 20, backlog=512)
    async with server:
        await server.serve_forever()


asyncio.run(main())
