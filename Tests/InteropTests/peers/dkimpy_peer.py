#!/usr/bin/env python3
"""dkimpy, with requests on standard input; the frames are described in ../README.md.

`--check` only reports whether dkimpy and its Ed25519 library are installed.
"""

import base64
import struct
import sys

try:
    import dkim
    import nacl.signing  # dkimpy does without it until an Ed25519 signature comes
except ImportError as error:
    sys.exit(f"dkimpy: {error}")

ZONE = {}


def read_exactly(count):
    data = sys.stdin.buffer.read(count)
    if len(data) != count:
        sys.exit(0)
    return data


def read_frame():
    (count,) = struct.unpack(">I", read_exactly(4))
    return [read_exactly(struct.unpack(">I", read_exactly(4))[0]) for _ in range(count)]


def write_frame(parts):
    out = sys.stdout.buffer
    out.write(struct.pack(">I", len(parts)))
    for part in parts:
        out.write(struct.pack(">I", len(part)) + part)
    out.flush()


def look_up(name, timeout=5):
    return ZONE.get(name.rstrip(b".").lower())


def private_key(algorithm, pem):
    if algorithm != b"ed25519-sha256":
        return pem
    # dkimpy takes the seed in base64: the last 32 bytes of the PKCS#8 structure.
    der = base64.b64decode(b"".join(pem.strip().split(b"\n")[1:-1]))
    return base64.b64encode(der[-32:])


def verify(message):
    handle = dkim.DKIM(message)
    count = sum(1 for name, _ in handle.headers if name.lower() == b"dkim-signature")
    results = []
    for index in range(count):
        try:
            results.append(b"pass" if handle.verify(index, dnsfunc=look_up) else b"fail: it returned False")
        except dkim.DKIMException as error:
            results.append(b"fail: " + repr(error).encode())
    return results


def sign(request):
    algorithm = request[b"a"]
    names = request.get(b"h")
    field = dkim.DKIM(request[b"message"]).sign(
        request[b"s"], request[b"d"], private_key(algorithm, request[b"key"]), signature_algorithm=algorithm,
        identity=request.get(b"i"), canonicalize=tuple(request[b"c"].split(b"/")),
        include_headers=names.split(b":") if names else None, length=b"l" in request)
    return [field]


def answer(verb, arguments):
    if verb == b"key":
        ZONE[arguments[0].lower()] = arguments[1]
        return []
    if verb == b"verify":
        return verify(arguments[0])
    if verb == b"sign":
        return sign(dict(zip(arguments[::2], arguments[1::2])))
    raise ValueError(verb)


def main():
    while True:
        verb, *arguments = read_frame()
        try:
            write_frame([b"ok"] + answer(verb, arguments))
        except Exception as error:  # whatever happens inside dkimpy is a finding, not the end
            write_frame([b"error", repr(error).encode()])


if sys.argv[1:] != ["--check"]:
    main()
