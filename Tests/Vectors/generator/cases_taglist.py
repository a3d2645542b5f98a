"""The tag-list grammar, in signatures and in key records (RFC 6376 §3.2)."""
from . import keys
from .signer import SIGNED
from .vectors import Area, record

area = Area("tag list")
RSA = keys.load("rsa2048")
KEY = record(RSA)
TAGS = {"v": "1", "a": "rsa-sha256", "c": "relaxed/relaxed", "d": "example.com", "s": "sel", "t": "1779999000",
        "h": SIGNED, "bh": "{bh}", "b": "{b}"}


def line(more="", after="", first="", **change):
    """The text of a field; `more` stands after t=, `after` at the end, `first` at the start."""
    return f"{first} " + "; ".join(
        f"{name}={value}" + (more if name == "t" else "") for name, value in (TAGS | change).items()) + after


def malformed(name, shows, section, piece):
    """The same wrong piece, a tag-spec of its own, in the signature and in the record."""
    area.refused(f"signature-{name}", f"{shows} in a signature", section, raw=line(f";{piece}"))
    area.one(f"key-{name}", f"{shows} in a key record", section, "permerror",
             text=f"v=DKIM1; k=rsa;{piece};" + KEY[16:])


def duplicates():
    for tag in ("v", "a", "c", "d", "s", "t", "h", "bh", "b"):
        raw = line(after=f"; {tag}={TAGS[tag]}")
        area.refused(f"duplicate-tag-{tag}", f"two {tag}= tags with equal values", "6376 §3.2", "duplicate", raw=raw)
    area.refused("duplicate-tag-equal-values", "an unknown tag twice with equal values", "6376 §3.2", "duplicate",
                 raw=line("; foo=1; foo=1"))
    area.refused("duplicate-tag-other-values", "an unknown tag twice with other values", "6376 §3.2", "duplicate",
                 raw=line("; foo=1; foo=2"))
    area.refused("duplicate-tag-empty-first", "an unknown tag twice, the first empty", "6376 §3.2", "duplicate",
                 raw=line("; foo=; foo=2"))
    area.refused("duplicate-tag-d-other", "two d= tags, the second another domain", "6376 §3.2", "duplicate",
                 raw=line("; d=example.net"))
    for tag, text in [("v", "v=DKIM1; " + KEY), ("k", KEY + "; k=rsa"), ("p", KEY + "; " + KEY[16:]),
                      ("p-empty-first", "v=DKIM1; p=; " + KEY[16:]), ("n", KEY + "; n=a; n=a"),
                      ("unknown", KEY + "; foo=1; foo=1")]:
        area.one(f"key-duplicate-tag-{tag}", f"the tag {tag} twice in a key record", "6376 §3.2",
                 ("permerror", "duplicate"), text=text)
    area.one("tags-differ-by-case", "D=, V= and B= are not d=, v= and b=", "6376 §3.2", "pass",
             raw=line("; D=example.net; V=2; B=none"))
    area.one("key-tags-differ-by-case", "P= and K= are not p= and k=", "6376 §3.2", "pass",
             text=KEY + "; P=; K=dsa")


def wrong_pieces():
    malformed("empty-tag-spec", "an empty tag-spec (;;)", "6376 §3.2", "")
    malformed("white-space-tag-spec", "a tag-spec of white space", "6376 §3.2", " \t ")
    malformed("tag-without-equals", "a tag without =", "6376 §3.2", " foo")
    malformed("empty-name", "an empty tag name", "6376 §3.2", " =foo")
    malformed("hyphen-in-name", "a tag name with a hyphen", "6376 §3.2", " foo-bar=1")
    malformed("leading-digit", "a tag name that begins with a digit", "6376 §3.2", " 1foo=1")
    malformed("leading-underscore", "a tag name that begins with an underscore", "6376 §3.2", " _foo=1")
    malformed("space-in-name", "white space inside a tag name", "6376 §3.2", " fo o=1")
    malformed("dot-in-name", "a tag name with a dot", "6376 §3.2", " fo.o=1")
    for name, octet in [("nul", "\0"), ("control-1", "\1"), ("vertical-tab", "\v"), ("escape", "\x1b"),
                        ("delete", "\x7f"), ("bare-cr", "\r"), ("bare-lf", "\n")]:
        malformed(name, f"the octet {ord(octet):02X} in a value", "6376 §3.2", f" foo=a{octet}b")
    malformed("nul-in-name", "NUL in a tag name", "6376 §3.2", " fo\0o=1")
    malformed("utf8-in-name", "UTF-8 in a tag name", "6376 §3.2", " f\u00f6o=1")
    area.refused("signature-leading-semicolon", "a semicolon first in a signature", "6376 §3.2", raw=line(first=" ;"))
    area.one("key-leading-semicolon", "a semicolon first in a key record", "6376 §3.2", "permerror", text="; " + KEY)
    area.refused("signature-two-trailing-semicolons", "two semicolons at the end", "6376 §3.2", raw=line(after=";;"))
    area.one("key-two-trailing-semicolons", "two semicolons at the end of a record", "6376 §3.2", "permerror",
             text=KEY + ";;")
    area.refused("signature-two-semicolons-spaced", "two semicolons at the end, a space between", "6376 §3.2",
                 raw=line(after="; ;"))
    area.add("signature-empty-field", "a DKIM-Signature field with nothing in it", "6376 §3.2", ["permerror"],
             b"DKIM-Signature:\r\nFrom: alice@example.com\r\n\r\nHello\r\n", queries=0)
    area.add("signature-only-semicolon", "a DKIM-Signature field with one semicolon", "6376 §3.2", ["permerror"],
             b"DKIM-Signature: ;\r\nFrom: alice@example.com\r\n\r\nHello\r\n", queries=0)


def allowed():
    area.one("trailing-semicolon", "a semicolon at the end of a signature", "6376 §3.2", "pass", raw=line(after=";"))
    area.one("key-trailing-semicolon", "a semicolon at the end of a record", "6376 §3.2", "pass", text=KEY + ";")
    for name, end in [("space", "; "), ("fold", ";\r\n "), ("tab", ";\t")]:
        area.one(f"white-space-after-end-{name}", "white space after the last semicolon", "6376 §3.2",
                 "pass also permerror", raw=line(after=end))
    area.one("key-white-space-after-end", "white space after the last semicolon of a record", "6376 §3.2",
             "pass also permerror", text=KEY + "; ")
    area.one("unknown-tags", "unknown tags, empty ones too", "6376 §3.2", "pass",
             raw=line("; foo=bar; x1_Y=; r=a=b=c; dkimx=\x21\x7e"))
    area.one("key-unknown-tags", "unknown tags in a record, empty ones too", "6376 §3.2", "pass",
             text=KEY + "; foo=bar; x1_Y=; r=a=b=c; z=")
    area.one("white-space-inside-value", "folded text in an unknown tag", "6376 §3.2", "pass",
             raw=line("; foo=one\r\n\ttwo   three"))
    area.one("white-space-around", "white space around names, values and =", "6376 §3.2", "pass",
             raw=" " + " ; ".join(f"{name} = {value}" for name, value in TAGS.items()))
    area.one("key-white-space-around", "white space around names, values and = of a record", "6376 §3.2", "pass",
             text=KEY.replace("=", " = ", 3).replace(";", " ;"))
    area.one("no-white-space", "no white space at all", "6376 §3.2", "pass", raw=line().replace(" ", ""))
    utf8 = "pass also permerror"
    area.one("utf8-unknown-tag", "UTF-8 in an unknown tag", "6376 §3.2", utf8, raw=line("; foo=gr\u00fc\u00dfe"))
    area.one("key-utf8-note", "UTF-8 in n=", "6376 §3.2", utf8, text=KEY + "; n=gr\u00fc\u00dfe")
    area.one("key-utf8-unknown-tag", "UTF-8 in an unknown tag of a record", "6376 §3.2", utf8,
             text=KEY + "; foo=gr\u00fc\u00dfe")


def required():
    for tag in ("a", "b", "bh", "d", "h", "s"):
        left = {name: value for name, value in TAGS.items() if name != tag}
        raw = " " + "; ".join(f"{name}={value}" for name, value in left.items())
        area.refused(f"required-{tag}-absent", f"{tag}= is absent", "6376 §6.1.1", "missing", raw=raw)
        area.refused(f"required-{tag}-empty", f"{tag}= is empty", "6376 §6.1.1", raw=line(**{tag: ""}))
    area.refused("required-bh-white-space", "bh= is only white space", "6376 §6.1.1", raw=line(bh="\r\n "))


def empty():
    for tag, how in [("c", {"c": "simple/simple"}), ("q", {}), ("t", {}), ("x", {}), ("l", {}), ("i", {})]:
        raw = line(c="") if tag == "c" else line(t="") if tag == "t" else line(f"; {tag}=")
        area.refused(f"empty-{tag}", f"{tag}= is empty, which is not the same as absent", "6376 §3.2", raw=raw, **how)
    for tag, text in [("k", "v=DKIM1; k=; " + KEY[16:]), ("h", KEY + "; h="), ("s", KEY + "; s="),
                      ("v", "v=; " + KEY[9:])]:
        area.one(f"key-empty-{tag}", f"{tag}= of the record is empty, which is not the same as absent", "6376 §3.2",
                 "permerror", text=text)


def canonicalization_and_query():
    for name, value in [("unknown", "nofws/nofws"), ("header-unknown", "foo/relaxed"), ("body-unknown", "relaxed/foo"),
                        ("two-slashes", "relaxed/relaxed/relaxed"), ("trailing-slash", "relaxed/"),
                        ("leading-slash", "/relaxed"), ("slash-alone", "/"), ("spaced-slash", "relaxed / relaxed"),
                        ("list", "relaxed:simple")]:
        c = "relaxed/simple" if name in ("trailing-slash", "list") else "relaxed/relaxed"
        area.refused(f"c-{name}", f"c={value} is refused", "6376 §3.4", c=c, replace={"c": value})
    for name, c in [("simple-alone", "simple"), ("relaxed-alone", "relaxed"), ("relaxed-simple", "relaxed/simple"),
                    ("simple-relaxed", "simple/relaxed"), ("simple-simple", "simple/simple")]:
        area.one(f"c-{name}", f"c={c}", "6376 §3.5", "pass", c=c)
    area.one("c-absent", "without c= both forms are simple", "6376 §3.5", "pass",
             c="simple/simple", replace={"c": None})
    for name, value in [("alone", "dns/txt"), ("last", "foo/bar:dns/txt"), ("folded", "foo\r\n : dns/txt \t: x"),
                        ("first", "dns/txt : http/xkms=y")]:
        area.one(f"q-{name}", "q= contains dns/txt", "6376 §3.5", "pass", raw=line(f"; q={value}"))
    for name, value in [("dns-alone", "dns"), ("other", "http/txt"), ("dns-mx", "dns/mx"), ("dns-txtx", "dns/txtx"),
                        ("xdns-txt", "xdns/txt")]:
        area.refused(f"q-{name}", f"q={value} has no dns/txt", "6376 §3.5", raw=line(f"; q={value}"))


def letter_case():
    either = "pass also permerror"
    section = "6376 §3.2"
    for tag, value in [("a", "RSA-SHA256"), ("c", "Relaxed/RELAXED")]:
        area.one(f"upper-case-{tag}", f"{tag}={value}", section, either, raw=line(**{tag: value}))
    area.one("upper-case-q", "q=DNS/TXT", section, either, raw=line("; q=DNS/TXT"))
    area.one("upper-case-h-names", "names in h= have no letter case", "6376 §3.5", "pass", raw=line(h=SIGNED.upper()))
    for tag, text in [("k", KEY.replace("k=rsa", "k=RSA")), ("h", KEY + "; h=SHA256"), ("s", KEY + "; s=EMAIL"),
                      ("t", KEY + "; t=Y")]:
        area.one(f"key-upper-case-{tag}", f"a value of {tag}= in upper case", section, either, text=text)


def copied_fields():
    area.one("z-agrees", "z= repeats the fields", "6376 §3.5", "pass",
             raw=line("; z=From:Alice=20<alice@example.com>|To:Bob=20<bob@example.net>"))
    area.one("z-disagrees", "z= says other things than the message", "6376 §3.5", "pass",
             raw=line("; z=From:mallory@example.net|\r\n\tSubject:=D6ther=3B=7C"))
    for name, value in [("not-hexadecimal", "From:a=GGb"), ("one-digit", "From:a=4"), ("equals-last", "From:a="),
                        ("one-digit-then-bar", "From:a=4|To:b")]:
        area.refused(f"z-{name}", "z= with = that no two hexadecimal digits follow", "6376 §2.11",
                     raw=line(f"; z={value}"))
    # FWS may be added at arbitrary locations and goes before decoding; OpenDKIM folds there.
    area.one("z-folded-within", "z= folded within =XX", "6376 §3.5", "pass",
             raw=line("; z=From:=20Alice|Subject:=\r\n\t20Lunch=2\r\n\t 0on=20Friday"))
    area.one("z-lower-case-hexadecimal", "z= with hexadecimal digits in lower case", "6376 §2.11",
             "permerror also pass", raw=line("; z=From:a=3bb"))


def build():
    for part in (duplicates, wrong_pieces, allowed, required, empty, canonicalization_and_query, letter_case,
                 copied_fields):
        part()
    return [area]
