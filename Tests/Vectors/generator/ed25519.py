"""Ed25519 with Python integers: RFC 8032 §5.1, affine points, slow."""
import hashlib

from . import der

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
IDENTITY = (0, 1)


def add(a, b):
    product = D * a[0] * b[0] * a[1] * b[1]
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P)
    return x % P, y % P


def multiply(number, point):
    total = IDENTITY
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def recover_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return P - x if x & 1 != sign else x


def on_curve(point):
    x, y = point
    return (y * y - x * x - 1 - D * x * x * y * y) % P == 0


def order_8():
    """A point of order eight: what the large prime leaves of a point outside the prime subgroup."""
    for y in range(3, 100):
        point = (recover_x(y, 0), y)
        torsion = multiply(ORDER, point) if on_curve(point) else IDENTITY
        if multiply(4, torsion) != IDENTITY:
            return torsion


BASE_Y = 4 * pow(5, -1, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y)


def encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def reduced_hash(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER


class Ed25519Key:
    def __init__(self, seed):
        spread = hashlib.sha512(seed).digest()
        scalar = int.from_bytes(spread[:32], "little")
        self.scalar = (scalar & ((1 << 254) - 8)) | (1 << 254)
        self.prefix = spread[32:]
        self.public = encode(multiply(self.scalar, BASE))

    def sign_raw(self, octets, domain=b""):
        """PureEdDSA over `octets`; `domain` is the dom2 prefix of Ed25519ph and Ed25519ctx."""
        nonce = reduced_hash(domain, self.prefix, octets)
        commitment = encode(multiply(nonce, BASE))
        challenge = reduced_hash(domain, commitment, self.public, octets)
        return commitment + ((nonce + challenge * self.scalar) % ORDER).to_bytes(32, "little")

    def sign(self, octets, hash_name):
        """RFC 8463 §3: the digest is what PureEdDSA signs."""
        return self.sign_raw(hashlib.new(hash_name, octets).digest())

    def spki(self):
        return der.sequence(der.sequence(der.OID_ED25519), der.bit_string(self.public))


def private_key(text):
    """A PEM "PRIVATE KEY" (RFC 8410): the last 32 octets are the seed."""
    return Ed25519Key(der.pem(text)[-32:])
