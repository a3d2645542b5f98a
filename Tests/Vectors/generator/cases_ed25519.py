"""Ed25519 keys and signatures (RFC 8463), and v=."""
import hashlib

from . import ed25519, keys
from .signer import SIGNED, base64_text
from .vectors import Area, record

area = Area("ed25519")
version = Area("version")
KEY = keys.load("ed25519")


def key_forms():
    area.one("32-octets", "a key of 32 raw octets", "8463 §4.2", "pass", key=KEY)
    forms = [("31-octets", "a key of 31 octets", KEY.public[:-1]), ("33-octets", "a key of 33", KEY.public + b"\0"),
             ("64-octets", "the key twice", KEY.public * 2), ("1-octet", "a key of 1 octet", b"\x01"),
             ("spki", "a key in SubjectPublicKeyInfo form", KEY.spki()),
             ("hex", "the key in hexadecimal digits, then base64", KEY.public.hex().encode())]
    for name, shows, data in forms:
        area.one(f"key-{name}", f"{shows} is refused", "8463 §4.2", "permerror also fail", key=KEY,
                 text=record(KEY, data=data))
    area.one("no-k", "without k= the record is of an RSA key", "8463 §3", "permerror", key=KEY,
             text=record(KEY, "v=DKIM1; "))
    area.one("k-after-p", "k= may follow p=", "6376 §3.6.1", "pass", key=KEY,
             text=record(KEY, "v=DKIM1; ") + "; k=ed25519")


def signature_forms():
    bad = "fail also permerror"
    for name, shows, change in [("63-octets", "b= of 63 octets", lambda s: s[:-1]),
                                ("65-octets", "b= of 65 octets", lambda s: s + b"\0"),
                                ("32-octets", "only the first half of b=", lambda s: s[:32]),
                                ("128-octets", "the signature twice", lambda s: s + s)]:
        area.one(f"b-{name}", shows, "8032 §5.1.7", bad, key=KEY,
                 b_text=lambda data, change=change: base64_text(change(data)))
    area.one("b-s-plus-l", "S + L in place of S", "8032 §5.1.7", "fail", key=KEY,
             forge=lambda key, data, name: plus_order(key.sign(data, name)))
    area.one("b-top-bit", "the highest bit of S is set", "8032 §5.1.7", "fail", key=KEY,
             forge=lambda key, data, name: top_bit(key.sign(data, name)))
    area.one("b-zeros", "b= of 64 zero octets", "8032 §5.1.7", "fail", key=KEY, forge=lambda *_: bytes(64))
    area.one("message-not-digest", "signed the header octets, not their SHA-256", "8463 §3", ("fail", "signature"),
             key=KEY, forge=lambda key, data, _: key.sign_raw(data))
    area.one("digest-in-hex", "signed the digest in hexadecimal digits", "8463 §3", "fail", key=KEY,
             forge=lambda key, data, _: key.sign_raw(hashlib.sha256(data).hexdigest().encode()))
    dom2 = b"SigEd25519 no Ed25519 collisions" + bytes([1, 0])
    area.one("ed25519ph", "Ed25519ph in place of PureEdDSA", "8463 §3", "fail", key=KEY,
             forge=lambda key, data, _: key.sign_raw(hashlib.sha512(hashlib.sha256(data).digest()).digest(), dom2))
    area.one("another-key", "signed with another key", "6376 §6.1.3", "fail", key="ed25519-other", text=record(KEY))


def plus_order(signature):
    return signature[:32] + (int.from_bytes(signature[32:], "little") + ed25519.ORDER).to_bytes(32, "little")


def top_bit(signature):
    return signature[:63] + bytes([signature[63] | 0x80])


class PointKey:
    """A public key with no private one: `public` is what the record holds."""
    def __init__(self, public):
        self.public = public


def small_order():
    unusable = "permerror also fail,pass,policy"
    one = ed25519.encode(ed25519.IDENTITY)
    point = (ed25519.recover_x(0, 0), 0)
    points = [("identity-key", "the identity point as key and R, S zero", one, one),
              ("order-4-key", "a key of order four, R the identity", ed25519.encode(point), one),
              ("order-8-key", "a key of order eight", ed25519.encode(ed25519.order_8()), one),
              ("order-2-key", "the key of order two", (ed25519.P - 1).to_bytes(32, "little"), one),
              ("non-canonical-key", "the identity with y written as p + 1",
               (ed25519.P + 1).to_bytes(32, "little"), one),
              ("negative-zero-key", "the identity with the sign of x set", one[:31] + b"\x80", one)]
    for name, shows, public, commitment in points:
        area.one(name, f"{shows}: any answer but a crash", "8032 §5.1.7", unusable, key=PointKey(public),
                 forge=lambda *_, r=commitment: r + bytes(32))
    area.one("identity-r", "R is the identity point, S made to fit", "8032 §5.1.7",
             "pass also fail,permerror,policy", key=KEY,
             forge=lambda key, data, name: with_identity(key, hashlib.new(name, data).digest()))
    area.one("key-not-a-point", "32 octets that are no point of the curve", "8032 §5.1.3", "fail also permerror",
             key=PointKey((2).to_bytes(32, "little")), forge=lambda *_: one + bytes(32))


def with_identity(key, digest):
    one = ed25519.encode(ed25519.IDENTITY)
    challenge = ed25519.reduced_hash(one, key.public, digest)
    return one + (challenge * key.scalar % ed25519.ORDER).to_bytes(32, "little")


def versions():
    tail = f"a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=sel; t=1779999000; h={SIGNED}; bh={{bh}}; b={{b}}"
    for name, raw in [("first", f" v=1; {tail}"), ("last", f" {tail}; v=1"),
                      ("middle", " d=example.com; s=sel; v=1; c=relaxed/relaxed; a=rsa-sha256; "
                       f"h={SIGNED}; bh={{bh}}; b={{b}}"),
                      ("spaces", f" v \t= \t1 \t; {tail}"), ("folded", f"\r\n v\r\n =\r\n\t1\r\n ;\r\n {tail}"),
                      ("no-space-first", f"v=1; {tail}")]:
        version.one(f"v-{name}", f"v=1 is read: {name}", "6376 §3.5", "pass", raw=raw)
    for name, value in [("empty", ""), ("2", "2"), ("1.0", "1.0"), ("01", "01"), ("DKIM1", "DKIM1"), ("11", "11"),
                        ("1-1", "1 1"), ("plus-1", "+1"), ("one", "one")]:
        version.refused(f"v-is-{name}", f"v={value} is refused", "6376 §6.1.1", "version" if value else None,
                        replace={"v": value})
    version.refused("v-is-0.5", "v=0.5, a draft of DKIM, is refused", "6376 §6.1.1", "version", replace={"v": "0.5"})
    version.refused("v-absent", "v= is absent", "6376 §6.1.1", replace={"v": None})
    version.refused("v-upper-case", "V=1 is not v=1", "6376 §3.2", raw=f" V=1; {tail}")


def build():
    for part in (key_forms, signature_forms, small_order, versions):
        part()
    return [area, version]
