"""As much ASN.1 DER and PEM as keys need."""
import base64


def tlv(tag, content):
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def sequence(*parts):
    return tlv(0x30, b"".join(parts))


def bit_string(content):
    return tlv(0x03, b"\0" + content)


NULL = b"\x05\x00"
OID_RSA = bytes.fromhex("06092a864886f70d010101")
OID_ED25519 = bytes.fromhex("06032b6570")
OID_EC = bytes.fromhex("06072a8648ce3d0201")
OID_P256 = bytes.fromhex("06082a8648ce3d030107")


def children(data):
    """The (tag, content) pairs that follow one another in `data`."""
    found = []
    while data:
        tag, size, at = data[0], data[1], 2
        if size & 0x80:
            at += size & 0x7F
            size = int.from_bytes(data[2:at], "big")
        found.append((tag, data[at : at + size]))
        data = data[at + size :]
    return found


def pem(text):
    lines = text.strip().splitlines()
    return base64.b64decode("".join(lines[1:-1]))
