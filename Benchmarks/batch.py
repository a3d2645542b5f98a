"""Many messages through one process: `dkimtool verify` against libopendkim."""

import os
import statistics
import subprocess
import time

import messages
from programs import Failure, WORK, package_program, run

COUNT = 2000


def signed_files(floor, count):
    """Creates and signs the messages; returns their paths, relative to the working directory."""
    plain, target = WORK / "batch" / "plain", WORK / "batch" / "signed"
    target.mkdir(parents=True, exist_ok=True)
    messages.make_batch(plain, count)
    names = [f"{number:05}.eml" for number in range(count)]
    lines = [f"{plain / name}\t{target / name}\n" for name in names if not (target / name).exists()]
    if lines:
        run(floor, ["batch", "r/r", "rsa"], input="".join(lines).encode())
    return [f"batch/signed/{name}" for name in names]


def timed(command, names, log):
    """Wall and CPU seconds of a whole process, including its start and reading the files."""
    wall = time.monotonic()
    with open(log, "wb") as words, open(names or os.devnull, "rb") as text:
        process = subprocess.Popen(command, cwd=WORK, stdin=text, stdout=subprocess.DEVNULL, stderr=words)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - wall
    if process.returncode != 0:
        last = log.read_text(errors="replace").strip().splitlines()
        reason = last[-1] if last else f"exit status {process.returncode}"
        raise Failure(f"{os.path.basename(command[0])}, batch: {reason}")
    return wall, usage.ru_utime + usage.ru_stime


def contestants(found, directory, files):
    """(name, command, file for standard input) of each program found, and a message if dkimtool is missing."""
    result = []
    for program in found:
        if program.name == "libopendkim":
            names = WORK / "batch" / "names"
            names.write_text("".join(f"{one}\n" for one in files))
            result.append(("libopendkim, one process", [*program.command, "batch", "rsa"], names))
    tool, reason = package_program("dkimtool", directory)
    if tool:
        verify = [*tool.command, "verify", "--keys", "keys/records"]
        result.append(("dkimtool verify", [*verify, *files], None))
        result.append(("dkimtool verify --jobs 1", [*verify, "--jobs", "1", *files], None))
    return result, [] if tool else [f"dkimtool is not measured: {reason}"]


def measure(found, directory, count, rounds):
    """(rows of name, wall, cpu; bytes of all files; failures; missing)"""
    files = signed_files(found[0], count)
    total_bytes = sum((WORK / one).stat().st_size for one in files)
    entrants, missing = contestants(found, directory, files)
    times, failures = {}, {}
    for turn in range(rounds):
        first = turn % max(1, len(entrants))
        for name, command, names in entrants[first:] + entrants[:first]:
            if name in failures:
                continue
            try:
                times.setdefault(name, []).append(timed(command, names, WORK / "batch" / "words"))
            except Failure as failure:
                failures[name] = str(failure)
    rows = [(name, *(statistics.median(column) for column in zip(*times[name])))
            for name, _, _ in entrants if times.get(name) and name not in failures]
    return rows, total_bytes, list(failures.values()), missing
