"""The rows of every store, and the lookups; the same on every machine."""

import random

COUNT = 10_000
# opendkim -Q cannot read lines of more than 1023 bytes, and all rows of a csl: are in one line.
IN_A_LINE = 10
SENDERS, KEYS = "senders", "signingkeys"
# The columns of both tables; the first one is the key.
COLUMNS = {KEYS: ("name", "domain", "selector", "keyfile"), SENDERS: ("sender", "keyname")}
FIELDS = len(COLUMNS[KEYS]) - 1
ABSENT = 10  # one of this number of lookups is for a missing key
SEED = "dkim benchmark data sets"


def domain(number):
    return f"d{number:05}.example"


def key_name(number):
    return f"k{number:05}"


def address(number):
    return f"ada@{domain(number)}"


class Rows:
    """{table: [(key, fields)]}; all signing keys are in the same file."""

    def __init__(self, key_file):
        self.key_file = str(key_file)
        self.tables = {
            KEYS: [(key_name(one), self.fields(one)) for one in range(COUNT)],
            SENDERS: [(domain(one), (key_name(one),)) for one in range(COUNT)],
        }
        self.patterns = [(f"*@{domain(one)}", self.fields(one)) for one in range(COUNT)]

    def fields(self, number):
        return domain(number), "sel", self.key_file


class Questions:
    """The lookups in a data set, and the expected results."""

    def __init__(self, rows, count, key=key_name, among=COUNT):
        choice = random.Random(SEED)
        self.count = count
        lines, answers = [], []
        for at in range(count):
            number = choice.randrange(among)
            if at % ABSENT == ABSENT - 1:
                lines.append(f"{key(number)}.absent/{FIELDS}\n")
                answers.append("dkimf_db_get(): record not found\n")
            else:
                lines.append(f"{key(number)}/{FIELDS}\n")
                answers += [f"'{field}'\n" for field in rows.fields(number)]
        self.text = "".join(lines)
        self.answers = "".join(answers)
