"""Lookups with `-Q`: both programs get the same lookup keys and take turns."""

import os
import subprocess
import time
from dataclasses import dataclass

from filters import OURS, THEIRS
from workspace import Failure
from rows import KEYS
from turns import in_turns

KEPT = f"{OURS}, with cache"
TIME_LIMIT = 600
# {kind: (text in the results of opendkim, correct text, reason)}
KNOWN = {}


@dataclass(frozen=True)
class Taker:
    name: str
    command: tuple


@dataclass(frozen=True)
class Result:
    """The result for a kind: {name of the program: lookups per second in each round}, or the reason of a failure."""
    kind: object
    questions: int
    rates: dict
    failure: str = ""


def takers(workspace, kind, found):
    fresh = workspace.write("fresh.conf", "DataSetCacheTTL 0\n")
    kept = workspace.write("kept.conf", "DataSetCacheTTL 30\n")
    ours = [Taker(OURS, (found[OURS], "-Q", "-x", fresh))]
    if kind.server:
        ours.append(Taker(KEPT, (found[OURS], "-Q", "-x", kept)))
    if kind.peer:
        ours.append(Taker(THEIRS, (found[THEIRS], "-Q")))
    return ours


def ask(workspace, stores, taker, kind, questions):
    """Seconds from start to end of the program; its results must be those that the rows give."""
    input_path, output_path = workspace.path / "questions", workspace.path / "answers"
    with open(input_path, "rb") as source, open(output_path, "wb") as sink:
        start = time.monotonic()
        try:
            done = subprocess.run(
                taker.command, stdin=source, stdout=sink, stderr=subprocess.PIPE, cwd=workspace.path, timeout=TIME_LIMIT,
                env={**os.environ, **stores.environment()})
        except subprocess.TimeoutExpired:
            raise Failure(f"{taker.name}: not finished within {TIME_LIMIT} s") from None
        wall = time.monotonic() - start
    words = done.stderr.decode(errors="replace").strip()
    if done.returncode != 0 or words:
        raise Failure(f"{taker.name}: exit status {done.returncode}: {words[-500:]}")
    answers = output_path.read_text(errors="replace").replace(f"{taker.name.split(',')[0]}: ", "").rstrip("\n") + "\n"
    if taker.name == THEIRS:
        for wrong, right, _ in KNOWN.get(kind.name, ()):
            answers = answers.replace(wrong, right)
    if answers != questions.answers:
        raise Failure(f"{taker.name}: {difference(answers, questions.answers)}")
    return wall


def difference(found, expected):
    found, expected = found.splitlines(), expected.splitlines()
    for number, (one, other) in enumerate(zip(found, expected), 1):
        if one != other:
            return f"line {number} of the results is {one[:100]}, expected {other[:100]}"
    return f"{len(found)} lines of results, expected {len(expected)}"


def measure(workspace, stores, kind, found, plan):
    """If one kind fails, the table shows the failure, and the other kinds are measured."""
    try:
        questions = stores.questions(kind, plan["quick"])
        workspace.write("questions", f"{stores.name(kind, KEYS)}\n{questions.text}")
        rates = in_turns(
            plan["rounds"], takers(workspace, kind, found),
            lambda taker: questions.count / ask(workspace, stores, taker, kind, questions), f"lookups, {kind.name}")
    except Failure as failure:
        return Result(kind, 0, {}, str(failure))
    return Result(kind, questions.count, rates)
