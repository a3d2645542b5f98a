"""RSA with Python integers: RFC 8017 §8.2 (PKCS#1 v1.5), no blinding, no care for timing."""
import hashlib
from dataclasses import dataclass

from . import der

DIGEST_INFO = {
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


@dataclass(frozen=True)
class RSAKey:
    modulus: int
    exponent: int
    factors: tuple = ()

    @property
    def size(self):
        return (self.modulus.bit_length() + 7) // 8

    def pkcs1(self):
        return der.sequence(der.integer(self.modulus), der.integer(self.exponent))

    def spki(self):
        return der.sequence(der.sequence(der.OID_RSA, der.NULL), der.bit_string(self.pkcs1()))

    def power(self, number):
        """number ** d mod n, by the Chinese remainder theorem."""
        p, q = self.factors
        at_p = pow(number, pow(self.exponent, -1, p - 1), p)
        at_q = pow(number, pow(self.exponent, -1, q - 1), q)
        return (at_q + q * ((at_p - at_q) * pow(q, -1, p) % p)) % self.modulus

    def sign_block(self, block):
        """Signs an encoded message that is already as long as the modulus."""
        return self.power(int.from_bytes(block, "big")).to_bytes(self.size, "big")

    def sign(self, octets, hash_name):
        return self.sign_block(pad(digest_info(octets, hash_name), self.size))

    def with_exponent(self, exponent):
        return RSAKey(self.modulus, exponent, self.factors)


def digest_info(octets, hash_name):
    return DIGEST_INFO[hash_name] + hashlib.new(hash_name, octets).digest()


def pad(info, size):
    """RFC 8017 §9.2 EMSA-PKCS1-v1_5."""
    return b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info


def private_key(text):
    """A PEM "RSA PRIVATE KEY" (RFC 8017 A.1.2)."""
    ((_, body),) = der.children(der.pem(text))
    numbers = [int.from_bytes(content, "big") for _, content in der.children(body)]
    return RSAKey(numbers[1], numbers[2], (numbers[4], numbers[5]))


def public_key(text):
    """A PEM "PUBLIC KEY" of RSA."""
    ((_, spki),) = der.children(der.pem(text))
    (_, bits) = der.children(spki)[1]
    ((_, body),) = der.children(bits[1:])
    modulus, exponent = (int.from_bytes(content, "big") for _, content in der.children(body))
    return RSAKey(modulus, exponent)
