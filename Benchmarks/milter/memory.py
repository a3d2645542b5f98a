"""Measures the memory of a milter with many idle connections, and over many messages."""

import statistics
import subprocess
import threading
import time
from dataclasses import dataclass

import direct
from workspace import Failure

CONNECTIONS = 20
SHARES = 20
IDLE_SECONDS = 5.0


@dataclass(frozen=True)
class Growth:
    name: str
    samples: tuple   # KB, after each share of the messages
    descriptors: tuple
    seconds: float

    @property
    def kb(self):
        """Growth from the second to the last tenth of the messages; in the first, the allocator fills its caches."""
        tenth = max(1, len(self.samples) // 10)
        before = self.samples[tenth:2 * tenth]
        return statistics.median(self.samples[-tenth:]) - statistics.median(before)


class Watch:
    """Records the largest resident memory until it ends."""

    def __init__(self, one):
        self.one, self.largest, self.over = one, 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.over.wait(0.05):
            self.largest = max(self.largest, self.one.memory())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def with_idle(one, files, idle):
    """The maximum in KB during five seconds with `idle` connections and load, each for signing and verifying."""
    with Watch(one) as watch:
        direct.run(one, "sign", [files["sign"]], CONNECTIONS, seconds=IDLE_SECONDS, idle=idle)
        direct.run(one, "verify", [files["verify"]], CONNECTIONS, seconds=IDLE_SECONDS, idle=idle)
    return watch.largest


def over_time(one, files, count):
    """Sends `count` messages; half of them are signed, half are verified."""
    samples, open_files, begin = [], [], time.monotonic()
    for _ in range(SHARES):
        mixed(one, files, count // SHARES)
        samples.append(one.memory())
        open_files.append(one.descriptors())
    return Growth(one.name, tuple(samples), tuple(open_files), time.monotonic() - begin)


def mixed(one, files, count):
    """Signs and verifies at the same time."""
    each = max(1, count // CONNECTIONS)
    failures = []

    def go(mode):
        try:
            direct.run(one, mode, [files[mode]], CONNECTIONS // 2, each=each)
        except (Failure, OSError, subprocess.SubprocessError) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=go, args=(mode,)) for mode in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failure(str(failures[0]))
