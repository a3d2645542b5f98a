"""h= (RFC 6376 §3.5, §5.4)."""
from . import keys, signer
from .signer import SIGNED
from .vectors import BODY, FIELDS, Area, record

area = Area("h=", "h")
RSA = keys.load("rsa2048")
KEY = ("sel._domainkey.example.com", record(RSA))
RECEIVED = [f"Received: from {host}.example.com by mx.example.net; Thu, 28 May 2026 20:1{at}:00 +0000\r\n".encode()
            for at, host in enumerate(("c", "b", "a"))]
MALLORY = b"From: Mallory <mallory@example.org>\r\n"


def from_field():
    area.refused("from-not-signed", "From is not in h=", "6376 §6.1.1", "from", h="to:subject:date")
    area.refused("from2-is-not-from", "from2 in h= is not From", "6376 §6.1.1", "from", h="from2:to:subject")
    area.refused("xfrom-is-not-from", "x-from in h= is not From", "6376 §6.1.1", "from", h="x-from:to:subject")
    area.one("from-last", "From is the last name", "6376 §6.1.1", "pass", h="date:to:subject:from")
    area.one("from-alone", "From is the only name", "6376 §6.1.1", "pass", h="From")


def malformed():
    for name, text in [("trailing-colon", "from:to:"), ("double-colon", "from::to"), ("leading-colon", ":from:to"),
                       ("spaced-double-colon", "from: :to"), ("inner-space", "from:sub ject"),
                       ("names-spaced", "from to"), ("colon-alone", ":"), ("comma", "from,to"),
                       ("control", "from:to\x01"), ("utf8-name", "from:s\u00fcbject")]:
        area.refused(f"malformed-{name}", f"h= with {name.replace('-', ' ')} is no list of names", "6376 §3.5",
                     h="from:to", replace={"h": text})


def well_formed():
    area.one("white-space", "white space and folds around the colons", "6376 §3.5", "pass",
             replace={"h": " from : to\r\n\t:\r\n subject:date \t:message-id "})
    area.one("absent-fields", "names of fields that the message lacks", "6376 §5.4", "pass",
             h=SIGNED + ":cc:reply-to:list-id:x-none")
    area.one("unusual-names", "names with all the characters of RFC 5322", "5322 §2.2", "pass",
             h=SIGNED + ":X_!#$%&'*+", fields=[*FIELDS, b"X_!#$%&'*+: odd\r\n"])
    area.one("letter-case-of-fields", "names compare without case", "6376 §3.5", "pass",
             fields=[field.swapcase() if at < 3 else field for at, field in enumerate(FIELDS)])


def repeated():
    fields = RECEIVED + FIELDS
    area.one("repeated-lowest", "one name signs the lowest of three fields", "6376 §5.4.2", "pass",
             h=SIGNED + ":received", fields=fields, sent_fields=[b"Received: new\r\n"] + fields[1:])
    area.one("repeated-from-bottom", "two names sign the lowest two, from the bottom up", "6376 §5.4.2", "pass",
             h=f"received:{SIGNED}:received", fields=fields)
    area.one("repeated-top-down-fails", "two names do not sign from the top down", "6376 §5.4.2", "fail",
             h=f"received:{SIGNED}:received", fields=[RECEIVED[1], RECEIVED[0], RECEIVED[2], *FIELDS],
             sent_fields=[RECEIVED[1], RECEIVED[2], RECEIVED[0], *FIELDS])
    area.one("repeated-all", "all three are signed, and one on top is not", "6376 §5.4.2", "pass",
             h=SIGNED + ":received" * 3, fields=fields, sent_fields=[b"Received: new\r\n", *fields][1:])
    area.one("field-below-taken", "a field added below is the one that h= picks", "6376 §5.4.2", "fail",
             h=SIGNED + ":received", fields=fields, sent_fields=[*fields, b"Received: new\r\n"])


def oversigned():
    over = f"{SIGNED}:from:subject"
    area.one("oversigned", "names once more than there are fields", "6376 §5.4", "pass", h=over)
    area.one("oversigned-many", "From five times more than there are fields", "6376 §5.4", "pass",
             h=SIGNED + ":from" * 5)
    area.one("oversigned-then-added-on-top", "an oversigned field is added on top", "6376 §5.4", "fail", h=over,
             sent_fields=[b"Subject: other\r\n", *FIELDS])
    area.one("oversigned-then-added-below", "an oversigned field is added below", "6376 §5.4", "fail", h=over,
             sent_fields=[*FIELDS, b"Subject: other\r\n"])
    area.one("absent-then-added", "a field that was signed as absent is added", "6376 §5.4", "fail",
             h=SIGNED + ":reply-to", sent_fields=[b"Reply-To: mallory@example.org\r\n", *FIELDS])
    area.one("absent-then-added-empty", "a field that was signed as absent is added, empty", "6376 §5.4", "fail",
             h=SIGNED + ":reply-to", sent_fields=[b"Reply-To:\r\n", *FIELDS])


def other_signatures():
    first = signer.sign(FIELDS, BODY, RSA)
    names = SIGNED + ":dkim-signature"
    second = signer.sign([first, *FIELDS], BODY, RSA, h=names)
    rest = b"".join(FIELDS) + b"\r\n" + BODY
    say = lambda name, shows, expects, fields: area.add(
        f"dkim-signature-{name}", shows, "6376 §3.5", expects, b"".join(fields) + rest, [KEY])
    say("other-below", "h= names DKIM-Signature: the one below is signed, b= and all", ["pass", "pass"],
        [second, first])
    say("other-above", "the field itself is never counted: the one above is signed", ["pass", "pass"], [first, second])
    broken = first.replace(b"t=1779999000", b"t=1779999001")
    say("other-changed", "a signed signature was changed: both fail", ["fail", "fail"], [second, broken])
    say("other-gone", "a signed signature was taken out", ["fail"], [second])
    third = signer.sign([second, first, *FIELDS], BODY, RSA, h=names + ":DKIM-Signature")
    say("two-others", "both others are signed, from the bottom up", ["pass", "pass", "pass"], [third, second, first])
    alone = signer.sign(FIELDS, BODY, RSA, h=names)
    say("no-other", "h= names DKIM-Signature and there is no other", ["pass also fail,permerror"], [alone])


def second_from():
    area.one("second-from-unsigned", "a second From on top, not signed", "6376 §8.15", "policy also pass",
             sent_fields=[MALLORY, *FIELDS])
    for name, end in [("lf", b"\n"), ("cr", b"\r")]:
        hidden = b"X-Odd: one" + end + MALLORY
        area.one(f"second-from-behind-{name}", f"a second From behind a bare {name.upper()} in an unsigned field",
                 "6376 §8.15", "policy also pass", sent_fields=[hidden, *FIELDS])
        area.one(f"second-from-behind-{name}-signed", "the same in a signed field", "6376 §8.15",
                 "policy also pass", h=SIGNED + ":x-odd", fields=[hidden, *FIELDS])
    area.one("second-from-picked", "a second From below, which h= now picks", "6376 §8.15", "fail also policy",
             sent_fields=[*FIELDS, MALLORY])
    area.one("second-from-oversigned", "a second From against an oversigned one", "6376 §8.15", "fail also policy",
             h=SIGNED + ":from", sent_fields=[MALLORY, *FIELDS])
    area.one("two-from-both-signed", "two From fields, both signed", "6376 §8.15", "pass also policy",
             h=SIGNED + ":from", fields=[MALLORY, *FIELDS])
    area.one("no-from", "no From in the message, h= names it", "5322 §3.6", "policy also pass",
             fields=FIELDS[1:])


def sizes():
    many = ":".join(f"x-field-{number}" for number in range(3000))
    area.one("3000-names", "h= with 3000 names of absent fields", "6376 §6.1.1", "policy also pass",
             h=f"{SIGNED}:{many}")
    area.one("3000-times-from", "From named 3000 times", "6376 §6.1.1", "policy also pass", h=SIGNED + ":from" * 3000)
    long = b"X-Long: " + b"\r\n ".join([b"word " * 14] * 1100) + b"\r\n"
    area.one("long-field-unsigned", "an unsigned field of 80 kB", "6376 §6.1.1", "pass also policy",
             fields=[*FIELDS, long])
    area.one("long-field-signed", "a signed field of 80 kB", "6376 §6.1.1", "pass also policy", fields=[*FIELDS, long],
             h=SIGNED + ":x-long")
    fields = [f"X-{number}: {number}\r\n".encode() for number in range(2000)]
    area.one("2000-fields", "2000 header fields", "6376 §6.1.1", "pass also policy", fields=[*FIELDS, *fields],
             h=SIGNED + ":x-0:x-1999")


def build():
    for part in (from_field, malformed, well_formed, repeated, oversigned, other_signatures, second_from, sizes):
        part()
    return [area]
