"""Tables in Markdown that are readable on a terminal, too, and the places in Docs/Performance.md where they go."""

import os
import platform
from pathlib import Path

MEMORY_BAR_KB = 2048
BATCH_BAR = 0.5


def table(head, rows):
    cells = [head, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def verdict(value, bar):
    return "met" if value <= bar else "MISSED"


def microseconds(value):
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def speed_table(mode, rows, names):
    """rows: (label, canonicalization, algorithm, bar or None, {name: microseconds})"""
    others = [name for name in names if name not in ("floor", "dkim-bench")]
    lines = []
    for label, canonicalization, algorithm, bar, times in rows:
        base = times["floor"]
        ours = times.get("dkim-bench")

        def cell(name):
            return f"{microseconds(times[name])} ({times[name] / base:.1f}x)" if name in times else "-"

        lines.append([
            label, canonicalization, algorithm, microseconds(base),
            f"{microseconds(ours)} ({ours / base:.2f}x)" if ours else "-",
            f"{bar:.2f}" if bar else "-", verdict(ours / base, bar) if ours and bar else "-", *map(cell, others)])
    head = ["message", "c=", "a=", "floor", "dkim-bench", "target", "", *others]
    return f"### {mode}: microseconds of CPU per message (ratio to the floor)\n\n" + table(head, lines)


def memory_table(rows, names):
    """rows: (mode, label, canonicalization, {name: KB of growth})"""
    others = [name for name in names if name not in ("floor", "dkim-bench")]
    lines = []
    for mode, label, canonicalization, growth in rows:
        ours = growth.get("dkim-bench")
        cell = {name: f"{kb / 1024:.1f}" for name, kb in growth.items()}
        lines.append([
            mode, label, canonicalization, cell.get("floor", "-"), cell.get("dkim-bench", "-"),
            f"{MEMORY_BAR_KB / 1024:.1f}", verdict(ours, MEMORY_BAR_KB) if ours is not None else "-",
            *(cell.get(name, "-") for name in others)])
    head = ["", "message", "c=", "floor", "dkim-bench", "target", "", *others]
    return "### growth of peak memory after loading, MB\n\n" + table(head, lines)


def batch_table(rows, count, total_bytes):
    """rows: (name, wall, cpu), including libopendkim's if it was measured."""
    base = next((row for row in rows if row[0].startswith("libopendkim")), None)
    lines = []
    for name, wall, cpu in rows:
        line = [name, f"{wall:.3f}", f"{cpu:.3f}", "-", "-", "-", "-"]
        if base:
            line[3:5] = f"{wall / base[1]:.2f}", f"{cpu / base[2]:.2f}"
        if base and name == "dkimtool verify":
            line[5:] = f"{BATCH_BAR:.2f}", verdict(wall / base[1], BATCH_BAR)
        lines.append(line)
    head = ["", "wall s", "CPU s", "wall ratio", "CPU ratio", "target (wall)", ""]
    size = f"{total_bytes / 1e6:.1f} MB"
    title = f"### {count} signed messages of 2 to 40 KB ({size}), rsa-sha256 r/r, verified by one process"
    return title + "\n\n" + table(head, lines)


def environment():
    """Processor, cores, load, system."""
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = platform.system()
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {system}"


def machine(programs, rounds, seconds):
    versions = ", ".join(f"{one.name} ({one.version})" for one in programs)
    return (f"{environment()}.\n{versions}.\n"
            f"Medians of {rounds} rounds of {seconds:g} s each; the programs take turns.")


def write(path, text, maker="make bench"):
    """Puts the text between the two marks of `maker`; appends both to a file that does not have them."""
    begin, end = (f"<!-- table of `{maker}`: {word} -->" for word in ("begin", "end"))
    old = path.read_text() if path.exists() else "# Performance\n"
    block = f"{begin}\n{text}\n{end}"
    if begin in old and end in old:
        new = old[:old.index(begin)] + block + old[old.index(end) + len(end):]
    else:
        new = old.rstrip("\n") + "\n\n" + block + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(new)
