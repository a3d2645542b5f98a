"""signing.json: requests to sign, with the tags that must come out; character-strings.json: TXT records in pieces."""
import base64
import hashlib
import json

from . import canonical, keys, signer
from .vectors import BODY, FIELDS, escaped, record

DEFAULT = ["From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To"]
TIME = 1780000000


def wanted_names(fields, names, oversigned):
    """Each name as often as there are such fields, and once more where oversigned. Lower case, sorted."""
    present = [signer.field_name(field).decode() for field in fields]
    found = [name.lower() for name in names for _ in range(present.count(name.lower()))]
    extra = [name.lower() for name in oversigned]
    unsigned = [name for name in dict.fromkeys(extra) if name not in found]
    found += [name for name in unsigned for _ in range(present.count(name))]
    return sorted(found + extra)


def encoded_identity(text):
    """RFC 6376 §2.11 for the local part: everything but the safe characters as =XX. The domain stays."""
    local, _, domain = text.rpartition("@")
    safe = lambda octet: 0x21 <= octet < 0x7F and octet not in b";="
    return "".join(chr(o) if safe(o) else f"={o:02X}" for o in local.encode()) + "@" + domain


def case(name, shows, key="ed25519", c="relaxed/relaxed", fields=FIELDS, body=BODY, names=DEFAULT, oversigned=(),
         ttl=None, identity=None, domain="example.com", selector="sel"):
    body_form = c.partition("/")[2] or "simple"
    content = canonical.BODY[body_form](body)
    expected = {"h": wanted_names(fields, names, oversigned),
                "bh": base64.b64encode(hashlib.sha256(content).digest()).decode(),
                "a": "ed25519-sha256" if key.startswith("ed") else "rsa-sha256", "t": str(TIME)}
    if ttl is not None:
        expected["x"] = str(TIME + ttl)
    if identity is not None:
        expected["i"] = encoded_identity(identity)
    return {"name": name, "shows": shows, "key": f"keys/{key}.pem", "record": record(keys.load(key)), "domain": domain,
            "selector": selector, "canonicalization": c, "headers": list(names), "oversign": list(oversigned),
            "time": TIME, "ttl": ttl, "identity": identity and escaped(identity.encode()),
            "message": escaped(b"".join(fields) + b"\r\n" + body), "expected": expected}


def cases():
    for key in ("ed25519", "rsa1024", "rsa2048", "rsa4096", "rsa2048-exponent3"):
        for c in ("simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"):
            yield case(f"{key}-{c.replace('/', '-')}", f"{key}, {c}", key, c)
    received = [b"Received: c\r\n", b"Received: b\r\n", b"Received: a\r\n"]
    yield case("absent-names", "names of absent fields are not listed", names=[*DEFAULT, "List-Id"])
    yield case("names-case", "names compare without case", names=["FROM", "subJECT"])
    yield case("repeated", "each instance of a repeated field is listed", fields=received + FIELDS,
               names=["Received", "From"])
    yield case("oversign-from", "From is listed once more than it stands in the message", oversigned=["From"])
    yield case("oversign-all", "each name once more, absent ones once", oversigned=DEFAULT)
    yield case("oversign-twice", "a name given twice is listed twice more", oversigned=["From", "from"])
    yield case("oversign-repeated", "three fields, four names", fields=received + FIELDS, names=["Received", "From"],
               oversigned=["Received"])
    yield case("ttl", "x= is t= and the lifetime", ttl=604800)
    yield case("ttl-one", "x= one second after t=", ttl=1)
    for name, body in [("empty", b""), ("crlf", b"\r\n"), ("no-final-crlf", b"Hello \t"), ("bare-lf", b"a\nb\r\n"),
                       ("bare-cr", b"a\rb\r"), ("nul", b"\0\r\n"), ("blank-lines", b"a\r\n\r\n \r\n"),
                       ("utf8", "gr\u00fc\u00dfe\r\n".encode())]:
        for c in ("simple/simple", "relaxed/relaxed"):
            yield case(f"body-{name}-{c.split('/')[0]}", f"body {name}, {c}", c=c, body=body)
    odd = [FIELDS[0], b"Subject:\r\n", b"To \t:  Bob\r\n\t<bob@example.net> \r\n", b"Cc: \r\n \r\n x\r\n",
           "Reply-To: gr\u00fc\u00dfe@example.com\r\n".encode()]
    for c in ("simple/simple", "relaxed/relaxed"):
        yield case(f"odd-fields-{c.split('/')[0]}", f"empty, folded and spaced fields, {c}", c=c, fields=odd)
    yield case("many-fields", "h= has to be folded", fields=[*FIELDS, *(
        f"X-A-Rather-Long-Name-{n}: {n}\r\n".encode() for n in range(60))],
        names=["From", *(f"X-A-Rather-Long-Name-{n}" for n in range(60))])
    identities = [("same", "alice@example.com"), ("below", "alice@mail.example.com"), ("no-local", "@example.com"),
                  ("space", "alice smith@example.com"), ("equals", "a=b@example.com"), ("two-at", '"a@b"@example.com'),
                  ("utf8", "b\u00fccher@example.com"), ("semicolon", "a;b@example.com")]
    for name, identity in identities:
        yield case(f"identity-{name}", f"i= {name}", identity=identity)
    yield case("selector-labels", "a selector of several labels", selector="march.2026")
    yield case("domain-below", "a domain below that of From", domain="mail.example.com", identity="@mail.example.com")


def document():
    lines = ",\n".join("  " + json.dumps(entry, separators=(",", ":")) for entry in cases())
    return f'{{"cases": [\n{lines}\n]}}\n'.encode()


def strings():
    """Name, and the character-strings of one TXT record (RFC 6376 §3.6.2.2: joined without anything between)."""
    text = record(keys.load("rsa2048")).encode()
    every = lambda data, size: [data[at : at + size] for at in range(0, len(data), size)]
    notes = b"v=DKIM1; n=" + b"note " * 1200 + b"; " + text[9:]
    yield "one", [text[:255], text[255:]]
    yield "cut-at-100", every(text, 100)
    yield "single-octets", every(text, 1)
    yield "empty-ones", [b"", text[:40], b"", b"", text[40:255], text[255:], b""]
    yield "inside-tag-name", [text[:1], text[1:2], text[2:250], text[250:]]
    yield "inside-value", [b"v=DK", b"IM", b"1; k=r", b"sa; ", text[16:200], text[200:]]
    yield "around-semicolons", [b"v=DKIM1", b";", b" k=rsa", b";", text[15:200], text[200:]]
    yield "6-kb", every(notes, 255)
    yield "ed25519", [record(keys.load("ed25519")).encode()]
    yield "only-empty", [b""]
    yield "octets", [b"v=DKIM1; n=gr\xc3", b"\xbc\xc3\x9fe\\\"; ", text[16:200], text[200:]]


def strings_document():
    entries = [{"name": name, "strings": [escaped(piece) for piece in parts], "joined": escaped(b"".join(parts))}
               for name, parts in strings()]
    lines = ",\n".join("  " + json.dumps(entry, separators=(",", ":")) for entry in entries)
    return f'{{"records": [\n{lines}\n]}}\n'.encode()
