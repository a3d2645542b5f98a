"""base64 in b=, bh= and p= (RFC 6376 §2.10), and what is left of b= when it is hashed (§3.7)."""
import hashlib

from . import canonical, keys
from .signer import SIGNED, base64_text, folded
from .vectors import BODY, Area

area = Area("base64")
RSA = keys.load("rsa2048")
SMALL = keys.load("rsa1024")
EITHER = "pass also permerror,fail"
REFUSED = "permerror also fail"
DIGEST = hashlib.sha256(canonical.body_relaxed(BODY)).digest()
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def spread(text, gap):
    return gap + gap.join(text) + gap


def white_space():
    for name, gap in [("spaces", " "), ("tabs", "\t"), ("folds", "\r\n "), ("spaces-before-folds", " \t\r\n\t ")]:
        area.one(f"b-{name}", "white space between any two octets of b=", "6376 §3.5", "pass", key=SMALL,
                 b_text=lambda data, gap=gap: spread(base64_text(data), gap))
        area.one(f"bh-{name}", "white space between any two octets of bh=", "6376 §3.5", "pass",
                 bh_text=lambda data, gap=gap: spread(base64_text(data), gap))
    text = base64_text(SMALL.spki())
    for name, gap in [("spaces", " "), ("tabs", "\t"), ("folds", "\r\n ")]:
        area.one(f"p-{name}", "white space between any two octets of p=", "6376 §3.6.1", "pass", key=SMALL,
                 text="v=DKIM1; p=" + spread(text, gap))
    area.one("b-folded-simple", "b= folded, simple header form", "6376 §3.7", "pass", c="simple/simple",
             b_text=lambda data: "\r\n " + folded(base64_text(data), 20) + "\r\n\t")


def wrong_pieces():
    """Name, what it shows, and how the base64 text is changed."""
    inside = lambda piece: lambda text: text[:8] + piece + text[8:]
    yield "exclamation", "an exclamation mark inside", inside("!")
    yield "hyphen", "a hyphen inside", inside("-")
    yield "underscore", "an underscore inside", inside("_")
    yield "quote", "a quotation mark inside", inside('"')
    yield "backslash", "a backslash inside", inside("\\")
    yield "padding-inside", "padding inside", inside("==")
    yield "utf8", "UTF-8 inside", inside("\u00e4")
    yield "octet-80", "an octet over 7F inside", inside("\udc80")
    yield "nul", "NUL inside", inside("\0")
    yield "bare-lf", "a bare LF inside", inside("\n")
    yield "bare-cr", "a bare CR inside", inside("\r")
    yield "data-after-padding", "base64 after the padding", lambda text: text + "QUJD"
    yield "padding-thrice", "one padding character too many", lambda text: text + "="
    yield "lone-character", "a single character after the last four", lone
    yield "only-padding", "nothing but padding", lambda text: "=="
    yield "url-safe", "the URL-safe alphabet", lambda text: text.translate(str.maketrans("+/", "-_"))
    yield "percent", "percent encoding of the padding", lambda text: text.rstrip("=") + "%3D"


def lone(text):
    bare = text.rstrip("=")
    return bare + "A" * ((1 - len(bare)) % 4)


def wrong():
    padded = base64_text(SMALL.pkcs1())
    assert padded.endswith("=")
    for name, shows, change in wrong_pieces():
        area.one(f"b-{name}", f"{shows} of b=", "6376 §2.10", REFUSED,
                 b_text=lambda data, change=change: folded(change(base64_text(data)), 998))
        area.one(f"bh-{name}", f"{shows} of bh=", "6376 §2.10", REFUSED,
                 bh_text=lambda data, change=change: change(base64_text(data)))
        area.one(f"p-{name}", f"{shows} of p=", "6376 §6.1.2", "permerror", key=SMALL,
                 text="v=DKIM1; p=" + change(padded))


def padding():
    bare = lambda data: base64_text(data).rstrip("=")
    area.one("b-padding-absent", "b= without its padding", "6376 §2.10", EITHER, b_text=bare)
    area.one("bh-padding-absent", "bh= without its padding", "6376 §2.10", EITHER, bh_text=bare)
    area.one("p-padding-absent", "p= without its padding", "6376 §2.10", EITHER, key="ed25519",
             text="v=DKIM1; k=ed25519; p=" + bare(keys.load("ed25519").public))
    area.one("b-padding-one-of-two", "b= with one padding character of two", "6376 §2.10",
             "permerror also pass,fail",
             b_text=lambda data: base64_text(data)[:-1])
    area.one("p-padding-folded", "white space around the padding", "6376 §2.10", "pass", key="ed25519",
             text="v=DKIM1; k=ed25519; p=" + bare(keys.load("ed25519").public) + " = ")


def loose(text):
    """Sets the lowest unused bit of the last character before the padding."""
    body = text.rstrip("=")
    assert body != text
    return body[:-1] + DIGITS[DIGITS.index(body[-1]) | 1] + text[len(body):]


def unused_bits():
    area.one("b-unused-bits", "unused bits of the last character of b= are set", "6376 §3.7", EITHER,
             b_text=lambda data: loose(base64_text(data)))
    area.one("bh-unused-bits", "unused bits of the last character of bh= are set", "6376 §3.7", EITHER,
             bh_text=lambda data: loose(base64_text(data)))
    area.one("p-unused-bits", "unused bits of the last character of p= are set", "6376 §3.7", EITHER, key="ed25519",
             text="v=DKIM1; k=ed25519; p=" + loose(base64_text(keys.load("ed25519").public)))


def body_hash_length():
    for size in (1, 16, 20, 31):
        area.one(f"bh-{size}-octets", f"bh= is the first {size} octets of the digest", "6376 §6.1.3",
                 "fail also permerror", bh_text=lambda data, size=size: base64_text(data[:size]))
    area.one("bh-33-octets", "bh= is the digest and one octet more", "6376 §6.1.3", "fail also permerror",
             bh_text=lambda data: base64_text(data + b"\0"))
    area.one("bh-hexadecimal", "bh= is the digest in hexadecimal digits, then base64", "6376 §6.1.3",
             "fail also permerror", bh_text=lambda data: base64_text(data.hex().encode()))
    area.one("bh-sha1", "bh= is the SHA-1 of the body under rsa-sha256", "6376 §6.1.3", "fail also permerror",
             bh_text=lambda data: base64_text(hashlib.sha1(canonical.body_relaxed(BODY)).digest()))
    area.one("bh-zeros", "bh= is 32 zero octets", "6376 §6.1.3", ("fail", "body hash"),
             bh_text=lambda data: base64_text(bytes(32)))


def blanking():
    head = "v=1; a=rsa-sha256; d=example.com; s=sel"
    hash_tags = f"h={SIGNED}; bh={{bh}}"
    layouts = [
        ("first", f" b={{b}}; {head}; c=%s; {hash_tags}", "b= stands first"),
        ("middle", f" {head}; b={{b}}; c=%s; {hash_tags}", "b= stands in the middle"),
        ("last", f" {head}; c=%s; {hash_tags}; b={{b}}", "b= stands last"),
        ("last-semicolon", f" {head}; c=%s; {hash_tags}; b={{b}};", "b= stands last, a semicolon after it"),
        ("white-space-after-equals", f" {head}; c=%s; b= \r\n\t {{b}}; {hash_tags}", "white space after = goes"),
        ("white-space-before-semicolon", f" {head}; c=%s; b={{b}} \r\n ; {hash_tags}", "white space before ; goes"),
        ("white-space-before-equals", f" {head}; c=%s; b \t={{b}}; {hash_tags}", "white space before = stays"),
        ("fold-before-equals", f" {head}; c=%s; b\r\n ={{b}}; {hash_tags}", "a fold before = stays"),
        ("fold-before-name", f" {head}; c=%s;\r\n \t b={{b}}; {hash_tags}", "white space before the name stays"),
        ("xb-before", f" {head}; c=%s; xb=abc; {hash_tags}; b={{b}}", "the value of xb= stays"),
        ("xb-after", f" {head}; c=%s; {hash_tags}; b={{b}}; xb=abc", "the value of xb= after b= stays"),
        ("b-inside-value", f" {head}; c=%s; foo=x b=abc; {hash_tags}; b={{b}}", "b= inside another value stays"),
        ("upper-case-b", f" {head}; c=%s; B=abc; {hash_tags}; b={{b}}", "the value of B= stays"),
        ("b-like-names", f" {head}; c=%s; b_=1; bb=2; b1=3; {hash_tags}; b={{b}}", "names that begin with b stay"),
    ]
    for name, raw, shows in layouts:
        for c in ("simple/simple", "relaxed/relaxed"):
            area.one(f"blank-{name}-{c.split('/')[0]}", f"{shows}, {c}", "6376 §3.7", "pass", c=c, raw=raw % c)


def build():
    for part in (white_space, wrong, padding, unused_bits, body_hash_length, blanking):
        part()
    return [area]
