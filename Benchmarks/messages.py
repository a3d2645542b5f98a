"""Messages with fixed content, identical on every machine: 22 header fields and a body of one kind."""

import base64
import hashlib

SEED = "dkim benchmark messages"

SIZES = {"2k": 2_900, "50k": 51_000, "1m": 1_050_000, "25m": 26_200_000}
NAMES = ("2k_text", "50k_b64", "50k_text", "1m_text", "1m_b64", "1m_ws", "25m_b64")

WORDS = """the of and to in is you that it he was for on are as with his they at be this have from or one had by word
but not what all were we when your can said there use an each which she do how their if will up other about out many
then them these so some her would make like him into time has look two more write go see number no way could people
my than first water been call who oil its now find long down day did get come made may part delivery invoice meeting
schedule attached regards project deadline customer support update release""".split()


class Choices:
    """A sequence of small numbers from SHAKE-256, independent of the random number generator of any library."""

    def __init__(self, label):
        self.label, self.block, self.data, self.at = label, 0, b"", 0

    def below(self, limit):
        if self.at + 2 > len(self.data):
            seed = f"{SEED} {self.label} {self.block}".encode()
            self.data, self.at, self.block = hashlib.shake_256(seed).digest(65536), 0, self.block + 1
        value = int.from_bytes(self.data[self.at:self.at + 2], "big")
        self.at += 2
        return value % limit

    def word(self):
        return WORDS[self.below(len(WORDS))]

    def bytes_of(self, length):
        return hashlib.shake_256(f"{SEED} {self.label} octets".encode()).digest(length)

    def token(self, length):
        return "".join("0123456789abcdef"[self.below(16)] for _ in range(length))


def received(choices, number):
    return (f"Received: from mx{number}.sender.example (mx{number}.sender.example [192.0.2.{number}])\r\n"
            f"\tby in{number}.example.net (Postfix) with ESMTPS id {choices.token(12)}\r\n"
            f"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
            f"\tfor <list@example.net>; Mon, 03 Nov 2025 10:1{number}:27 +0100 (CET)\r\n")


def header(choices, kind):
    """22 fields, about 2 KB, like those of a mailing list message; they include the fourteen signed ones."""
    ids = [f"<{choices.token(16)}.{choices.token(8)}@mail.example.com>" for _ in range(5)]
    multipart = kind == "b64"
    content = (f'multipart/mixed;\r\n boundary="----=_Part_{choices.label}"' if multipart
               else 'text/plain; charset="utf-8"; format=flowed')
    return "".join((
        f"Return-Path: <bounce-{choices.token(12)}@lists.example.com>\r\n",
        received(choices, 1), received(choices, 2), received(choices, 3),
        "Authentication-Results: in1.example.net;\r\n\tspf=pass smtp.mailfrom=lists.example.com;\r\n"
        "\tiprev=pass policy.iprev=192.0.2.1\r\n",
        "Date: Mon, 3 Nov 2025 10:10:21 +0100\r\n",
        "From: \"Ada Example, Sales\" <ada.example@example.com>\r\n",
        "To: Developers of the thing <list@example.net>,\r\n Someone Else <someone.else@example.org>\r\n",
        "Cc: \"Third, Person\" <third.person@example.org>, fourth@example.org\r\n",
        "Reply-To: Developers of the thing <list@example.net>\r\n",
        f"Message-ID: {ids[0]}\r\n",
        f"In-Reply-To: {ids[1]}\r\n",
        f"References: {ids[2]}\r\n {ids[3]}\r\n {ids[1]}\r\n",
        "Subject: Re: [list] " + " ".join(choices.word() for _ in range(9)) + "\r\n",
        "MIME-Version: 1.0\r\n",
        f"Content-Type: {content}\r\n",
        f"Content-Transfer-Encoding: {'7bit' if multipart else '8bit'}\r\n",
        "List-Id: Developers of the thing <list.example.net>\r\n",
        "List-Unsubscribe: <https://lists.example.net/options/list>,\r\n"
        " <mailto:list-request@example.net?subject=unsubscribe>\r\n",
        "Precedence: list\r\n",
        "User-Agent: Mozilla Thunderbird 128.4\r\n",
        "X-Spam-Status: No, score=-2.1 required=5.0 tests=BAYES_00,RCVD_IN_DNSWL_LOW\r\n",
    ))


def text_body(choices, size):
    """Words in lines of at most 76 columns."""
    lines, line, total = [], "", 0
    while total < size:
        word = choices.word()
        if len(line) + 1 + len(word) > 76:
            lines.append(line)
            total += len(line) + 2
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n".join(lines) + "\r\n"


def base64_body(choices, size):
    """A multipart message with a short text and one attachment."""
    boundary = f"------=_Part_{choices.label}"
    start = (f"{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text_body(choices, 300)
             + f"{boundary}\r\nContent-Type: application/pdf; name=\"report.pdf\"\r\n"
             "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"report.pdf\"\r\n\r\n")
    end = f"{boundary}--\r\n"
    lines = max(1, (size - len(start) - len(end)) // 78)
    text = base64.b64encode(choices.bytes_of(lines * 57)).decode()
    return start + "".join(text[at:at + 76] + "\r\n" for at in range(0, len(text), 76)) + end


def space_body(choices, size):
    """Runs of spaces and tabs between words, spaces before line ends, blank lines in the middle and at the end."""
    blanks = (" ", "  ", "   ", "\t", " \t ", "     ", "\t\t", "  ")
    lines, total = [], 0
    while total < size:
        kind, line = choices.below(12), ""
        if kind > 0:
            line = "".join(choices.word() + blanks[choices.below(8)] for _ in range(6 + choices.below(8)))
            if kind % 2:
                line = line.rstrip()
            else:
                line += blanks[choices.below(8)] * (1 + choices.below(3))
        elif choices.below(2):
            line = blanks[choices.below(8)]
        lines.append(line)
        total += len(line) + 2
    return "\r\n".join(lines) + "\r\n \t\r\n\r\n  \r\n\r\n"


BODIES = {"text": text_body, "b64": base64_body, "ws": space_body}


def message(label, kind, size):
    choices = Choices(label)
    start = header(choices, kind) + "\r\n"
    return (start + BODIES[kind](choices, size - len(start))).encode()


def write_once(path, make):
    if not path.exists():
        partial = path.with_suffix(".partial")
        partial.write_bytes(make())
        partial.rename(path)


def make(directory, names=NAMES):
    directory.mkdir(parents=True, exist_ok=True)
    for name in names:
        size, kind = name.split("_")
        write_once(directory / f"{name}.eml", lambda: message(name, kind, SIZES[size]))


def make_batch(directory, count):
    """`count` messages of 2 to 40 KB, sizes evenly spread on a logarithmic scale, kinds in turn."""
    directory.mkdir(parents=True, exist_ok=True)
    choices = Choices("sizes")
    for number in range(count):
        size = int(2_300 * 17 ** (choices.below(10_000) / 10_000))
        kind = ("text", "b64", "text", "ws")[number % 4]
        write_once(directory / f"{number:05}.eml", lambda: message(f"batch{number}", kind, size))
