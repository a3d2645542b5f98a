"""d=, s= and i= (RFC 6376 §3.1, §3.5)."""
from . import keys
from .vectors import FIELDS, Area

area = Area("d= s= i=", "domains")
RSA = keys.load("rsa2048")
U_LABEL = "b\u00fccher.example"
A_LABEL = "xn--bcher-kva.example"
RAW = "\udcfc"

NOT_NAMES = [
    ("quotes", '"example.com"', "quotes"), ("inner-quote", 'exa"mple.com', "a quote inside"),
    ("brackets", "[192.0.2.1]", "an address in brackets"), ("angle-brackets", "<example.com>", "angle brackets"),
    ("space", "exa mple.com", "a space"), ("folded", "example\r\n .com", "a fold"),
    ("percent", "exa%6Dple.com", "a percent sign"), ("slash", "example/.com", "a slash"),
    ("backslash", "exa\\.mple.com", "a backslash"), ("nul", "example\0.com", "NUL"), ("at", "a@example.com", "an @"),
    ("colon", "example.com:25", "a colon"), ("asterisk", "*.example.com", "an asterisk"),
    ("comma", "example,com", "a comma"), ("label-64", "a" * 64 + ".com", "a label of 64 octets"),
    ("name-258", ".".join(["a" * 50] * 5) + ".com", "more than 253 octets"),
    ("double-dot", "example..com", "an empty label"), ("trailing-dot", "example.com.", "a dot at the end"),
    ("leading-dot", ".example.com", "a dot at the start"), ("only-dot", ".", "nothing but a dot"),
    ("leading-hyphen", "-example.com", "a label that begins with a hyphen"),
    ("trailing-hyphen", "example-.com", "a label that ends in a hyphen"),
    ("not-utf8", f"b{RAW}cher.example", "octets that are not UTF-8"),
    ("overlong-utf8", "ex\udcc1\udca1mple.com", "overlong UTF-8"),
]


def not_names():
    for name, text, why in NOT_NAMES:
        area.refused(f"d-{name}", f"d= with {why} is no domain name", "6376 §3.5", replace={"d": text})
        area.refused(f"s-{name}", f"s= with {why} is no selector", "6376 §3.1", replace={"s": text})
        if name != "at":
            # RFC 6376 §2.11 takes white space out of dkim-quoted-printable, the ABNF of i= has none.
            expect = "permerror also pass" if name in ("space", "folded") else "permerror"
            area.refused(f"i-{name}", f"i= with {why} in its domain", "6376 §3.5", expect=expect,
                         extra=[("i", f"@{below(text)}")])
    area.refused("s-and-d-too-long", "s= and d= fit, the name made of them does not", "6376 §3.6.2.1",
                 d=".".join(["a" * 49] * 5) + ".com", s="selector")


def below(text):
    """As a name below example.com, so that only its form is wrong; the ending stays what it is."""
    ending = text.endswith((".", '"', "]", ">", ":25")) or text == "-example.com" or "\udcfc" in text
    return text if ending else text.removesuffix(".com") + ".example.com"


def good_names():
    area.one("d-upper-case", "d= in upper case is asked and compared without case", "6376 §3.5", "pass",
             d="EXAMPLE.Com", extra=[("i", "@example.com")])
    area.one("s-upper-case", "s= in upper case", "6376 §3.1", "pass", s="SEL")
    area.one("s-several-labels", "a selector of several labels", "6376 §3.1", "pass", s="march.2026.sel")
    area.one("d-several-labels", "a domain of many labels", "6376 §3.5", "pass", d="a.b.c.d.e.f.example.com")
    area.one("d-label-63", "a label of 63 octets", "6376 §3.5", "pass", d="a" * 63 + ".example.com")
    area.one("d-digits", "labels of digits", "6376 §3.5", "pass", d="1.22.example.com", s="2026")
    area.one("d-white-space-around", "white space and folds around d= and s=", "6376 §3.2", "pass",
             replace={"d": "\r\n example.com\r\n\t", "s": " sel "})
    either = "pass also permerror"
    area.one("s-underscore", "an underscore in s=", "6376 §3.1", either, s="my_sel")
    area.one("d-underscore", "an underscore in d=", "6376 §3.5", either, d="my_host.example.com")
    area.one("d-public-suffix", "d= is a public suffix of two labels", "6376 §6.1.1", "pass also policy", d="co.uk")
    area.one("d-single-label", "d= of a single label", "6376 §6.1.1", "policy also permerror", d="example",
             extra=[("i", "@mail.example")])
    area.one("d-single-label-accepted", "d= of a single label, where the setting allows it", "6376 §6.1.1", "pass",
             d="example", policy="singleLabelDomains=accept")


def identity():
    good = [("same", "alice@example.com", "is d="), ("below", "alice@mail.example.com", "is below d="),
            ("far-below", "a@b.c.d.example.com", "is far below d="),
            ("no-local-part", "@example.com", "has no local part"),
            ("below-no-local-part", "@mail.example.com", "has no local part, below d="),
            ("encoded-local-part", "a=20b=3Bc=3D@example.com", "has dkim-quoted-printable octets"),
            ("encoded-utf8", "b=C3=BCcher@example.com", "has UTF-8 octets encoded"),
            ("letter-case", "Alice@EXAMPLE.com", "differs from d= in letter case"),
            ("dots-and-plus", "a.b+c/d@example.com", "has the usual characters of a local part")]
    for name, text, shows in good:
        area.one(f"i-{name}", f"i= {shows}", "6376 §3.5", "pass", extra=[("i", text)])
    area.one("i-white-space-around", "white space around i=", "6376 §3.5", "pass", extra=[("i", "\r\n @example.com ")])
    bad = [("other-domain", "alice@example.net", "another domain"), ("parent", "alice@com", "the parent of d="),
           ("same-ending", "alice@badexample.com", "only the same ending letters"),
           ("longer-name", "alice@example.com.example.net", "d= as its beginning only")]
    for name, text, shows in bad:
        area.refused(f"i-{name}", f"i= is outside d=: {shows}", "6376 §6.1.1", "mismatch", extra=[("i", text)])
    area.refused("i-parent-of-d", "i= is the parent of d=", "6376 §6.1.1", "mismatch", d="mail.example.com",
                 extra=[("i", "alice@example.com")])
    forms = [("no-at", "example.com", "no @"), ("local-part-only", "alice", "only a local part"),
             ("two-at", "a@b@example.com", "two bare @"), ("no-domain", "alice@", "nothing after the @"),
             ("bad-encoding", "a=4@example.com", "an = that no two digits follow"),
             ("bad-digits", "a=ZZ@example.com", "an = that other letters follow"),
             ("encoded-domain", "alice@ex=61mple.com", "an encoded octet in its domain"),
             ("dkim-at-encoded-only", "alice=40example.com", "only an encoded @")]
    for name, text, shows in forms:
        expect = "permerror also pass" if name == "encoded-domain" else "permerror"
        area.refused(f"i-{name}", f"i= with {shows}", "6376 §3.5", expect=expect, extra=[("i", text)])
    area.one("i-encoded-at", "=40 in the local part of i=, the last bare @ divides", "6376 §3.5",
             "pass also permerror", extra=[("i", "a=40b@example.com")])
    area.one("i-encoded-at-other-domain", "i=x=40example.com@example.net does not reach d=", "6376 §6.1.1",
             "permerror", extra=[("i", "x=40example.com@example.net")])


def internationalized():
    fields = [f"From: Alice <alice@{U_LABEL}>\r\n".encode(), *FIELDS[1:]]
    owner = f"sel._domainkey.{A_LABEL}"
    area.one("eai-d-u-label", "d= as U-label is asked as A-label", "8616 §5", "pass", d=U_LABEL, owner=owner,
             fields=fields)
    area.one("eai-d-a-label", "d= as A-label", "6376 §3.5", "pass", d=A_LABEL, fields=fields)
    area.one("eai-s-u-label", "s= as U-label is asked as A-label", "8616 §5", "pass", s="b\u00fccher",
             owner="xn--bcher-kva._domainkey.example.com")
    area.one("eai-i-utf8-local-part", "i= with UTF-8 in local part and domain", "8616 §5", "pass", d=U_LABEL,
             owner=owner, fields=fields, extra=[("i", f"\u7528\u6237@{U_LABEL}")])
    area.one("eai-i-below", "i= below a U-label d=", "8616 §5", "pass", d=U_LABEL, owner=owner, fields=fields,
             extra=[("i", f"@\u00e4.{U_LABEL}")])
    area.one("eai-i-u-label-d-a-label", "i= as U-label of an A-label d=", "8616 §5", "pass also permerror", d=A_LABEL,
             fields=fields, extra=[("i", f"@{U_LABEL}")])
    area.one("eai-i-a-label-d-u-label", "i= as A-label of a U-label d=", "8616 §5", "pass also permerror", d=U_LABEL,
             owner=owner, fields=fields, extra=[("i", f"@{A_LABEL}")])
    area.refused("eai-i-local-part-not-utf8", "i= with octets that are not UTF-8 in its local part", "6376 §3.5",
                 extra=[("i", f"b{RAW}cher@example.com")])


def build():
    for part in (not_names, good_names, identity, internationalized):
        part()
    return [area]
