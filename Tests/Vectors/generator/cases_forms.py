"""Odd forms of header fields and of bodies that the canonicalizations have to bear (RFC 6376 §3.4)."""
from . import keys, signer
from .signer import SIGNED
from .vectors import FIELDS, Area, record

header = Area("header form", "header")
body = Area("body form", "body")
KEY = ("sel._domainkey.example.com", record(keys.load("rsa2048")))
FORMS = ("simple/simple", "relaxed/relaxed")
REFUSABLE = "pass also policy,permerror"


def subjects():
    """Name, what it shows, the field X-Odd with CRLF, and the expectation."""
    yield "utf8", "UTF-8 in a value", "X-Odd: gr\u00fc\u00dfe \u7528\u6237\r\n".encode(), "pass"
    yield "octets-not-utf8", "8-bit octets that are not UTF-8", b"X-Odd: gr\xfc\xdfe \xff\xfe\r\n", REFUSABLE
    yield "nbsp", "no-break space is not WSP", "X-Odd:\u00a0a \u00a0 b\u00a0\r\n".encode(), "pass"
    yield "nbsp-latin1", "the octet A0 is not WSP", b"X-Odd: \xa0a \xa0\r\n", REFUSABLE
    yield "vertical-tab", "VT is not WSP", b"X-Odd: \va\v b \v\r\n", REFUSABLE
    yield "form-feed", "FF is not WSP", b"X-Odd: \fa\f b \f\r\n", REFUSABLE
    yield "control-1c-1f", "the octets 1C to 1F are not WSP", b"X-Odd: \x1ca\x1d \x1e b \x1f\r\n", REFUSABLE
    yield "next-line-85", "U+0085 is no line end", "X-Odd: a\u0085b\u2028c\r\n".encode(), "pass"
    yield "empty-value", "an empty value", b"X-Odd:\r\n", "pass"
    yield "white-space-value", "a value of white space only", b"X-Odd: \t  \r\n", "pass"
    yield "fold-first", "a fold right after the colon", b"X-Odd:\r\n one\r\n", "pass"
    yield "fold-many", "folds with tabs and spaces", b"X-Odd: one\r\n\ttwo  \r\n \t three\t\r\n   four\r\n", "pass"
    yield "blank-continuation", "a continuation line of white space only", b"X-Odd: one\r\n \t\r\n two\r\n", "pass"
    yield "blank-continuation-last", "a last continuation line of white space", b"X-Odd: one\r\n   \r\n", "pass"
    yield "blank-continuation-alone", "nothing but folds", b"X-Odd:\r\n \r\n\t\r\n", "pass"
    yield "no-space-after-colon", "no white space after the colon", b"X-Odd:one\r\n", "pass"
    yield "space-before-colon", "white space before the colon", b"X-Odd \t: one\r\n", "pass"
    yield "many-colons", "colons in the value", b"X-Odd: :one: two ::\r\n", "pass"
    yield "upper-case-name", "a name in upper case", b"X-ODD: One\r\n", "pass"
    yield "trailing-white-space", "white space at the end of the line", b"X-Odd: one  \t \r\n", "pass"
    yield "tabs", "runs of tabs and spaces", b"X-Odd:\t\tone \t two\t\t\tthree\r\n", "pass"
    yield "line-of-5000", "a line of 5000 octets", b"X-Odd: " + b"x" * 4993 + b"\r\n", "pass"
    yield "white-space-run-5000", "a run of 5000 spaces and tabs", b"X-Odd: a" + b" \t" * 2500 + b"b\r\n", "pass"
    yield "bare-cr", "a bare CR", b"X-Odd: one\rtwo\r\n", REFUSABLE
    yield "bare-lf", "a bare LF", b"X-Odd: one\ntwo\r\n", REFUSABLE
    yield "bare-lf-space", "a bare LF and white space", b"X-Odd: one\n two\r\n", REFUSABLE
    yield "bare-cr-last", "a bare CR before the CRLF", b"X-Odd: one\r\r\n", REFUSABLE
    yield "nul", "NUL", b"X-Odd: one\0two\r\n", REFUSABLE


ALSO_LAST = ("empty-value", "fold-first", "blank-continuation-last", "blank-continuation-alone", "white-space-value",
             "bare-cr-last")


def values():
    for name, shows, field, expect in subjects():
        for c in FORMS:
            for place, fields in (("middle", [FIELDS[0], field, *FIELDS[1:]]), ("last", [*FIELDS, field])):
                if place == "last" and name not in ALSO_LAST:
                    continue
                ending = "-last" if place == "last" else ""
                header.one(f"{name}{ending}-{c.split('/')[0]}", f"{shows}, {c}", "6376 §3.4.2", expect, c=c,
                           h=SIGNED + ":x-odd", fields=fields)


def own_field():
    folded_names = SIGNED.replace(":", " :\r\n ")
    for c in FORMS:
        form = c.split("/")[0]
        one = lambda name, shows, **how: header.one(
            f"own-{name}-{form}", f"{shows}, {c}", "6376 §3.7", "pass", c=c, **how)
        one("space-before-colon", "white space before the colon of DKIM-Signature", spelling="DKIM-Signature \t")
        one("upper-case", "DKIM-SIGNATURE", spelling="DKIM-SIGNATURE")
        one("lower-case", "dkim-signature", spelling="dkim-signature")
        one("fold-first", "a fold right after the colon", raw="\r\n\tv=1; a=rsa-sha256; d=example.com; s=sel; "
            f"c={c};\r\n\th={SIGNED};\r\n\tbh={{bh}};\r\n\tb={{b}}")
        one("one-line", "one line of more than 998 octets", key="rsa4096",
            b_text=lambda data: signer.base64_text(data))
        one("last", "the signature is the last field", place=5)
        one("middle", "the signature stands between the fields", place=2)
        one("white-space-last", "white space at the end of the field", end=" \t")
        one("folded-everywhere", "tags folded at every place", raw=f" v=1;\r\n a=rsa-sha256;\r\n d=example.com;"
            f"\r\n s=sel;\r\n c={c};\r\n h={folded_names};\r\n bh={{bh}};\r\n b={{b}};")


def section_ends():
    for c in FORMS:
        form = c.split("/")[0]
        header.one(f"no-blank-line-{form}", f"no blank line after the fields: the body is empty, {c}", "6376 §3.4.3",
                   "pass", c=c, body=b"", gap=b"")
        header.one(f"no-final-crlf-{form}", f"the last field has no CRLF, {c}", "5322 §3.5", REFUSABLE + ",fail", c=c,
                   body=b"", gap=b"", sent_fields=[*FIELDS[:-1], FIELDS[-1][:-2]])
    lines = [("no-colon", b"a line without colon\r\n"),
             ("mbox-from", b"From alice@example.com Thu May 28 20:10:00 2026\r\n"),
             ("quoted-mbox-from", b">From alice@example.com Thu May 28 20:10:00 2026\r\n"),
             ("colon-first", b": no name\r\n"), ("space-in-name", b"two words: value\r\n")]
    for name, line in lines:
        for place in (0, 2, 5):
            fields = [*FIELDS[:place], line, *FIELDS[place:]]
            header.one(f"line-{name}-at-{place}",
                       "a line that is no header field: the signature is judged all the same", "6376 §3.8",
                       REFUSABLE + ",fail", fields=fields, place=1 if place == 0 else 0)
    header.one("line-white-space-first", "the message begins with white space", "6376 §3.8", REFUSABLE + ",fail",
               fields=[b" leading text\r\n", *FIELDS], place=1)


def bodies():
    """Name, what it shows, the body, and the expectation."""
    yield "empty", "an empty body", b"", "pass"
    yield "crlf", "one CRLF", b"\r\n", "pass"
    yield "crlfs", "CRLFs only", b"\r\n" * 5, "pass"
    yield "white-space-line", "a line of white space only", b" \t \r\n", "pass"
    yield "white-space-lines", "lines of white space only", b" \r\n\t\r\n \t\r\n", "pass"
    yield "white-space-lines-last", "lines of white space after text", b"a\r\n \r\n\t \r\n\r\n \r\n", "pass"
    yield "white-space-no-crlf", "white space only, no CRLF", b" \t ", "pass"
    yield "no-final-crlf", "no CRLF at the end", b"Hello\r\nBob", "pass"
    yield "white-space-before-missing-crlf", "white space before the missing last CRLF", b"Hello\r\nBob \t ", "pass"
    yield "white-space-after-last-crlf", "white space after the last CRLF", b"Hello\r\n \t", "pass"
    yield "leading-blank-lines", "blank lines first", b"\r\n\r\nHello\r\n", "pass"
    yield "inner-blank-lines", "blank lines inside", b"a\r\n\r\n\r\n \r\nb\r\n", "pass"
    yield "one-octet", "one octet", b"x", "pass"
    yield "leading-white-space", "white space at the start of a line", b" \t a\r\n  b\r\n", "pass"
    yield "dots", "lines of dots", b".\r\n..\r\n. \r\n", "pass"
    yield "utf8", "UTF-8", "gr\u00fc\u00dfe\u00a0\r\n\u2028\r\n".encode(), "pass"
    yield "octets-not-utf8", "octets that are not UTF-8", bytes(range(128, 256)) + b"\r\n", "pass"
    yield "vertical-tab-form-feed", "VT and FF are not WSP", b"a \v b\f \r\n\v\r\n", "pass"
    yield "line-of-5000", "a line of 5000 octets", b"x" * 5000 + b"\r\n", "pass"
    yield "bare-cr", "bare CRs", b"a\rb \r c\r\n\r", REFUSABLE
    yield "bare-cr-only", "one CR", b"\r", REFUSABLE
    yield "bare-lf", "bare LFs", b"a\nb \n c\n", REFUSABLE
    yield "bare-lf-only", "LFs only", b"\n\n\n", REFUSABLE
    yield "cr-cr-lf", "CR CR LF", b"a\r\r\nb\r\r\n", REFUSABLE
    yield "cr-space-lf", "CR, white space, LF", b"a\r \nb\r\t\n", REFUSABLE
    yield "lf-cr", "LF CR", b"a\n\rb\n\r", REFUSABLE
    yield "crlf-cr", "a CR after the last CRLF", b"a\r\n\r\n\r", REFUSABLE
    yield "white-space-cr", "white space before a CR that no LF follows", b"a \t\rb \r\r\n", REFUSABLE
    yield "lf-crlf-end", "a bare LF before the last CRLFs", b"a\n\r\n\r\n", REFUSABLE
    yield "nul", "NUL", b"a\0b\r\n\0\0\r\n\0", REFUSABLE


def body_forms():
    for name, shows, text, expect in bodies():
        for c in FORMS:
            body.one(f"{name}-{c.split('/')[0]}", f"a body of {shows}, {c}" if "body" not in shows else f"{shows}, {c}",
                     "6376 §3.4.4" if c == FORMS[1] else "6376 §3.4.3", expect, c=c, body=text)


def large_bodies():
    for c in FORMS:
        form = c.split("/")[0]
        one = lambda name, shows, *append, expect="pass": body.one(
            f"large-{name}-{form}", f"{shows}, {c}", "6376 §3.4.4", expect, c=c, append=append)
        one("white-space-run", "a run of 100 kB of white space, then text", (50000, b" \t"), (1, b"end\r\n"))
        one("white-space-run-last", "a run of 100 kB of white space at the very end", (50000, b" \t"))
        one("4-mb-of-crlf", "4 MB of CRLF at the end", (2000000, b"\r\n"))
        one("4-mb-of-crlf-then-text", "4 MB of CRLF, then text", (2000000, b"\r\n"), (1, b"end\r\n"))
        one("20000-lines", "20,000 lines", (20000, b"a  line \r\n"))
        one("50000-blank-lines", "50,000 blank lines, then text", (50000, b"\r\n"), (1, b"end\r\n"))
        one("50000-white-space-lines", "50,000 lines of white space", (50000, b" \t\r\n"))
        one("one-line-of-1-mb", "one line of 1 MB", (62500, b"0123456789abcdef"), (1, b"\r\n"))
        one("cr-run", "100,000 bare CRs", (100000, b"\r"), expect=REFUSABLE)


def build():
    for part in (values, own_field, section_ends, body_forms, large_bodies):
        part()
    return [header, body]
