"""The keys of the benchmark, identical on every machine, so that instruction counts can be reproduced.

They are made from a fixed seed and written to the working directory; they protect nothing.
"""

import base64
import hashlib
import subprocess

SEED = b"dkim benchmark"


def stream(label, length):
    return hashlib.shake_256(SEED + b" " + label).digest(length)


def is_prime(n):
    for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % small == 0:
            return False
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in range(2, 26):
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def prime(label, bits, exponent):
    n = int.from_bytes(stream(label, bits // 8), "big") | 3 << (bits - 2) | 1
    while (n - 1) % exponent == 0 or not is_prime(n):
        n += 2
    return n


def der(tag, body):
    length = len(body)
    if length < 128:
        return bytes([tag, length]) + body
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def der_integer(n):
    return der(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def pem(label, body):
    text = base64.b64encode(body).decode()
    lines = [text[at:at + 64] for at in range(0, len(text), 64)]
    return f"-----BEGIN {label}-----\n" + "\n".join(lines) + f"\n-----END {label}-----\n"


def rsa_pem(bits=2048):
    e = 65537
    p, q = prime(b"p", bits // 2, e), prime(b"q", bits // 2, e)
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = (0, p * q, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    # PKCS#1 (RFC 8017 A.1.2): the only form that every program measured here can read.
    return pem("RSA PRIVATE KEY", der(0x30, b"".join(map(der_integer, numbers))))


def ed25519_pem():
    # PKCS#8 (RFC 8410)
    algorithm = der(0x30, bytes.fromhex("06032b6570"))
    return pem("PRIVATE KEY", der(0x30, der_integer(0) + algorithm + der(4, der(4, stream(b"ed25519", 32)))))


def public_bytes(path):
    command = ["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def make(directory):
    """Writes rsa2048.{pem,txt} and ed25519.{pem,txt}, and `records` with both as lines of NAME and TXT data."""
    directory.mkdir(parents=True, exist_ok=True)
    if (directory / "records").exists():
        return
    records = []
    pairs = (("rsa2048", rsa_pem(), "rsa", "sel"), ("ed25519", ed25519_pem(), "ed25519", "eds"))
    for name, text, kind, selector in pairs:
        path = directory / f"{name}.pem"
        path.touch(mode=0o600)
        path.write_text(text)
        public = public_bytes(path)
        value = base64.b64encode(public if kind == "rsa" else public[-32:]).decode()
        record = f"v=DKIM1; k={kind}; p={value}"
        (directory / f"{name}.txt").write_text(record + "\n")
        records.append(f"{selector}._domainkey.example.com {record}\n")
    (directory / "records").write_text("".join(records))
