"""Makes one DKIM-Signature field (RFC 6376 §3.5, §3.7), right or wrong on purpose."""
import base64
import hashlib
import re

from . import canonical

SIGNED = "from:to:subject:date:message-id"


def octets(text):
    """Strings stand for their UTF-8; \\udcXX for the raw octet XX."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def base64_text(data):
    return base64.b64encode(data).decode()


def folded(text, width=64):
    return "\r\n\t ".join(text[at : at + width] for at in range(0, len(text), width))


def field_name(field):
    return field.split(b":", 1)[0].rstrip(b" \t").lower()


def select(fields, names):
    """RFC 6376 §5.4.2: each name takes the lowest field not yet taken; an absent one nothing."""
    left, chosen = list(fields), []
    for name in names:
        for at in range(len(left) - 1, -1, -1):
            if field_name(left[at]) == octets(name).lower():
                chosen.append(left.pop(at))
                break
    return chosen


def layout(tags, replace, end):
    """The text of the tag-list. A tag that `replace` maps to None is left out."""
    text = ""
    for name, value in tags:
        value = replace.get(name, value)
        if value is None:
            continue
        gap = "\r\n\t" if name in ("h", "bh", "b") else " "
        text += f"{';' if text else ''}{gap}{name}={value}"
    return text + end


def sign(fields, body, key, *, a="rsa-sha256", c="relaxed/relaxed", d="example.com", s="sel", h=SIGNED,
         t=1779999000, l=None, hashed=None, extra=(), replace=None, end="", raw=None, spelling="DKIM-Signature",
         forge=None, bh_text=base64_text, b_text=lambda data: folded(base64_text(data))):
    """One DKIM-Signature field with its CRLF, over `fields` and `body`.

    a, c, d, s, h, t, l are what the arithmetic uses and what the tags say; `replace` lets a tag say something else,
    `extra` adds tags before bh=, `raw` is the whole text after the colon with {bh} and {b} in it. `hashed` is the
    number of octets hashed where l= lies about it. `forge(key, data, hash)` makes the octets of b= another way.
    """
    hash_name = a.split("-")[1]
    header_form, _, body_form = c.partition("/")
    content = canonical.BODY[body_form or "simple"](body)
    size = hashed if hashed is not None else l
    digest = hashlib.new(hash_name, content if size is None else content[:size]).digest()

    tags = [("v", 1), ("a", a), ("c", c), ("d", d), ("s", s), ("t", t), *extra, ("l", l), ("h", h), ("bh", "{bh}"),
            ("b", "{b}")]
    tags = [(tag, value) for tag, value in tags if value is not None]
    text = raw if raw is not None else layout(tags, replace or {}, end)
    field = octets(f"{spelling}:{text}\r\n").replace(b"{bh}", octets(bh_text(digest)))

    header = canonical.HEADER[header_form]
    names = [part.strip(" \t\r\n") for part in h.split(":")]
    unsigned = re.sub(rb"[ \t\r\n]*\{b\}[ \t\r\n]*", b"", field[:-2]) + b"\r\n"
    data = b"".join(map(header, select(fields, names))) + header(unsigned)[:-2]
    signature = forge(key, data, hash_name) if forge else key.sign(data, hash_name)
    return field.replace(b"{b}", octets(b_text(signature)))
