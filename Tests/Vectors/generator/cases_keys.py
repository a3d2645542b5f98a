"""Key records (RFC 6376 §3.6.1, §6.1.2) and the DNS."""
from . import der, keys, signer
from .signer import base64_text
from .vectors import BODY, FIELDS, Area, record

area = Area("key record", "key")
dns = Area("DNS", "dns")
RSA = keys.load("rsa2048")
ED = keys.load("ed25519")
P = "p=" + base64_text(RSA.spki())
KEY = f"v=DKIM1; k=rsa; {P}"
OWNER = "sel._domainkey.example.com"


def version():
    for name, text in [("first", KEY), ("absent", P), ("absent-k-first", f"k=rsa; {P}"),
                       ("spaces", f" v = DKIM1 ; {P}"), ("folded", f"\r\n v=DKIM1;\r\n {P}"),
                       ("in-unknown-tag", f"V=DKIM2; {P}")]:
        area.one(f"version-{name}", f"v=DKIM1 {name}", "6376 §3.6.1", "pass", text=text)
    for name, text in [("later", f"k=rsa; v=DKIM1; {P}"), ("last", f"{P}; v=DKIM1"), ("dkim2", f"v=DKIM2; {P}"),
                       ("lower-case", f"v=dkim1; {P}"), ("1", f"v=1; {P}"), ("dkim", f"v=DKIM; {P}"),
                       ("dkim10", f"v=DKIM10; {P}"), ("spaced", f"v=DKIM 1; {P}")]:
        area.one(f"version-{name}", "v= is not first, or not DKIM1", "6376 §3.6.1", "permerror", text=text)


def contents():
    area.one("only-p", "nothing but p=", "6376 §3.6.1", "pass", text=P)
    area.one("only-p-semicolon", "nothing but p= and a semicolon", "6376 §3.6.1", "pass", text=P + ";")
    area.one("unknown-tags", "unknown tags", "6376 §3.6.1", "pass", text=f"v=DKIM1; foo=bar; {P}; x_1=")
    area.one("notes-6-kb", "n= of 6 kB", "6376 §3.6.1", "pass", text=f"v=DKIM1; n={'note ' * 1200}end; {P}")
    area.one("notes-encoded", "n= in dkim-quoted-printable", "6376 §3.6.1", "pass", text=f"v=DKIM1; n=a=20b=3B; {P}")
    area.one("notes-empty", "n= empty", "6376 §3.6.1", "pass", text=f"v=DKIM1; n=; {P}")
    area.one("p-first", "p= first, then others", "6376 §3.6.1", "pass", text=f"{P}; k=rsa; t=y; n=x")
    area.one("tabs-between", "tabs between the tags", "6376 §3.2", "pass", text=f"v=DKIM1;\tk=rsa;\t{P}")
    for name, text in [("matching", "alice"), ("other", "carol"), ("empty", ""), ("star", "*"), ("twice-star", "a*b*")]:
        area.one(f"g-{name}", "g= of RFC 4871 is ignored", "6376 §3.6.1", "pass", text=f"v=DKIM1; g={text}; {P}",
                 extra=[("i", "alice@example.com")])


def public_key_forms():
    area.one("spki", "p= is a SubjectPublicKeyInfo", "6376 §C", "pass", text=f"v=DKIM1; {P}")
    area.one("pkcs1", "p= is an RSAPublicKey", "6376 §3.6.1", "pass", text=record(RSA, data=RSA.pkcs1()))
    revoked = ("permerror also fail", "revoked")
    for name, value in [("empty", ""), ("white-space", " \t "), ("folded", "\r\n ")]:
        area.one(f"revoked-{name}", "p= is empty: the key is revoked", "6376 §6.1.2", revoked,
                 text=f"v=DKIM1; k=rsa; p={value}")
    area.one("revoked-semicolon", "p= is empty and other tags follow", "6376 §6.1.2", revoked,
             text="v=DKIM1; p=; n=gone")
    area.one("revoked-ed25519", "p= of an Ed25519 record is empty", "6376 §6.1.2", revoked, key=ED,
             text="v=DKIM1; k=ed25519; p=")


def broken_text():
    """Name, what the record has, its text."""
    armour = "-----BEGIN PUBLIC KEY-----" + P[2:] + "-----END PUBLIC KEY-----"
    yield "p-absent", "no p=", "v=DKIM1; k=rsa"
    yield "empty", "nothing in it", ""
    yield "white-space", "white space only", "  "
    yield "semicolon", "only a semicolon", ";"
    yield "junk", "words", "this is not a key record"
    yield "junk-p", "words in p=", "v=DKIM1; p=not a key"
    yield "duplicate-p", "p= twice", f"{KEY}; {P}"
    yield "quotes", "the quotation marks of a zone file", f'"{KEY}"'
    yield "quotes-inside", "quotation marks between the pieces of p=", f'{KEY[:99]}" "{KEY[99:]}'
    yield "zone-escapes", "the backslashes of a zone file", KEY.replace(";", "\\;")
    yield "parentheses", "the parentheses of a zone file", f"( {KEY} )"
    yield "url-safe", "the URL-safe alphabet in p=", f"v=DKIM1; p={url_safe(RSA.spki())}"
    yield "pem-armour", "PEM armour in p=", f"v=DKIM1; p={armour}"
    yield "spf", "SPF in it", "v=spf1 -all"


def broken_der():
    """Name, what p= has, its octets."""
    spki, pkcs1 = RSA.spki(), RSA.pkcs1()
    algorithm = der.sequence(der.OID_RSA, der.NULL)
    modulus, exponent = der.integer(RSA.modulus), der.integer(RSA.exponent)
    point = der.bit_string(b"\x04" + bytes(range(64)))
    yield "truncated-der", "DER that ends early", spki[:-10]
    yield "truncated-half", "half of the DER", spki[:147]
    yield "der-length-only", "two octets of DER", b"\x30\x82"
    yield "der-huge-length", "a DER length of 2^64", b"\x30\x88" + b"\xff" * 8 + spki
    yield "ec-key", "an EC key", der.sequence(der.sequence(der.OID_EC, der.OID_P256), point)
    yield "ed25519-spki", "an Ed25519 key in SPKI form under k=rsa", ED.spki()
    yield "null-der", "DER NULL", der.NULL
    yield "zero-octet", "one zero octet", b"\0"
    yield "one-integer", "an RSAPublicKey without exponent", der.sequence(modulus)
    yield "three-integers", "an RSAPublicKey of three integers", der.sequence(modulus, exponent, der.integer(1))
    yield "private-key", "four integers, as in a private key", der.sequence(der.integer(0), modulus, exponent, exponent)
    yield "octets-after-spki", "an octet after the SPKI", spki + b"\0"
    yield "octets-after-pkcs1", "an octet after the RSAPublicKey", pkcs1 + b"\0"
    yield "octets-inside-spki", "an octet after the key inside its BIT STRING", der.sequence(
        algorithm, der.bit_string(pkcs1 + b"\0"))
    yield "unused-bits", "a BIT STRING with an unused bit", der.sequence(algorithm, der.tlv(3, b"\x01" + pkcs1))
    yield "ber-length", "a length that is not the shortest", b"\x30\x83\x00" + pkcs1[2:]
    yield "bare-modulus", "the bare modulus", RSA.modulus.to_bytes(256, "big")


def malformed():
    assert url_safe(RSA.spki()) not in P
    records = [*broken_text(), *((name, shows, record(RSA, data=data)) for name, shows, data in broken_der())]
    for name, shows, text in records:
        words = "permerror also fail" if name in ("unused-bits", "ber-length") else "permerror"
        area.one(f"malformed-{name}", f"a record with {shows}", "6376 §6.1.2", words, text=text)


def url_safe(data):
    return base64_text(data).translate(str.maketrans("+/", "-_"))


def key_types():
    for name in ("dsa", "rsa2", "rs", "x", "rsa-sha256", "ec"):
        area.one(f"k-{name}", f"k={name} is unknown", "6376 §3.6.1", "permerror", text=f"v=DKIM1; k={name}; {P}")
    area.one("k-empty", "k= is empty", "6376 §3.6.1", "permerror", text=f"v=DKIM1; k=; {P}")
    area.one("k-absent", "without k= the key is RSA", "6376 §3.6.1", "pass", text=f"v=DKIM1; {P}")


def listed(tag, section, good, bad, reason=None):
    for name, value in good:
        area.one(f"{tag}-{name}", f"{tag}= allows the signature: {name}", section, "pass",
                 text=f"v=DKIM1; {tag}={value}; {P}")
    for name, value in bad:
        area.one(f"{tag}-{name}", f"{tag}= does not allow the signature: {name}", section, ("permerror", reason),
                 text=f"v=DKIM1; {tag}={value}; {P}")


def hashes_and_services():
    listed("h", "6376 §6.1.2", [("sha256", "sha256"), ("both", "sha1:sha256"), ("folded", "sha1 \r\n : sha256"),
                                ("unknown-too", "sha512:sha256:x")],
           [("sha1", "sha1"), ("sha2565", "sha2565"), ("xsha256", "xsha256"), ("sha25", "sha25"),
            ("others", "sha1:sha512"), ("hyphen", "sha-256"), ("empty", "")])
    listed("s", "6376 §3.6.1", [("email", "email"), ("star", "*"), ("list", "tlsrpt:email"), ("list-star", "x:*"),
                                ("folded", "other :\r\n email ")],
           [("tlsrpt", "tlsrpt"), ("other", "other"), ("emailx", "emailx"), ("xemail", "x-email"), ("two", "foo:bar"),
            ("empty", "")])


def flags():
    below = [("i", "alice@mail.example.com")]
    same = [("i", "alice@example.com")]
    one = lambda name, shows, expect, flag, extra=(): area.one(
        f"t-{name}", shows, "6376 §3.6.1", expect, text=f"v=DKIM1; t={flag}; {P}", extra=extra)
    for name, flag in [("s", "s"), ("y-s", "y:s"), ("s-y", "s:y"), ("folded", "y \r\n :\r\n s "), ("unknown-s", "x:s")]:
        one(f"{name}-i-below", f"t={name} forbids an i= below d=", "permerror", flag, below)
        expect = "pass also neutral,none" if "y" in flag else "pass"
        one(f"{name}-i-same", f"t={name} and i= in d= itself", expect, flag, same)
    one("s-i-absent", "t=s and no i=", "pass", "s")
    one("s-i-letter-case", "t=s and an i= that differs in letter case", "pass", "s", [("i", "alice@Example.COM")])
    one("ss-i-below", "t=ss is not t=s", "pass", "ss", below)
    one("absent-i-below", "no s flag: i= may be below d=", "pass", "x", below)
    one("unknown", "unknown flags", "pass", "x:foo:b-a-r")
    one("empty", "t= is empty", "pass also permerror", "")
    one("y", "t=y changes no result", "pass also neutral,none", "y")
    area.one("t-y-bad-signature", "t=y and a body that was changed", "6376 §3.6.1", "fail also neutral,none",
             text=f"v=DKIM1; t=y; {P}", sent_body=b"other\r\n")


def several_records():
    other = record(keys.load("rsa2048-other"))
    any_refusal = "pass also permerror,fail,policy,neutral"
    one = lambda name, shows, texts, expect=any_refusal: area.one(
        f"several-{name}", shows, "6376 §3.6.2.2", expect, text=texts)
    one("spf-first", "a TXT record that is no key, then the key", ["v=spf1 -all", KEY])
    one("spf-last", "the key, then a TXT record that is no key", [KEY, "v=spf1 -all"])
    one("good-first", "the right key first of two", [KEY, other])
    one("good-last", "the right key last of two", [other, KEY])
    one("same-twice", "the same key twice", [KEY, KEY])
    one("other-type", "an Ed25519 key, then the RSA key", [record(ED), KEY])
    one("malformed-first", "a malformed key, then the key", ["v=DKIM1; p=!!", KEY])
    one("revoked-first", "a revoked key, then the key", ["v=DKIM1; p=", KEY],
        "pass also permerror,fail,policy,neutral")
    one("none-right", "two keys, neither the right one", [other, record(keys.load("rsa1024"))],
        "fail also permerror,policy")
    one("no-keys", "two TXT records, neither a key", ["v=spf1 -all", "hello"], "permerror also fail")


def answers():
    for error in ("nxdomain", "nodata"):
        dns.one(error, f"no key: {error}", "6376 §6.1.2", ("permerror", "no key"), error=error)
    dns.one("wildcard-txt", "a TXT record that is no key, as from a wildcard", "6376 §6.1.2", "permerror",
            text="v=spf1 include:example.net ~all")
    dns.one("txt-empty", "an empty TXT record", "6376 §6.1.2", "permerror", text="")
    for error, shows in [("servfail", "SERVFAIL, which is also what bogus DNSSEC data give"), ("refused", "REFUSED"),
                         ("timeout", "no answer in time")]:
        dns.one(error, f"{shows}: the key may come later", "6376 §6.1.2", "temperror", error=error)
    dns.one("malformed", "an answer that is no DNS message", "6376 §6.1.2", "temperror also permerror",
            error="malformed")
    dns.one("servfail-body-changed", "SERVFAIL and a changed body: either may be told", "6376 §6.1.2",
            "temperror also fail", error="servfail", sent_body=b"other\r\n")
    first = signer.sign(FIELDS, BODY, RSA, s="gone")
    second = signer.sign(FIELDS, BODY, RSA)
    dns.add("servfail-then-pass", "one key cannot be had, the other can", "6376 §6.1", ["temperror", "pass"],
            first + second + b"".join(FIELDS) + b"\r\n" + BODY, [(OWNER, KEY)],
            [("gone._domainkey.example.com", "servfail")])


def build():
    for part in (version, contents, public_key_forms, malformed, key_types, hashes_and_services, flags,
                 several_records, answers):
        part()
    return [area, dns]
