"""The fixed keys under keys/: the same keys give the same signatures."""
import re
from functools import cache
from pathlib import Path

from . import ed25519, rsa

FOLDER = Path(__file__).resolve().parent.parent / "keys"


@cache
def load(name):
    text = (FOLDER / f"{name}.pem").read_text()
    if "BEGIN RSA PRIVATE KEY" in text:
        return of_the_size_named(name, rsa.private_key(text))
    if "BEGIN PUBLIC KEY" in text:
        return of_the_size_named(name, rsa.public_key(text))
    return ed25519.private_key(text)


def of_the_size_named(name, key):
    """A key that is not what its file name says would make a vector that shows something else."""
    size = re.match(r"rsa(\d+)", name)
    assert not size or key.modulus.bit_length() == int(size[1]), name
    assert not name.endswith("-exponent3") or key.exponent == 3, name
    return key
