"""Runs the measured programs in turns and shows the progress on a terminal."""

import sys


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def in_turns(rounds, takers, measure, title):
    """{name of the program: one result of each round}; each round begins with another program."""
    results = {}
    for turn in range(rounds):
        first = turn % len(takers)
        for one in takers[first:] + takers[:first]:
            progress(f"{title}: round {turn + 1} of {rounds}, {one.name if one else 'no milter'}")
            results.setdefault(one and one.name, []).append(measure(one))
    return results
