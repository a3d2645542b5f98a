"""Several signatures, changed messages, messages without a signature."""
from . import keys, signer
from .vectors import BODY, FIELDS, Area, record

many = Area("many")
tampered = Area("tampered")
words = Area("words")
RSA = keys.load("rsa2048")
ED = keys.load("ed25519")
KEYS = [("sel._domainkey.example.com", record(RSA)), ("ed._domainkey.example.com", record(ED))]
REST = b"".join(FIELDS) + b"\r\n" + BODY
GOOD = signer.sign(FIELDS, BODY, RSA)
GOOD_ED = signer.sign(FIELDS, BODY, ED, a="ed25519-sha256", s="ed")
WRONG_BODY = signer.sign(FIELDS, b"another body\r\n", RSA)
WRONG_HEADER = signer.sign([b"From: mallory@example.org\r\n", *FIELDS[1:]], BODY, RSA)
VERSION_2 = signer.sign(FIELDS, BODY, RSA, replace={"v": "2"})
NO_TAGS = b"DKIM-Signature: this is not a tag-list\r\n"


def say(name, shows, expects, fields, rfc="6376 §6.1", **how):
    many.add(name, shows, rfc, expects, b"".join(fields) + REST, KEYS, **how)


def several():
    say("two-good", "two signatures of two keys", ["pass", "pass"], [GOOD, GOOD_ED])
    say("same-twice", "the same field twice", ["pass", "pass"], [GOOD, GOOD])
    say("syntax-error-above", "a field that does not parse stands above a good one", ["permerror", "pass"],
        [NO_TAGS, GOOD])
    say("version-2-above", "v=2 above a good one", ["permerror", "pass"], [VERSION_2, GOOD])
    say("error-below", "a field that does not parse stands below a good one", ["pass", "permerror"], [GOOD, NO_TAGS])
    say("each-evaluated", "signatures after one that passed are evaluated too", ["pass", "fail", "pass", "fail"],
        [GOOD, WRONG_BODY, GOOD_ED, WRONG_HEADER])
    say("fail-above", "a broken one above a good one", ["fail", "pass"], [WRONG_HEADER, GOOD])
    apart = [FIELDS[0], GOOD, *FIELDS[1:3], GOOD_ED, *FIELDS[3:], NO_TAGS]
    many.add("spread", "results come in the order of the fields, wherever these stand", "6376 §6.1",
             ["pass", "pass", "permerror"], b"".join(apart) + b"\r\n" + BODY, KEYS)
    forms = [signer.sign(FIELDS, BODY, ED, a="ed25519-sha256", s="ed", c=c) for c in
             ("simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed")]
    say("all-forms", "four signatures with four canonicalizations", ["pass"] * 4, forms)
    cuts = [signer.sign(FIELDS, BODY, ED, a="ed25519-sha256", s="ed", l=size) for size in (0, 12, 30)]
    say("three-lengths", "three signatures with three l=", ["pass"] * 4, [*cuts, GOOD], policy="unsignedBody=accept")


def limited():
    say("limit", "more signatures than the limit: the first are evaluated, the rest are told", [
        "pass", "pass", ("policy", "signatures"), ("policy", "signatures")], [GOOD, GOOD_ED] * 2,
        policy="maximumSignatures=2")
    say("limit-just-met", "as many signatures as the limit", ["pass", "pass"], [GOOD, GOOD_ED],
        policy="maximumSignatures=2")
    say("limit-counts-errors", "a field that does not parse counts", ["permerror", "pass", "policy"],
        [NO_TAGS, GOOD, GOOD_ED], policy="maximumSignatures=2")
    say("limit-one", "one signature only", ["fail", "policy"], [WRONG_BODY, GOOD], policy="maximumSignatures=1")
    over = "policy also permerror"
    say("limit-error-beyond", "a field that does not parse, beyond the limit", ["pass", over], [GOOD, NO_TAGS],
        policy="maximumSignatures=1")
    say("200-signatures", "200 signatures, limit 3", ["pass"] * 3 + ["policy"] * 197, [GOOD_ED] * 200,
        policy="maximumSignatures=3", queries=3)


def changed():
    one = tampered.one
    for form in ("relaxed", "simple"):
        c = f"{form}/{form}"
        broken = lambda name, shows, reason=None, **how: one(f"{name}-{form}", f"{shows}, {c}", "6376 §6.1.3",
                                                             ("fail", reason), c=c, **how)
        broken("body-octet", "an octet of the body was changed", "body hash",
               sent_body=BODY.replace(b"lunch", b"lunge"))
        broken("body-added", "a line was added", "body hash", sent_body=BODY + b"PS\r\n")
        broken("body-cut", "the last line was cut off", "body hash", sent_body=BODY[:-7])
        broken("body-empty", "the body was taken out", "body hash", sent_body=b"")
        broken("body-line-inside", "an empty line was added inside", "body hash", sent_body=b"\r\n" + BODY)
        broken("body-letter-case", "a letter of the body changed case", "body hash", sent_body=BODY.replace(b"A", b"a"))
        broken("body-bare-lf", "CRLF became LF in the body", "body hash", sent_body=BODY.replace(b"\r\n", b"\n"))
        broken("body-white-space-inserted", "white space where none was, in the body", "body hash",
               sent_body=BODY.replace(b"Hello", b"Hel lo"))
        swap = lambda old, new: [field.replace(old, new) for field in FIELDS]
        broken("field-octet", "an octet of a signed field was changed", "signature",
               sent_fields=swap(b"Lunch", b"Lunge"))
        broken("field-white-space-inserted", "white space where none was, in a signed field", "signature",
               sent_fields=swap(b"Lunch", b"Lun ch"))
        broken("field-gone", "a signed field was taken out", "signature", sent_fields=FIELDS[:2] + FIELDS[3:])
        broken("field-letter-case", "a letter of a value changed case", "signature",
               sent_fields=swap(b"Lunch", b"lunch"))
        broken("from-changed", "From was changed", "signature", sent_fields=swap(b"alice@", b"carol@"))


def white_space():
    one = lambda name, shows, expect, c, **how: tampered.one(name, shows, "6376 §3.4", expect, c=c, **how)
    refold = [field.replace(b"Subject: Lunch  on", b"Subject: Lunch\r\n on") for field in FIELDS]
    spaces = [field.replace(b"Subject: ", b"SUBJECT :\t") for field in FIELDS]
    for form, word in (("relaxed", "pass"), ("simple", "fail")):
        c = f"{form}/{form}"
        one(f"refold-{form}", f"a signed field was folded anew, {c}", word, c, sent_fields=refold)
        one(f"name-case-{form}", f"name and white space of a signed field changed, {c}", word, c, sent_fields=spaces)
        one(f"body-run-{form}", f"a run of white space in the body shrank, {c}", word, c,
            sent_body=BODY.replace(b"  on", b" on"))
        one(f"body-line-end-{form}", f"white space at the end of a line went, {c}", word, c,
            sent_body=BODY.replace(b" \r\n", b"\r\n"))
        one(f"trailing-lines-{form}", f"empty lines were added at the end, {c}", "pass", c,
            sent_body=BODY + b"\r\n\r\n")
        one(f"field-order-{form}", f"signed fields of different names changed places, {c}", "pass", c,
            sent_fields=FIELDS[::-1])
        one(f"unsigned-field-{form}", f"a field that h= does not name was added, {c}", "pass", c,
            sent_fields=[b"X-Seen: yes\r\n", *FIELDS])


def signature_itself():
    def put(name, shows, old, new, expect="fail", raw=GOOD):
        assert raw.count(old) == 1, name
        tampered.add(name, shows, "6376 §3.7", [expect], raw.replace(old, new) + REST, KEYS)
    put("tag-t", "t= of the signature was changed", b"t=1779999000", b"t=1779999001", ("fail", "signature"))
    put("tag-added", "a tag was added to the signature", b"; s=sel", b"; foo=; s=sel")
    put("tag-h", "a name was taken out of h=", b":message-id", b"")
    put("tag-c", "c= was changed", b"relaxed/relaxed", b"simple/relaxed")
    put("tag-order", "two tags changed places", b"d=example.com; s=sel", b"s=sel; d=example.com")
    other = signer.sign(FIELDS, b"other\r\n", RSA)
    hashes = [field.split(b"bh=")[1].split(b";")[0] for field in (GOOD, other)]
    tampered.add("bh-replaced", "body and bh= were replaced together: b= does not fit", "6376 §3.7",
                 [("fail", "signature")],
                 GOOD.replace(*hashes) + b"".join(FIELDS) + b"\r\nother\r\n", KEYS)
    both = GOOD.replace(b"t=1779999000", b"t=1779999001")
    tampered.add("both-hashes", "neither the body nor the signature fits", "6376 §6.1.3", ["fail"],
                 both + b"".join(FIELDS) + b"\r\nother\r\n", KEYS)
    b_refolded = signer.sign(FIELDS, BODY, RSA, c="simple/simple", b_text=lambda data: signer.base64_text(data))
    value = b_refolded.split(b"\tb=")[1].rstrip(b"\r\n")
    put("b-refolded-simple", "b= was folded anew: its value is no part of what is signed", value,
        value[:100] + b"\r\n  " + value[100:], "pass", b_refolded)


def no_signature():
    for name, shows, message in [
        ("none", "a message without DKIM-Signature", REST),
        ("none-empty", "an empty message", b""),
        ("none-crlf", "a message of one CRLF", b"\r\n"),
        ("none-in-body", "DKIM-Signature in the body only", b"".join(FIELDS) + b"\r\n" + GOOD + BODY),
        ("none-other-fields", "fields whose names only resemble DKIM-Signature", b"".join(
            prefix + b"v=1; a=rsa-sha256\r\n" for prefix in (b"DKIM-Signatures: ", b"X-DKIM-Signature: ",
                                                             b"DKIM-Signatur: ", b"DomainKey-Signature: ",
                                                             b"ARC-Message-Signature: ", b"DKIM_Signature: ")) + REST),
        ("none-continuation", "DKIM-Signature in a continuation line",
         b"X-Odd: one\r\n DKIM-Signature: v=1\r\n" + REST),
    ]:
        words.add(name, f"{shows}: no result", "7601 §2.7.1", [], message, queries=0)


def build():
    for part in (several, limited, changed, white_space, signature_itself, no_signature):
        part()
    return [many, tampered, words]
