"""The measurements as tables, with the targets."""

import statistics
import textwrap

import report
import tables
from filters import OURS, THEIRS, versions
from lookups import KEPT, KNOWN
from programs import output_of
from rows import COUNT, IN_A_LINE
from signing import AUTHORS, CONNECTIONS

# The smallest accepted ratio of dkim-milter's lookups per second to opendkim's, if opendkim has the kind.
RATE_BAR = 1.0
# The smallest accepted number of messages signed per second.
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
    head = ["", "lookups", OURS, "with cache", THEIRS, "ratio", "target", ""]
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
    head = ["", "messages/s", "p50 ms", "p99 ms", "CPU ms", "target", ""]
    return tables.table_of("signing with both tables in the store", head, lines), failures, missed


def words_on(failures):
    """The tables show that something failed; this text explains why."""
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
    text = (f"Every store has {COUNT} rows, except csl, which has {IN_A_LINE}, because `opendkim -Q` cannot read a "
            f"longer line. Both programs get the same file of lookup keys, one in ten of which does not exist, and "
            f"their results are compared with the rows. The time for the lookups includes the start of the program. "
            f"The column `{OURS}` and the ratio are measured with `DataSetCacheTTL 0`, so that each lookup queries the "
            f"server; the column \"with cache\" is measured with cached results. Signing is with Ed25519, "
            f"relaxed/relaxed, messages of 4 kB by {AUTHORS} authors over {CONNECTIONS} connections, and default "
            f"settings; each message was signed. Medians of {plan['rounds']} rounds in which programs and stores take "
            f"turns; ratios are medians of the ratios of the rounds.")
    head = f"{report.environment()}; other work kept {tables.busy_cores():.1f} cores busy before the run"
    differences = known()
    if differences:
        differences = "\n\nKnown differences in the results:\n" + differences
    return (f"{head}.\n{versions(found)}.\n" + textwrap.fill(f"{versions_of_stores()}.", 120) + "\n\n"
            + textwrap.fill(text, 120) + differences)
