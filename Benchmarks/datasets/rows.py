"""The rows of every store and the lookup keys, identical on every machine."""

import random

COUNT = 10_000
# opendkim -Q cannot read lines of more than 1023 bytes, and all rows of a csl: data set are in one line.
IN_A_LINE = 10
SENDERS, KEYS = "senders", "signingkeys"
# The columns of both tables; the first one is the lookup key.
COLUMNS = {KEYS: ("name", "domain", "selector", "keyfile"), SENDERS: ("sender", "keyname")}
FIELDS = len(COLUMNS[KEYS]) - 1
ABSENT = 10  # one in this many lookup keys does not exist
SEED = "dkim benchmark data sets"


def domain(number):
    return f"d{number:05}.example"


def key_name(number):
    return f"k{number:05}"


def address(number):
    return f"ada@{domain(number)}"


class Rows:
    """{table: [(lookup key, fields)]}; all rows have the same key file."""

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
    """The lookup keys for a data set, and the expected results."""

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
