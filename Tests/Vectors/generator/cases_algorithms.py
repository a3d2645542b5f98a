"""Algorithms and RSA keys."""
import hashlib

from . import der, keys, rsa
from .signer import base64_text
from .vectors import Area, record

area = Area("algorithms")
RSA = keys.load("rsa2048")


def allowed():
    area.one("rsa-sha256", "a=rsa-sha256 is verified", "8301 §3.1", "pass")
    area.one("ed25519-sha256", "a=ed25519-sha256 is verified", "8463 §5", "pass", key="ed25519")
    for size in (1024, 2048, 4096):
        area.one(f"rsa-{size}-bits", f"RSA key of {size} bits", "8301 §3.2", "pass", key=f"rsa{size}")
    area.one("rsa-exponent-3", "RSA key with exponent 3", "6376 §3.3.2", "pass", key="rsa2048-exponent3")
    area.one("rsa-8192-bits", "RSA key of 8192 bits", "8301 §3.2", "pass", key="rsa8192")


def not_implemented():
    area.one("rsa-sha1-refused", "rsa-sha1 is refused though the arithmetic is right", "8301 §3.1",
             "permerror also policy,fail", a="rsa-sha1")
    area.one("rsa-sha1-record-allows-it", "h=sha1 in the key record does not allow rsa-sha1", "8301 §3.1",
             "permerror also policy,fail", a="rsa-sha1", text=record(RSA, "v=DKIM1; h=sha1:sha256; "))
    area.refused("rsa-sha512-unknown", "a=rsa-sha512 is not implemented", "6376 §3.3.4", a="rsa-sha512")
    area.refused("dsa-sha256-unknown", "a=dsa-sha256 is not implemented", "6376 §3.3.4", replace={"a": "dsa-sha256"})
    area.refused("ed25519-sha1-unknown", "a=ed25519-sha1 does not exist", "6376 §3.3.4", key="ed25519",
                 a="ed25519-sha1")
    for name, text, why in [("without-hash", "ed25519", "a= without a hash"), ("no-hyphen", "rsasha256", "no hyphen"),
                            ("inner-space", "rsa -sha256", "white space before the hyphen"),
                            ("inner-space-after", "rsa- sha256", "white space after the hyphen"),
                            ("empty-key-type", "-sha256", "no key type"), ("empty-hash", "rsa-", "no hash"),
                            ("third-part", "rsa-sha256-x", "a third part")]:
        key = "ed25519" if text == "ed25519" else "rsa2048"
        area.refused(f"a-{name}", f"a= is not of the form k-h: {why}", "6376 §3.5", key=key, replace={"a": text})


def key_type():
    other = keys.load("ed25519")
    area.one("a-rsa-record-ed25519", "a=rsa-sha256 with an Ed25519 key record", "6376 §6.1.2", "permerror",
             text=record(other))
    area.one("a-ed25519-record-rsa", "a=ed25519-sha256 with an RSA key record", "6376 §6.1.2", "permerror",
             key="ed25519", text=record(RSA))
    area.one("a-rsa-record-says-ed25519", "RSA signature and RSA key, but the record says k=ed25519", "6376 §6.1.2",
             "permerror", text=record(RSA, "v=DKIM1; k=ed25519; "))


def key_size():
    for size in (512, 768, 1023):
        area.one(f"rsa-{size}-bits-refused", f"RSA key of {size} bits is refused", "8301 §3.2",
                 ("policy also permerror,fail", "key"), key=f"rsa{size}")
    area.one("rsa-8193-bits-refused", "RSA key of 8193 bits is refused though it verifies", "6376 §3.3.3",
             "policy also permerror", key="rsa8193")
    big = keys.load("rsa9000.public")
    area.one("rsa-9000-bits-refused", "RSA key of 9000 bits is refused before its signature is looked at",
             "6376 §3.3.3", "policy also permerror", key=big, forge=lambda key, *_: b"\x5a" * key.size)


def odd_numbers():
    area.one("rsa-exponent-over-64-bits", "public exponent of 65 bits is refused though it verifies", "6376 §8.13",
             "policy also permerror", key=RSA.with_exponent(2**64 + 13))
    unusable = "permerror also fail"
    area.one("rsa-even-modulus", "an even modulus is no RSA key though the sum comes out", "6376 §6.1.2", unusable,
             key=even_key())
    area.one("rsa-exponent-1", "exponent 1: the signature is the padded digest itself", "6376 §6.1.2", unusable,
             key=RSA.with_exponent(1))
    area.one("rsa-exponent-0", "exponent 0", "6376 §6.1.2", unusable, key=RSA.with_exponent(0), forge=ones)
    area.one("rsa-modulus-0", "modulus 0", "6376 §6.1.2", unusable, key=rsa.RSAKey(0, 65537), forge=ones)
    area.one("rsa-modulus-1", "modulus 1", "6376 §6.1.2", "policy also permerror,fail", key=rsa.RSAKey(1, 65537),
             forge=ones)
    negative = der.sequence(der.tlv(2, (2**2047 + 1).to_bytes(256, "big")), der.integer(65537))
    area.one("rsa-modulus-negative", "a modulus that DER reads as negative", "6376 §6.1.2", unusable,
             text=record(RSA, data=negative))


def ones(key, data, hash_name):
    return b"\x01" * 256


def even_key():
    """2 * p * q is square-free, so signing and verifying are inverse all the same."""
    p, q = RSA.factors
    class Even(rsa.RSAKey):
        def power(self, number):
            return pow(number, pow(self.exponent, -1, (p - 1) * (q - 1)), self.modulus)
    return Even(2 * p * q, RSA.exponent)


def blocks():
    """Name, what it shows, and the 256 octets that come out of the public-key operation."""
    info = rsa.digest_info
    sha1 = lambda data: info(data, "sha1")
    good = lambda data: info(data, "sha256")
    yield "garbage-after", "octets after the DigestInfo", lambda d: rsa.pad(good(d), 200) + b"\xaa" * 56
    yield "short-padding", "zeros, then a block padded for 2040 bits", lambda d: b"\0" + rsa.pad(good(d), 255)
    yield "block-type-2", "block type 2", lambda d: b"\x00\x02" + rsa.pad(good(d), 256)[2:]
    yield "block-type-0", "block type 0", lambda d: b"\x00\x00" + rsa.pad(good(d), 256)[2:]
    yield "first-octet-1", "first octet 1, as far as the modulus allows", lambda d: b"\x01" + rsa.pad(good(d), 256)[1:]
    yield "padding-not-ff", "one padding octet is not FF", lambda d: rsa.pad(good(d), 256)[:9] + b"\xfe" + \
        rsa.pad(good(d), 256)[10:]
    yield "no-separator", "no zero between padding and DigestInfo", lambda d: rsa.pad(good(d), 256)[:204] + b"\xff" + \
        good(d)
    yield "bare-digest", "the digest alone, without DigestInfo", lambda d: rsa.pad(hashlib.sha256(d).digest(), 256)
    yield "digest-unpadded", "the digest alone, without any padding", lambda d: \
        hashlib.sha256(d).digest().rjust(256, b"\0")
    yield "sha1-inside", "a SHA-1 DigestInfo under a=rsa-sha256", lambda d: rsa.pad(sha1(d), 256)
    yield "wrong-oid", "SHA-256 digest under the name of SHA-512", lambda d: rsa.pad(
        rsa.DIGEST_INFO["sha512"] + hashlib.sha256(d).digest(), 256)
    yield "garbage-in-parameters", "octets hidden in the hash parameters", lambda d: rsa.pad(stuffed(d), 256)
    yield "double-hash", "the digest of the digest", lambda d: rsa.pad(good(hashlib.sha256(d).digest()), 256)


def stuffed(data):
    oid = rsa.DIGEST_INFO["sha256"][4:15]
    return der.sequence(der.sequence(oid, der.tlv(4, b"\xaa" * 64)), der.tlv(4, hashlib.sha256(data).digest()))


def forgeries():
    for name, shows, block in blocks():
        area.one(f"forged-{name}", f"PKCS#1 block with {shows}", "6376 §6.1.3", ("fail", "signature"),
                 forge=lambda key, data, _, block=block: key.sign_block(block(data)))
    area.one("forged-cube-root", "exponent 3: cube root of a block with room for garbage at its end", "6376 §6.1.3",
             ("fail", "signature"), key="rsa2048-exponent3", forge=cube_root)
    for number in (0, 1):
        area.one(f"b-is-{number}", f"b= is the number {number}", "6376 §6.1.3", "fail",
                 forge=lambda key, *_, number=number: number.to_bytes(key.size, "big"))
    area.one("b-is-n-minus-1", "b= is the modulus less one", "6376 §6.1.3", "fail",
             forge=lambda key, *_: (key.modulus - 1).to_bytes(key.size, "big"))
    area.one("b-is-n", "b= is the modulus", "6376 §6.1.3", "fail also permerror",
             forge=lambda key, *_: key.modulus.to_bytes(key.size, "big"))
    area.one("b-of-another-key", "signed with another key of the same size", "6376 §6.1.3", "fail",
             key="rsa2048-other", text=record(RSA))
    area.one("digestinfo-without-null", "DigestInfo without the NULL parameter", "8017 §9.2", "fail also pass",
             forge=lambda key, data, _: key.sign_block(rsa.pad(without_null(data), 256)))


def without_null(data):
    oid = rsa.DIGEST_INFO["sha256"][4:15]
    return der.sequence(der.sequence(oid), der.tlv(4, hashlib.sha256(data).digest()))


def cube_root(key, data, hash_name):
    """The smallest number whose cube begins with a short, right looking block."""
    start = b"\x00\x01" + b"\xff" * 8 + b"\x00" + rsa.digest_info(data, hash_name)
    target = int.from_bytes(start.ljust(256, b"\0"), "big")
    low, high = 0, 1 << 700
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < target else (low, middle)
    assert (low**3).to_bytes(256, "big").startswith(start)
    return low.to_bytes(key.size, "big")


def lengths():
    """Signatures of the right number in the wrong number of octets."""
    cut = [("one-octet-short", "b= lacks its last octet", lambda s: s[:-1]),
           ("one-octet-long", "b= has an octet after its end", lambda s: s + b"\0"),
           ("half", "b= is cut in half", lambda s: s[:128]),
           ("leading-zero-octet", "a zero octet before the signature", lambda s: b"\0" + s),
           ("twice", "the signature twice", lambda s: s + s)]
    for name, shows, change in cut:
        area.one(f"b-{name}", shows, "6376 §6.1.3", "fail also permerror",
                 b_text=lambda data, change=change: base64_text(change(data)))
    small = lambda s: s[0] == 0
    zero = search(small)
    area.one("b-first-octet-zero", "a signature whose first octet is zero", "6376 §3.3", "pass", t=zero)
    area.one("b-first-zero-octet-dropped", "a signature whose first octet, zero, was dropped", "6376 §6.1.3",
             "fail also permerror", t=zero, b_text=lambda data: base64_text(data[1:]))
    fits = lambda s: int.from_bytes(s, "big") + RSA.modulus < 1 << 2048
    area.one("b-plus-modulus", "the signature plus the modulus, in as many octets", "6376 §6.1.3",
             "fail also permerror", t=search(fits), b_text=lambda data: base64_text(
                 (int.from_bytes(data, "big") + RSA.modulus).to_bytes(256, "big")))


def search(wanted):
    """The first t= whose signature is as wanted."""
    from . import signer
    from .vectors import BODY, FIELDS
    for t in range(1779990000, 1779999000):
        seen = []
        keep = lambda data: seen.append(data) or ""
        signer.sign(FIELDS, BODY, RSA, t=t, b_text=keep)
        if wanted(seen[0]):
            return t


def build():
    for part in (allowed, not_implemented, key_type, key_size, odd_numbers, forgeries, lengths):
        part()
    return [area]
