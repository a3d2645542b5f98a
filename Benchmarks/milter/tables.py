"""Tables of the measurements, with the bars."""

import os
import statistics
import textwrap
import time
from pathlib import Path

import report
from filters import OURS, THEIRS, versions
from memory import CONNECTIONS

# (sessions, mode, socket): largest accepted ratio of our time per message to theirs
TIME_BAR = {(1, "sign", "tcp"): 1 / 8, (1, "verify", "tcp"): 1 / 8}
# smallest accepted ratio of our throughput to theirs
RATE_BAR = {(20, "sign", "tcp"): 3.5, (20, "verify", "tcp"): 4.0}
# largest accepted ratio of our CPU time to theirs
CPU_BAR = {"sign": 0.45, "verify": 0.3}
IDLE_BAR_KB = 64 * 1024
GROWTH_BAR_KB = 1024


def judged(value, bar, at_least=False):
    """(bar, verdict, 1 if missed)"""
    if bar is None:
        return "-", "-", 0
    holds = value >= bar if at_least else value <= bar
    return f"{bar:.3g}", "holds" if holds else "MISSES", int(not holds)


def ratio(results, value):
    """The ratio of ours to theirs, as the median of the rounds."""
    return statistics.median(value(ours) / value(theirs) for ours, theirs in zip(results[OURS], results[THEIRS]))


def median(results, name, value):
    return statistics.median(map(value, results[name])) if name in results else None


def milliseconds(one):
    return 1e3 * one.wall / one.messages


def rate(one):
    return one.messages / one.wall


def cpu(one):
    # The CPU clock of processes has 100 ticks per second.
    return 1e3 * max(one.cpu, 0.01) / one.messages


def table_of(title, head, lines):
    rows = [[str(cell) for cell in line] for line in lines]
    return f"### {title}\n\n" + report.table(head, rows)


def postfix(cells):
    """With Postfix: ms per message in one session, messages/s in 20 sessions, CPU time of the milter."""
    one, many, times = [], [], []
    missed = [0, 0, 0]
    head = ["", "socket", "no milter", OURS, THEIRS, "ratio", "bar", ""]
    for sessions, mode, kind, results in cells:
        value, at_least, bars = (milliseconds, False, TIME_BAR) if sessions == 1 else (rate, True, RATE_BAR)
        quotient = ratio(results, value)
        bar, word, miss = judged(quotient, bars.get((sessions, mode, kind)), at_least)
        digits = 2 if sessions == 1 else 0
        line = [mode, kind, *(f"{median(results, name, value):.{digits}f}" for name in (None, OURS, THEIRS)),
                f"{quotient:.3f}" if sessions == 1 else f"{quotient:.2f}", bar, word]
        (one if sessions == 1 else many).append(line)
        missed[0 if sessions == 1 else 1] += miss
        if sessions > 1:
            quotient = ratio(results, cpu)
            bar, word, miss = judged(quotient, CPU_BAR[mode])
            times.append([mode, kind, *(f"{median(results, name, cpu):.3f}" for name in (OURS, THEIRS)),
                          f"{quotient:.2f}", bar, word])
            missed[2] += miss
    return [
        (table_of("with Postfix, one session: milliseconds per message", head, one), missed[0]),
        (table_of("with Postfix, 20 sessions: messages per second", head, many), missed[1]),
        (table_of("with Postfix, 20 sessions: CPU milliseconds of the milter per message", head[:2] + head[3:],
                  times), missed[2]),
    ]


def direct(cells):
    """Without Postfix."""
    lines = []
    for connections, mode, kind, results in cells:
        for name in (OURS, THEIRS):
            lines.append([mode, kind, connections, name, f"{median(results, name, rate):.0f}",
                          f"{median(results, name, lambda one: one.p50):.2f}",
                          f"{median(results, name, lambda one: one.p99):.2f}", f"{median(results, name, cpu):.3f}"])
    head = ["", "socket", "connections", "milter", "messages/s", "p50 ms", "p99 ms", "CPU ms"]
    return table_of("without Postfix, with milter-load", head, lines), 0


def memory(results, idle, count):
    """Resident memory: (milter, idle or growth, KB or a description of how the milter ended)"""
    titles = {"idle": f"largest, {idle} idle connections and {CONNECTIONS} with load",
              "growth": f"growth over {count} messages, mixed"}
    limits = {"idle": IDLE_BAR_KB, "growth": GROWTH_BAR_KB}
    lines, missed = [], 0
    for name, what, value in results:
        bar, word, miss = "-", "-", 0
        if name == OURS:
            bar = f"{limits[what] / 1024:.0f}"
            _, word, miss = (bar, "MISSES", 1) if isinstance(value, str) else judged(value, limits[what])
        lines.append([titles[what], name, value if isinstance(value, str) else f"{value / 1024:.1f}", bar, word])
        missed += miss
    return table_of("resident memory, MB", ["", "milter", "MB", "bar", ""], lines), missed


def busy_cores(seconds=3.0):
    """The number of cores that are busy before the run."""
    def ticks():
        return [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]

    before = ticks()
    time.sleep(seconds)
    spent = [after - one for one, after in zip(before, ticks())]
    # The fourth and fifth field are idle time and waiting for disks.
    return os.cpu_count() * (1 - (spent[3] + spent[4]) / max(1, sum(spent)))


def machine(found, plan):
    text = (f"Both milters have the same opendkim.conf except for the socket, the same key (rsa-sha256, 2048 bits), "
            f"the same tables and the same message: 4 kB, 22 header fields. Postfix 3.7 keeps its queue in memory and "
            f"holds accepted messages, so that its own share is small; each session is kept for all its messages. Each "
            f"message was checked for the signature or the result. Keys come from unbound on the same host. Medians of "
            f"{plan['rounds']} rounds, milters interleaved; ratios are medians of the ratios of the rounds.")
    head = f"{report.environment()}; {busy_cores():.1f} cores busy with other work before the run"
    return f"{head}.\n{versions(found)}.\n\n" + textwrap.fill(text, 120)


def endurance(growth, largest, idle, count):
    """(description of one milter over many messages, number of missed bars)"""
    begun, done = growth.descriptors[0], growth.descriptors[-1]
    lines, missed = [f"{growth.name}: {count} messages in {growth.seconds:.0f} s"], 0
    for title, value, bar in (
        (f"largest, MB, {idle} idle connections and {CONNECTIONS} with load", largest / 1024, IDLE_BAR_KB / 1024),
        (f"growth over {count} messages, MB", growth.kb / 1024, GROWTH_BAR_KB / 1024),
        ("additional open files since the first share", done - begun, 0),
    ):
        text, word, miss = judged(value, bar)
        lines.append(f"  {title}: {value:.4g} (bar {text}: {word})")
        missed += miss
    lines.append("  MB after each share: " + " ".join(f"{kb / 1024:.1f}" for kb in growth.samples))
    return "\n".join(lines), missed
