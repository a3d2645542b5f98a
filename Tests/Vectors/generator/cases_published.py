"""The signed messages that RFC 6376 and RFC 8463 print."""
import base64

from . import ed25519, keys, signer
from .vectors import Area

area = Area("published")
SENDER = """From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>
"""
BODY = """Hi.

We lost the game.%sAre you hungry yet?

Joe.
"""
RFC6376_KEY = ("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjx"
               "OCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6m"
               "cwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB")
A2_SIGNATURE = """DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
~c=simple/simple; q=dns/txt; i=joe@football.example.com;
~h=Received : From : To : Subject : Date : Message-ID;
~bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
~b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
^4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
^KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
^4bmp/YzhwvcubU4=;
"""
A2_RECEIVED = """Received: from client1.football.example.com  [192.0.2.1]
~by submitserver.example.com with SUBMISSION;
~Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
"""
A3_ABOVE = """X-Authentication-Results: shopping.example.net
  header.from=joe@football.example.com; dkim=pass
Received: from mout23.football.example.com (192.168.1.1)
  by shopping.example.net with SMTP;
  Fri, 11 Jul 2003 21:01:59 -0700 (PDT)
"""


def crlf(text):
    return text.replace("\n", "\r\n").encode()


def appendix_a(indent, deeper, gap, above=""):
    text = above + A2_SIGNATURE.replace("~", " " * indent).replace("^", " " * deeper) + A2_RECEIVED.replace(
        "~", " " * indent) + SENDER + "\n" + BODY % gap
    return crlf(text)


def rfc6376():
    key = [("brisbane._domainkey.example.com", f"v=DKIM1; p={RFC6376_KEY}")]
    add = lambda name, shows, section, expect, message: area.add(name, shows, section, [expect], message, key)
    add("rfc6376-a.2", "RFC 6376 A.2 as it was signed: folds of six spaces, one space after a sentence", "6376 §A.2",
        "pass", appendix_a(6, 6, " "))
    add("rfc6376-a.2-as-printed", "RFC 6376 A.2 as the RFC prints it: the layout changed what was signed", "6376 §A.2",
        ("fail", "body hash"), appendix_a(5, 5, "  "))
    add("rfc6376-a.3", "RFC 6376 A.3, fields added above, the rest as it was signed", "6376 §A.3", "pass",
        appendix_a(6, 6, " ", A3_ABOVE))
    add("rfc6376-a.3-as-printed", "RFC 6376 A.3 as the RFC prints it", "6376 §A.3", ("fail", "body hash"),
        appendix_a(2, 4, "  ", A3_ABOVE))


RAW = {
    "ed25519": (" v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n"
                " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : message-id : from : subject :"
                " date;\r\n bh={bh};\r\n b={b}"),
    "rsa": (" v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n"
            " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n date : message-id : from : subject : date;"
            "\r\n bh={bh};\r\n b={b}"),
}
PRINTED = {
    "ed25519": ["/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus", "Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="],
    "rsa": ["F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3", "DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGd"
            "aSGsgeefOsk2Jz", "dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8="],
}
SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
ED_PUBLIC = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
RSA_PUBLIC = ("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/"
              "J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLz"
              "BfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB")


def rfc8463():
    """The naive signer has to make the very signatures that the RFC prints."""
    ed_key, rsa_key = ed25519.Ed25519Key(base64.b64decode(SEED)), keys.load("rfc8463-rsa")
    assert signer.base64_text(ed_key.public) == ED_PUBLIC
    assert signer.base64_text(rsa_key.spki()) == RSA_PUBLIC
    fields = [line + b"\r\n" for line in crlf(SENDER).split(b"\r\n")[:-1]]
    body = crlf(BODY % "  ")
    made = {}
    for kind, key in (("ed25519", ed_key), ("rsa", rsa_key)):
        made[kind] = signer.sign(fields, body, key, a=f"{kind}-sha256", raw=RAW[kind],
                                 h="from:to:subject:date:message-id:from:subject:date",
                                 b_text=lambda data: "\r\n ".join(cut(signer.base64_text(data), kind)))
        assert made[kind].endswith("\r\n ".join(PRINTED[kind]).encode() + b"\r\n"), f"RFC 8463 {kind} signature differs"
    records = [("brisbane._domainkey.football.example.com", f"v=DKIM1; k=ed25519; p={ED_PUBLIC}"),
               ("test._domainkey.football.example.com", f"v=DKIM1; k=rsa; p={RSA_PUBLIC}")]
    rest = b"".join(fields) + b"\r\n" + body
    area.add("rfc8463-a.3", "RFC 8463 A.3, signed with Ed25519 and RSA", "8463 §A.3", ["pass", "pass"],
             made["ed25519"] + made["rsa"] + rest, records)
    area.add("rfc8463-a.3-blank-line", "RFC 8463 A.3 with the blank line that the text speaks of", "8463 §A.3",
             ["pass", "pass"], made["ed25519"] + made["rsa"] + rest + b"\r\n", records)
    area.add("rfc8463-a.3-ed25519-key-gone", "RFC 8463 A.3: either signature stands alone", "8463 §A",
             ["permerror", "pass"], made["ed25519"] + made["rsa"] + rest, records[1:])


def cut(text, kind):
    """Folds as the RFC does."""
    pieces = []
    for printed in PRINTED[kind]:
        pieces.append(text[: len(printed)])
        text = text[len(printed) :]
    return pieces + ([text] if text else [])


def build():
    rfc6376()
    rfc8463()
    return [area]
