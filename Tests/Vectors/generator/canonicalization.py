"""canonicalization.json: bodies and header fields with what the naive canonicalizations make of them."""
import base64
import hashlib
import json

from . import canonical, cases_forms
from .vectors import escaped

SMALL = 64


def pieces(data):
    """The octets as [escaped text, count] pairs; long repetitions of one or two octets become one pair."""
    if len(data) <= SMALL:
        return [[escaped(data), 1]]
    found, plain, at = [], b"", 0
    while at < len(data):
        for width in (1, 2, 3):
            unit, count = data[at : at + width], 1
            while data[at + count * width : at + (count + 1) * width] == unit:
                count += 1
            if count * width >= 16:
                found += ([[escaped(plain), 1]] if plain else []) + [[escaped(unit), count]]
                plain, at = b"", at + count * width
                break
        else:
            plain, at = plain + data[at : at + 1], at + 1
    return found + ([[escaped(plain), 1]] if plain else [])


def digest(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def body_entry(name, data, cuts=()):
    entry = {"name": name, "input": pieces(data), "bytes": len(data)}
    for form, run in canonical.BODY.items():
        content = run(data)
        entry[form] = {"sha256": digest(content), "bytes": len(content)}
        if len(content) <= 64:
            entry[form]["text"] = escaped(content)
        if cuts:
            entry[form]["cuts"] = [[size, digest(content[:size])] for size in cuts if size <= len(content)]
    return entry


def handmade():
    """Name, body, lengths at which l= cuts."""
    for name, _, data, _ in cases_forms.bodies():
        yield name, data, range(len(data) + 3) if len(data) < 40 else ()
    yield "rfc6376-3.4.5", b" C \r\nD \t E\r\n\r\n\r\n", range(12)
    tiny = {"_": b" ", "t": b"\t", "r": b"\r", "n": b"\n", "a": b"a"}
    # Every body of up to four of these octets: space, CR, LF, a letter; and of up to three with a tab as well.
    for size, letters in ((1, "_trna"), (2, "_trna"), (3, "_trna"), (4, "_rna")):
        words = [""]
        for _ in range(size):
            words = [word + letter for word in words for letter in letters]
        for word in words:
            yield f"tiny-{word}", b"".join(tiny[letter] for letter in word), ()


RUNS = [("spaces", b" "), ("tabs", b"\t"), ("mixed", b" \t"), ("crlf", b"\r\n"), ("cr", b"\r"), ("lf", b"\n"),
        ("cr-space", b"\r "), ("space-crlf", b" \r\n"), ("letters", b"x"), ("nul", b"\0")]


def long_runs():
    for name, unit in RUNS:
        for size in (63, 64, 65, 127, 128, 129, 4095, 4096, 4097, 20000):
            run = (unit * size)[:size]
            yield f"run-{name}-{size}-inside", b"ab" + run + b"cd\r\n", ()
            yield f"run-{name}-{size}-last", b"ab" + run, ()
            if size in (64, 4097):
                yield f"run-{name}-{size}-first", run + b"ab\r\n", ()
                yield f"run-{name}-{size}-alone", run, ()
                yield f"run-{name}-{size}-then-crlf", b"ab" + run + b"\r\n", ()


NASTY = [("space", b" "), ("two-spaces", b"  "), ("crlf", b"\r\n"), ("space-crlf", b" \r\n"), ("crlf-space", b"\r\n "),
         ("two-crlf", b"\r\n\r\n"), ("crlf-space-crlf", b"\r\n \r\n"), ("cr", b"\r"), ("lf", b"\n"),
         ("cr-crlf", b"\r\r\n"), ("cr-space-lf", b"\r \n"), ("space-cr", b" \r"), ("spaces-20", b" " * 20)]


def boundaries():
    """Each nasty piece at every offset around the widths of vector registers."""
    for name, piece in NASTY:
        for offset in (*range(13, 20), *range(29, 36), *range(61, 68), *range(125, 131)):
            yield f"at-{offset}-{name}", b"x" * offset + piece + b"y" * 3 + b"\r\n", ()
            if offset in (15, 16, 31, 32, 63, 64):
                yield f"at-{offset}-{name}-last", b"x" * offset + piece, ()
                yield f"at-{offset}-{name}-no-crlf", b"x" * offset + piece + b"y" * 70, ()


def large():
    yield "blank-lines-50000-then-text", b"a\r\n" + b"\r\n" * 50000 + b"b\r\n", ()
    yield "crlf-2000000", b"\r\n" * 2000000, ()
    yield "text-then-crlf-2000000", b"a" + b"\r\n" * 2000000, ()
    yield "white-space-lines-50000", b"a" + b" \r\n" * 50000, ()
    yield "lines-20000", b"a  b \r\n" * 20000, ()
    yield "white-space-100000", b"a" + b" \t" * 50000 + b"b\r\n", ()


def fields():
    for name, _, field, _ in cases_forms.subjects():
        yield name, field
    yield "rfc6376-3.4.5-a", b"A: X\r\n"
    yield "rfc6376-3.4.5-b", b"B : Y\t\r\n\tZ  \r\n"
    yield "name-mixed-case", b"SUBJect: AbC\r\n"
    yield "colon-only", b"a:\r\n"
    yield "colon-then-spaces", b"a :  \t\r\n"
    yield "fold-without-text", b"a: b\r\n \r\n \r\n c\r\n \r\n"
    yield "bare-cr-space", b"a: b\r c\r\n"
    yield "bare-cr-before-fold", b"a: b\r\r\n c\r\n"
    yield "space-before-bare-cr-last", b"a: b \r\r\n"
    yield "bare-lf-last", b"a: b\n\r\n"
    yield "tab-fold", b"a:\r\n\tb\r\n\tc\r\n"
    for size in (15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 4096):
        yield f"run-{size}", b"a: x" + b" " * size + b"y\r\n"
        yield f"run-{size}-last", b"a: x" + b"\t" * size + b"\r\n"
        yield f"run-{size}-fold", b"a: x" + b" " * size + b"\r\n" + b" " * size + b"y\r\n"
        yield f"fold-at-{size}", b"a: " + b"x" * size + b"\r\n " + b"y" * size + b"\r\n"


def field_entry(name, field):
    return {"name": name, "input": pieces(field),
            **{form: pieces(run(field)) for form, run in canonical.HEADER.items()}}


def document():
    bodies = [body_entry(name, data, cuts)
              for source in (handmade, long_runs, boundaries, large) for name, data, cuts in source()]
    headers = [field_entry(name, field) for name, field in fields()]
    for entries in (bodies, headers):
        assert len({entry["name"] for entry in entries}) == len(entries)
    lines = lambda entries: ",\n".join("  " + json.dumps(entry, separators=(",", ":")) for entry in entries)
    return f'{{"bodies": [\n{lines(bodies)}\n],\n"headers": [\n{lines(headers)}\n]}}\n'.encode()
