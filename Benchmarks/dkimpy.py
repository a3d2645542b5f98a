"""The same work with dkimpy: same command line, key record from its dnsfunc, private key as text."""

import json
import os
import sys
import time

SIGNED = (b"from to cc subject date message-id reply-to in-reply-to references mime-version content-type "
          b"content-transfer-encoding list-id list-unsubscribe").split()


def peak_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def private_key(ed25519):
    text = read("keys/ed25519.pem" if ed25519 else "keys/rsa2048.pem")
    if not ed25519:
        return text
    # dkimpy expects the seed in base64: the last 32 bytes of the PKCS#8 structure.
    import base64
    der = base64.b64decode(b"".join(text.split(b"\n")[1:-2]))
    return base64.b64encode(der[-32:])


def signer(message, canonicalization, ed25519):
    key = private_key(ed25519)
    names = {"r": b"relaxed", "s": b"simple"}
    parts = tuple(names[one] for one in canonicalization.split("/"))

    def sign():
        handle = dkim.DKIM(message)
        return handle.sign(
            b"eds" if ed25519 else b"sel", b"example.com", key, canonicalize=parts, include_headers=SIGNED,
            signature_algorithm=b"ed25519-sha256" if ed25519 else b"rsa-sha256")

    return sign


def verifier(message, ed25519):
    record = read("keys/ed25519.txt" if ed25519 else "keys/rsa2048.txt").strip()

    def verify():
        if not dkim.DKIM(message).verify(dnsfunc=lambda name, timeout=5: record):
            sys.exit("dkimpy: the signature does not verify")

    return verify


def measure(work, seconds, base_kb):
    work()  # the first message includes lazy loading, so it is not measured
    count = int(os.environ.get("DKIM_BENCH_COUNT", "0"))
    n, cpu, wall = 0, time.process_time(), time.monotonic()
    while True:
        work()
        n += 1
        if n >= count if count else time.monotonic() - wall >= seconds:
            break
    result = {"n": n, "cpu": round(time.process_time() - cpu, 6), "wall": round(time.monotonic() - wall, 6),
              "rss_kb": peak_kb(), "base_kb": base_kb}
    print(json.dumps(result, separators=(",", ":")))


def main():
    mode, path, canonicalization, algorithm, seconds = sys.argv[1:]
    message, ed25519 = read(path), algorithm == "ed"
    if mode == "verify":
        work = verifier(message, ed25519)
    else:
        work = signer(message, canonicalization, ed25519)
    if mode == "emit":
        sys.stdout.buffer.write(work() + message)
    else:
        measure(work, float(seconds), peak_kb())


try:
    import dkim
except ImportError as error:
    print(f"dkimpy: {error}", file=sys.stderr)
    sys.exit(69)
if sys.argv[1:] == ["version"]:
    from importlib.metadata import version
    print(version("dkimpy"))
else:
    main()
