"""Turns of the measured programs, and the display of progress."""

import sys


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def in_turns(rounds, takers, measure, title):
    """{name: one result per round}; each round begins with another one."""
    results = {}
    for turn in range(rounds):
        first = turn % len(takers)
        for one in takers[first:] + takers[:first]:
            progress(f"{title}: round {turn + 1} of {rounds}, {one.name if one else 'no milter'}")
            results.setdefault(one and one.name, []).append(measure(one))
    return results
