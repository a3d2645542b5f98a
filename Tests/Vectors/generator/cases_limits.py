"""l=, t= and x= (RFC 6376 §3.5)."""
from . import canonical
from .vectors import BODY, NOW, Area

length = Area("l=", "l")
times = Area("t= x=", "times")
RELAXED = len(canonical.body_relaxed(BODY))
SIMPLE = len(canonical.body_simple(BODY))
PARTLY = "policy also permerror,fail"
ACCEPT = "unsignedBody=accept"


def exact():
    length.one("exact-relaxed", "l= is the length of the canonical body", "6376 §5.3.1", "pass", l=RELAXED)
    length.one("exact-simple", "l= is the length of the body", "6376 §5.3.1", "pass", l=SIMPLE, c="simple/simple")
    assert RELAXED < SIMPLE == len(BODY)
    length.one("leading-zeros", "l= with leading zeros", "6376 §3.5", "pass", l=f"{RELAXED:010}", hashed=RELAXED)
    length.one("76-digits", "l= of 76 digits, leading zeros", "6376 §3.5", "pass", l=f"{RELAXED:076}", hashed=RELAXED)
    length.one("trailing-lines-not-counted", "empty lines at the end are no part of the canonical body",
               "6376 §5.3.1", "pass", l=RELAXED, sent_body=BODY + b"\r\n\r\n \t\r\n")
    length.one("zero-of-empty-relaxed", "l=0 of an empty body", "6376 §3.4.4", "pass", l=0, body=b"")
    length.one("two-of-empty-simple", "l=2 of an empty body, which is CRLF in the simple form", "6376 §3.4.3", "pass",
               l=2, body=b"", c="simple/simple")
    length.one("added-crlf-counts", "the CRLF added to a last line counts", "6376 §3.4.3", "pass", l=7, body=b"Hello",
               c="simple/simple")


def too_long():
    over = "permerror also fail"
    for name, number in [("by-one", RELAXED + 1), ("by-2-32", RELAXED + 2**32), ("by-2-64", RELAXED + 2**64),
                         ("by-2-31", RELAXED + 2**31), ("by-2-63", RELAXED + 2**63), ("2-64-less-1", 2**64 - 1),
                         ("by-2-128", RELAXED + 2**128), ("76-nines", 10**76 - 1)]:
        length.one(f"too-long-{name}", f"l={number} is larger than the body", "6376 §3.5", over, l=number,
                   hashed=RELAXED)
    length.one("too-long-raw-length", "l= counts canonical octets: that of the raw body is too long", "6376 §3.5",
               over, l=SIMPLE, hashed=RELAXED)
    length.one("one-of-empty-relaxed", "l=1 of an empty body", "6376 §3.5", over, l=1, body=b"", hashed=0)


def malformed():
    for name, text in [("negative", "-1"), ("plus", f"+{RELAXED}"), ("empty", ""), ("junk", f"{RELAXED}x"),
                       ("letters", "all"), ("fraction", f"{RELAXED}.0"), ("inner-space", f"{RELAXED} 0"),
                       ("hexadecimal", f"0x{RELAXED:x}"), ("77-digits", f"{RELAXED:077}"),
                       ("full-width-digit", "\uff11")]:
        length.refused(f"malformed-{name}", f"l= with {name.replace('-', ' ')} is no number", "6376 §3.5",
                       l=RELAXED, replace={"l": text})


def unsigned_text():
    more = BODY + b"Buy now!\r\n"
    how = {"l": RELAXED, "sent_body": more}
    length.one("unsigned-text", "text after l= that nobody signed", "6376 §6.1.3", (PARTLY, "unsigned"), **how)
    length.one("unsigned-text-accepted", "the same, where the setting allows it", "6376 §6.1.3", "pass", policy=ACCEPT,
               **how)
    length.one("unsigned-text-simple", "unsigned text in the simple form", "6376 §6.1.3", PARTLY, l=SIMPLE,
               sent_body=more, c="simple/simple")
    length.one("unsigned-text-simple-accepted", "the same, where the setting allows it", "6376 §6.1.3", "pass",
               policy=ACCEPT, l=SIMPLE, sent_body=more, c="simple/simple")
    length.one("one-octet-unsigned", "l= leaves one octet, the last LF, unsigned", "6376 §6.1.3", PARTLY,
               l=RELAXED - 1)
    length.one("zero", "l=0 signs none of the body", "6376 §6.1.3", PARTLY, l=0)
    length.one("zero-accepted", "l=0, where the setting allows it", "6376 §6.1.3", "pass", l=0, policy=ACCEPT,
               sent_body=b"quite another text\r\n")
    length.one("zero-of-empty-simple", "l=0 of an empty body leaves the CRLF of the simple form", "6376 §3.4.3",
               "policy also pass,permerror,fail", l=0, body=b"", c="simple/simple")
    for name, cut in [("before-crlf", 10), ("inside-crlf", 11), ("after-crlf", 12), ("between-crlfs", 14)]:
        length.one(f"cut-{name}", f"l= ends {name.replace('-', ' ')}", "6376 §6.1.3", PARTLY, l=cut)
        length.one(f"cut-{name}-accepted", f"l= ends {name.replace('-', ' ')}, where the setting allows it",
                   "6376 §6.1.3", "pass", l=cut, policy=ACCEPT)
    blank = BODY + b"\r\n\r\nBuy now!\r\n"
    length.one("blank-lines-then-text", "empty lines and text after l=", "6376 §6.1.3", PARTLY, l=RELAXED,
               sent_body=blank)
    length.one("blank-lines-then-text-accepted", "the same, where the setting allows it", "6376 §6.1.3", "pass",
               l=RELAXED, sent_body=blank, policy=ACCEPT)
    length.one("last-line-grew", "the last line grew before its CRLF, inside l=", "6376 §6.1.3",
               "fail also policy", l=RELAXED, sent_body=BODY[:-2] + b"!" + BODY[-2:], policy=ACCEPT)
    length.one("signed-part-changed", "an octet before l= was changed", "6376 §6.1.3", "fail", l=RELAXED - 4,
               sent_body=BODY.replace(b"lunch", b"lunge"), policy=ACCEPT)
    length.one("shortened", "octets before l= were taken off", "6376 §3.5", "permerror also fail", l=RELAXED,
               sent_body=BODY[:-9])


def expiry():
    past = "policy also permerror,pass"
    stamp = lambda name, shows, expect, t, x, **how: times.one(
        name, shows, "6376 §3.5", expect, t=t, extra=[("x", x)] if x is not None else [], **how)
    stamp("x-ahead", "x= is ahead", "pass", NOW - 1000, NOW + 1000)
    stamp("x-past", "x= has passed", (past, "expired"), NOW - 9000, NOW - 1000)
    stamp("x-past-no-t", "x= has passed, and there is no t=", past, None, NOW - 1000)
    stamp("x-long-past", "x=1", past, None, 1)
    stamp("x-0", "x=0", past, None, 0)
    stamp("x-past-within-drift", "x= passed 299 seconds ago", "pass also policy,permerror", NOW - 9000, NOW - 299)
    stamp("x-past-beyond-drift", "x= passed 301 seconds ago", past, NOW - 9000, NOW - 301)
    stamp("x-past-no-drift", "x= passed 10 seconds ago, no drift allowed", past, NOW - 9000, NOW - 10,
          policy="clockDrift=0")
    stamp("x-past-more-drift", "x= passed 1000 seconds ago, an hour of drift allowed", "pass also policy,permerror",
          NOW - 9000, NOW - 1000, policy="clockDrift=3600")
    stamp("x-12-digits", "x= of 12 digits", "pass", NOW - 1000, 999999999999)
    stamp("x-over-2-32", "x= over 2^32", "pass", NOW - 1000, 2**32 + 1)
    stamp("x-leading-zeros", "x= with leading zeros", "pass", NOW - 1000, f"{NOW + 1000:012}")
    before = "6376 §3.5"
    for name, t, x in [("equal", NOW - 1000, NOW - 1000), ("less", NOW - 1000, NOW - 1001),
                       ("both-ahead", NOW + 2000, NOW + 1000), ("equal-ahead", NOW + 100, NOW + 100)]:
        times.refused(f"x-not-after-t-{name}", "x= is not greater than t=", before, t=t, extra=[("x", x)])
    stamp("x-past-wrong-body", "x= has passed and the body was changed: not pass", "fail also policy,permerror",
          NOW - 9000, NOW - 1000, sent_body=b"other\r\n")


def timestamps():
    ahead = "policy also permerror,pass"
    one = lambda name, shows, expect, t, **how: times.one(name, shows, "6376 §3.5", expect, t=t, **how)
    one("t-absent", "neither t= nor x=", "pass", None)
    one("t-0", "t=0", "pass", 0)
    one("t-now", "t= is now", "pass", NOW)
    one("t-ahead", "t= is 1000 seconds ahead", (ahead, "future"), NOW + 1000)
    one("t-ahead-within-drift", "t= is 299 seconds ahead", "pass also policy,permerror", NOW + 299)
    one("t-ahead-beyond-drift", "t= is 301 seconds ahead", ahead, NOW + 301)
    one("t-ahead-no-drift", "t= is 10 seconds ahead, no drift allowed", ahead, NOW + 10, policy="clockDrift=0")
    one("t-12-digits", "t= of 12 digits lies ahead", ahead, 999999999999)
    one("t-leading-zeros", "t= with leading zeros", "pass", f"{NOW - 1000:012}")


def malformed_times():
    for tag in ("t", "x"):
        for name, text in [("letters", "now"), ("negative", "-1"), ("plus", "+1779999500"), ("empty", ""),
                           ("fraction", "1779999500.5"), ("exponent", "1e9"), ("inner-space", "1779 999500"),
                           ("date", "2026-05-28T20:10:00Z"), ("hexadecimal", "0x6A000000")]:
            change = {"replace": {"t": text}} if tag == "t" else {"extra": [("x", text)]}
            times.refused(f"{tag}-malformed-{name}", f"{tag}={text} is no number", "6376 §3.5", **change)
    for name, text in [("13", "9999999999999"), ("20", "99999999999999999999"), ("76", "9" * 76), ("100", "9" * 100)]:
        times.one(f"x-{name}-digits", f"x= of {name} digits never expires", "6376 §3.5", "pass also permerror,policy",
                  extra=[("x", text)])
        times.one(f"t-{name}-digits", f"t= of {name} digits lies ahead", "6376 §3.5", "policy also permerror",
                  replace={"t": text})
    times.one("x-wraps", "x= of 2^64 and a time past", "6376 §3.5", "pass also permerror,policy",
              extra=[("x", 2**64 + 1)])
    times.one("t-and-x-13-digits", "t= and x= of 13 digits, equal", "6376 §3.5", "permerror also policy",
              replace={"t": "9" * 13}, extra=[("x", "9" * 13)])


def build():
    for part in (exact, too_long, malformed, unsigned_text, expiry, timestamps, malformed_times):
        part()
    return [length, times]
