"""Vector files: a head for the reader of the test, then the message, octet for octet."""
from . import keys, signer
from .signer import base64_text, octets

NOW = 1780000000
FIELDS = [
    b"From: Alice <alice@example.com>\r\n",
    b"To: Bob <bob@example.net>\r\n",
    b"Subject: Lunch  on Friday\r\n",
    b"Date: Thu, 28 May 2026 20:10:00 +0000\r\n",
    b"Message-ID: <1@example.com>\r\n",
]
BODY = b"Hello Bob,\r\n\r\nlunch  on Friday? \r\n\r\nAlice\r\n"


def escaped(data):
    """Printable ASCII as it is; backslash, other octets, and spaces at either end as \\xHH."""
    text = "".join(chr(o) if 0x20 <= o < 0x7F and o != 0x5C else f"\\x{o:02X}" for o in data)
    inner = text.strip(" ")
    left = len(text) - len(text.lstrip(" ")) if inner else len(text)
    right = len(text) - left - len(inner)
    return "\\x20" * left + inner + "\\x20" * right


def record(key, prefix=None, data=None):
    """A key record. `prefix` is the text before p=, `data` the octets of p= where not the usual form."""
    is_rsa = hasattr(key, "modulus")
    prefix = prefix if prefix is not None else f"v=DKIM1; k={'rsa' if is_rsa else 'ed25519'}; "
    data = data if data is not None else key.spki() if is_rsa else key.public
    return f"{prefix}p={base64_text(data)}"


class Area:
    """The vectors of one area of the rules; the file names begin with `slug`."""

    def __init__(self, rule, slug=None):
        self.rule, self.slug = rule, slug or rule.replace(" ", "")
        self.files = {}

    def add(self, name, shows, rfc, expects, message, txt=(), errors=(), now=NOW, policy=None, queries=None,
            append=()):
        """`expects` are strings, or pairs of an expectation and a hint of its reason."""
        head = [f"shows: {shows}", f"rule: {self.rule}", f"rfc: {rfc}", f"now: {now}"]
        head += [f"txt: {owner} {escaped(octets(text))}" for owner, text in txt]
        head += [f"error: {owner} {error}" for owner, error in errors]
        head += [f"policy: {policy}"] if policy else []
        head += [f"queries: {queries}"] if queries is not None else []
        head += [f"append: {count} {escaped(piece)}" for count, piece in append]
        for expect in expects:
            words, reason = (expect, None) if isinstance(expect, str) else expect
            head += [f"expect: {words}"] + ([f"reason: {reason}"] if reason else [])
        path = f"verification/{self.slug}-{name}.vector"
        assert path not in self.files, path
        self.files[path] = octets("\n".join(head) + "\n--\n") + message

    def one(self, name, shows, rfc, expect, *, key="rsa2048", text=None, owner=None, error=None, fields=FIELDS,
            body=BODY, sent_fields=None, sent_body=None, place=0, gap=b"\r\n", now=NOW, policy=None, queries=None,
            append=(), **how):
        """One message with one signature. Key `text` may be a list; `sent_...` is what arrives after signing."""
        key = keys.load(key) if isinstance(key, str) else key
        if hasattr(key, "public"):
            how.setdefault("a", "ed25519-sha256")
        whole = body + b"".join(piece * count for count, piece in append)
        field = signer.sign(fields, whole, key, **how)
        sent = list(fields if sent_fields is None else sent_fields)
        sent.insert(place, field)
        message = b"".join(sent) + gap + (body if sent_body is None else sent_body)
        owner = owner or f"{how.get('s', 'sel')}._domainkey.{how.get('d', 'example.com')}".lower()
        texts = [record(key)] if text is None else [text] if isinstance(text, (str, bytes)) else text
        self.add(name, shows, rfc, [expect], message, [(owner, t) for t in texts] if error is None else (),
                 [(owner, error)] if error else (), now, policy, queries, append)

    def refused(self, name, shows, rfc, reason=None, expect="permerror", **how):
        """A signature field that does not parse: permerror, and no key is asked for."""
        self.one(name, shows, rfc, (expect, reason), queries=0, **how)
