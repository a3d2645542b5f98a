"""Tables of the measurements, with the bars."""

import statistics
import textwrap

import report
import tables
from filters import OURS, THEIRS, versions
from lookups import KEPT, KNOWN
from programs import output_of
from rows import COUNT, IN_A_LINE
from signing import AUTHORS, CONNECTIONS

# The smallest accepted ratio of our lookups per second to opendkim's, if it supports the kind.
RATE_BAR = 1.0
# The smallest accepted number of signed messages per second.
SIGNING_BAR = 2000
PACKAGES = ("postgresql", "mariadb-server", "slapd", "memcached", "redis-server", "erlang-base", "libdb5.3", "liblmdb0",
            "libsqlite3-0")


def number(values):
    return f"{statistics.median(values):.0f}" if values else "-"


def lookups(results):
    lines, failures, missed = [], [], 0
    for one in results:
        kind = one.kind
        rates = one.rates
        quotient, bar, word, miss = "-", "-", "-", 0
        if one.failure:
            failures.append((f"-Q, {kind.name}", one.failure))
            word, miss = "FAILS", 1
        elif kind.peer:
            value = statistics.median(ours / theirs for ours, theirs in zip(rates[OURS], rates[THEIRS]))
            quotient = f"{value:.2f}"
            bar, word, miss = tables.judged(value, RATE_BAR, at_least=True)
        lines.append([kind.name, one.questions, number(rates.get(OURS)), number(rates.get(KEPT)),
                      number(rates.get(THEIRS)), quotient, bar, word])
        missed += miss
    head = ["", "look-ups", OURS, "answers kept", THEIRS, "ratio", "bar", ""]
    return tables.table_of("-Q: lookups per second", head, lines), failures, missed


def signing(results):
    lines, failures, missed = [], [], 0
    for kind, rounds, failure in results:
        if not rounds:
            failures.append((f"signing, {kind.name}", failure))
            lines.append([kind.name, "-", "-", "-", "-", "-", "FAILS"])
            missed += 1
            continue
        rate = statistics.median(map(tables.rate, rounds))
        bar, word, miss = tables.judged(rate, SIGNING_BAR, at_least=True)
        columns = (lambda one: one.p50, lambda one: one.p99, tables.cpu)
        cells = (f"{statistics.median(map(value, rounds)):.2f}" for value in columns)
        lines.append([kind.name, f"{rate:.0f}", *cells, f"{SIGNING_BAR}", word])
        missed += miss
    head = ["", "messages/s", "p50 ms", "p99 ms", "CPU ms", "bar", ""]
    return tables.table_of("signing, both tables in the store", head, lines), failures, missed


def words_on(failures):
    """The reasons of the failures in the tables."""
    return "\n".join(f"- {title}: {' '.join(why.split())}" for title, why in failures)


def known():
    return "".join(f"\n- {kind}: {why}" for kind, known_ones in KNOWN.items() for _, _, why in known_ones)


def versions_of_stores():
    found = []
    for package in PACKAGES:
        version = output_of("dpkg-query", "-W", "-f", "${Version}", package)
        if version:
            found.append(f"{package} {version.rpartition(':')[2].partition('-')[0].partition('+')[0]}")
    return ", ".join(found)


def machine(found, plan):
    text = (f"Every store has {COUNT} rows, except csl with {IN_A_LINE}, because `opendkim -Q` cannot read longer "
            f"lines. Both programs get the same file of lookups, one in ten of them for a missing key, and their "
            f"results are compared with the rows. The rates include the start of the program. The ratio is for `{OURS}` with "
            f"`DataSetCacheTTL 0`, which queries the server each time; the column \"answers kept\" shows the rate with "
            f"cached results. Signing uses Ed25519, relaxed/relaxed, messages of 4 kB by {AUTHORS} authors over "
            f"{CONNECTIONS} connections, and default settings; each message was signed. "
            f"Medians of {plan['rounds']} rounds, programs and stores interleaved; ratios are medians of the ratios of "
            f"the rounds.")
    head = f"{report.environment()}; {tables.busy_cores():.1f} cores busy with other work before the run"
    differences = known()
    if differences:
        differences = "\n\nKnown differences of the results:\n" + differences
    return (f"{head}.\n{versions(found)}.\n" + textwrap.fill(f"{versions_of_stores()}.", 120) + "\n\n"
            + textwrap.fill(text, 120) + differences)
