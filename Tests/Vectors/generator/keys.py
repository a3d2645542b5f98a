"""The fixed keys under keys/: the same keys give the same signatures."""
from functools import cache
from pathlib import Path

from . import ed25519, rsa

FOLDER = Path(__file__).resolve().parent.parent / "keys"


@cache
def load(name):
    text = (FOLDER / f"{name}.pem").read_text()
    if "BEGIN RSA PRIVATE KEY" in text:
        return rsa.private_key(text)
    if "BEGIN PUBLIC KEY" in text:
        return rsa.public_key(text)
    return ed25519.private_key(text)
