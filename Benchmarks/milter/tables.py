"""The measurements as tables, with the targets."""

import os
import statistics
import textwrap
import time
from pathlib import Path

import report
from filters import OURS, THEIRS, versions
from memory import CONNECTIONS

# (sessions, mode, socket): largest accepted ratio of dkim-milter's time for a session to opendkim's
TIME_BAR = {(1, "sign", "tcp"): 1 / 8, (1, "verify", "tcp"): 1 / 8}
# smallest accepted ratio of dkim-milter's throughput to opendkim's
RATE_BAR = {(20, "sign", "tcp"): 3.5, (20, "verify", "tcp"): 4.0}
# largest accepted ratio of dkim-milter's CPU time to opendkim's
CPU_BAR = {"sign": 0.45, "verify": 0.3}
IDLE_BAR_KB = 64 * 1024
GROWTH_BAR_KB = 1024


def judged(value, bar, at_least=False):
    """(bar, word, 1 if missed)"""
    if bar is None:
        return "-", "-", 0
    holds = value >= bar if at_least else value <= bar
    return f"{bar:.3g}", "met" if holds else "MISSED", int(not holds)


def ratio(results, value):
    """The ratio of dkim-milter to opendkim, the median of the rounds."""
    return statistics.median(value(ours) / value(theirs) for ours, theirs in zip(results[OURS], results[THEIRS]))


def median(results, name, value):
    return statistics.median(map(value, results[name])) if name in results else None


def milliseconds(one):
    return 1e3 * one.wall / one.messages


def rate(one):
    return one.messages / one.wall


def cpu(one):
    # The clock of processes ticks a hundred times a second.
    return 1e3 * max(one.cpu, 0.01) / one.messages


def table_of(title, head, lines):
    rows = [[str(cell) for cell in line] for line in lines]
    return f"### {title}\n\n" + report.table(head, rows)


def postfix(cells):
    """With Postfix: ms per message in one session, messages/s in twenty sessions, CPU time of the milter."""
    one, many, times = [], [], []
    missed = [0, 0, 0]
    head = ["", "socket", "no milter", OURS, THEIRS, "ratio", "target", ""]
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
        (table_of("with Postfix, 20 sessions: milliseconds of the milter's CPU time per message", head[:2] + head[3:],
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
    """Resident memory: (milter, idle or growth, KB or how the milter ended)"""
    titles = {"idle": f"maximum with {idle} idle and {CONNECTIONS} busy connections",
              "growth": f"growth over {count} messages, signed and verified"}
    limits = {"idle": IDLE_BAR_KB, "growth": GROWTH_BAR_KB}
    lines, missed = [], 0
    for name, what, value in results:
        bar, word, miss = "-", "-", 0
        if name == OURS:
            bar = f"{limits[what] / 1024:.0f}"
            _, word, miss = (bar, "MISSED", 1) if isinstance(value, str) else judged(value, limits[what])
        lines.append([titles[what], name, value if isinstance(value, str) else f"{value / 1024:.1f}", bar, word])
        missed += miss
    return table_of("resident memory, MB", ["", "milter", "MB", "target", ""], lines), missed


def busy_cores(seconds=3.0):
    """The number of cores that are busy before the run."""
    def ticks():
        return [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]

    before = ticks()
    time.sleep(seconds)
    spent = [after - one for one, after in zip(before, ticks())]
    # idle and waiting for disks are the fourth and the fifth
    return os.cpu_count() * (1 - (spent[3] + spent[4]) / max(1, sum(spent)))


def machine(found, plan):
    text = (f"Both milters have the same opendkim.conf except for the socket, the same key (rsa-sha256, 2048 bits), "
            f"the same tables and the same message: 4 kB, 22 header fields. Postfix 3.7 has its queue in memory and "
            f"keeps the messages it accepts in the hold queue, so that it takes little time itself; each session stays "
            f"open for all its messages. Each message was checked for the signature or the result. The milters look up "
            f"keys in an unbound on the same machine. Medians of {plan['rounds']} rounds in which the milters take "
            f"turns; ratios are medians of the ratios of the rounds.")
    head = f"{report.environment()}; other work kept {busy_cores():.1f} cores busy before the run"
    return f"{head}.\n{versions(found)}.\n\n" + textwrap.fill(text, 120)


def endurance(growth, largest, idle, count):
    """The results of one milter with many messages as text, and the number of missed targets."""
    begun, done = growth.descriptors[0], growth.descriptors[-1]
    lines, missed = [f"{growth.name}: {count} messages in {growth.seconds:.0f} s"], 0
    for title, value, bar in (
        (f"maximum, MB, with {idle} idle and {CONNECTIONS} busy connections", largest / 1024, IDLE_BAR_KB / 1024),
        (f"growth over {count} messages, MB", growth.kb / 1024, GROWTH_BAR_KB / 1024),
        ("growth of the number of open files after the first share", done - begun, 0),
    ):
        text, word, miss = judged(value, bar)
        lines.append(f"  {title}: {value:.4g} (target {text}: {word})")
        missed += miss
    lines.append("  MB after each share: " + " ".join(f"{kb / 1024:.1f}" for kb in growth.samples))
    return "\n".join(lines), missed
