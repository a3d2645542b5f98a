"""The signed messages that RFCs print."""
import re
from pathlib import Path

from . import ed25519, signer
from .vectors import Area

area = Area("published")
