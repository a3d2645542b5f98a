"""RFC 6376 §3.4 the slow and plain way: split, replace, join."""
import re

CRLF = b"\r\n"
RUN = re.compile(rb"[ \t]+")


def body_lines(body):
    """The lines of a body without their CRLF; a last piece without CRLF counts as a line."""
    lines = body.split(CRLF)
    if lines[-1] == b"":
        lines.pop()
    return lines


def body_simple(body):
    """RFC 6376 §3.4.3: CRLFs at the end become one CRLF; a missing one is added."""
    lines = body_lines(body)
    while lines and lines[-1] == b"":
        lines.pop()
    return CRLF.join(lines) + CRLF


def body_relaxed(body):
    """RFC 6376 §3.4.4: white space shrinks first, then empty lines at the end go."""
    lines = [RUN.sub(b" ", line).rstrip(b" ") for line in body_lines(body)]
    while lines and lines[-1] == b"":
        lines.pop()
    return b"".join(line + CRLF for line in lines)


def header_simple(field):
    """RFC 6376 §3.4.1: no change. The field ends in CRLF."""
    return field


def header_relaxed(field):
    """RFC 6376 §3.4.2. The field ends in CRLF, and so does the answer."""
    name, value = field[:-2].split(b":", 1)
    value = re.sub(rb"\r\n(?=[ \t])", b"", value)
    value = RUN.sub(b" ", value).strip(b" ")
    return name.rstrip(b" \t").lower() + b":" + value + CRLF


BODY = {"simple": body_simple, "relaxed": body_relaxed}
HEADER = {"simple": header_simple, "relaxed": header_relaxed}
