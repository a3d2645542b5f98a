"""Building, finding and running the measured programs."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import keys

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = ROOT / ".build" / "benchmarks"
UNSUPPORTED = 69  # EX_UNAVAILABLE: the program does not support the requested combination


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple
    version: str = ""


class Failure(Exception):
    """A program ended with an error; the text is the end of its output."""


def output_of(*command):
    """Standard output of a command; None if it fails or does not exist."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def compile_c(name, sources, package):
    """The path of the program, or the reason why it could not be built."""
    flags = output_of("pkg-config", "--cflags", "--libs", package)
    if flags is None:
        return None, f"pkg-config does not find {package}"
    target = WORK / "bin" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [os.environ.get("CC", "cc"), "-std=c11", "-O2", "-Wall", "-Wextra", "-D_DEFAULT_SOURCE"]
    command += ["-o", str(target)] + [str(HERE / one) for one in sources] + flags.split()
    if shutil.which(command[0]) is None:
        return None, f"the C compiler {command[0]} is missing"
    done = subprocess.run(command, text=True, capture_output=True)
    if done.returncode != 0:
        return None, "the build failed:\n" + done.stderr
    return str(target), None


def floor():
    path, reason = compile_c("floor", ["floor.c", "canonical.c", "bench.c"], "libcrypto")
    if path is None:
        sys.exit(f"the floor program is required: {reason} (Debian: libssl-dev, pkg-config)")
    return Program("floor", (path,), "OpenSSL " + (output_of(path, "version") or "?"))


def libopendkim():
    path, reason = compile_c("libopendkim", ["libopendkim.c", "bench.c"], "opendkim")
    if path is None:
        return None, f"{reason} (Debian: libopendkim-dev)"
    return Program("libopendkim", (path,), output_of(path, "version") or ""), None


def script(name, interpreters, file, hint):
    for interpreter in interpreters:
        path = shutil.which(interpreter)
        version = path and output_of(path, str(HERE / file), "version")
        if version:
            return Program(name, (path, str(HERE / file)), version), None
    return None, f"not installed ({hint})"


def swift_build(build):
    """Directory of the release programs; None without a Swift toolchain or if the build fails."""
    swift = ["swift", "build", "--package-path", str(HERE), "-c", "release"]
    if shutil.which("swift") is None:
        return None
    if build and subprocess.run(swift, stdout=sys.stderr).returncode != 0:
        return None
    path = output_of(*swift, "--show-bin-path")
    return Path(path) if path else None


def package_program(name, directory):
    path = directory / name if directory else None
    if path is None or not path.exists():
        return None, "no release build of it"
    version = (output_of("swift", "--version") or "").partition("Swift version ")[2].split(" ")[0]
    return Program(name, (str(path),), f"Swift {version}"), None


def find(build=True):
    """Programs in the order of the table, and a message for each missing one."""
    directory = swift_build(build)
    found, missing = [floor()], []
    for name, (program, reason) in (
        ("dkim-bench", package_program("dkim-bench", directory)),
        ("libopendkim", libopendkim()),
        ("dkimpy", script("dkimpy", (sys.executable, "/usr/bin/python3"), "dkimpy.py", "Debian: python3-dkim")),
        ("Mail::DKIM", script("Mail::DKIM", ("perl",), "maildkim.pl", "Debian: libmail-dkim-perl")),
    ):
        if program:
            found.append(program)
        else:
            missing.append(f"skipping {name}: {reason}")
    return found, missing


def run(program, arguments, count=None, **options):
    """Standard output; None if the program does not support the requested combination."""
    environment = {name: value for name, value in os.environ.items() if name != "DKIM_BENCH_COUNT"}
    if count:
        environment["DKIM_BENCH_COUNT"] = str(count)
    command = [*program.command, *map(str, arguments)]
    done = subprocess.run(command, cwd=WORK, env=environment, capture_output=True, **options)
    if done.returncode == UNSUPPORTED:
        return None
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise Failure(f"{program.name} {' '.join(map(str, arguments))}: "
                      + (words[-1] if words else f"exit status {done.returncode}"))
    return done.stdout


def measure(program, mode, path, combination, seconds):
    """The result line as a dictionary; None if the combination is not supported."""
    output = run(program, [mode, path, *combination, seconds])
    if output is None:
        return None
    try:
        result = json.loads(output)
        if result["n"] < 1 or result["cpu"] <= 0:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise Failure(f"{program.name}: not a result line: {output[:200]!r}") from None
    return result


def signed(floor_program, name, combination):
    """Path of the message signed by the floor program."""
    canonicalization, algorithm = combination
    path = WORK / "signed" / f"{name}.{canonicalization.replace('/', '')}.{algorithm}.eml"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(run(floor_program, ["emit", f"messages/{name}.eml", canonicalization, algorithm, 0]))
        partial.rename(path)
    return path.relative_to(WORK)


def prepare_work():
    """Prepares keys and a directory for messages; discards both if the code that makes them has changed."""
    made_by = ("keys.py", "messages.py", "canonical.c", "floor.c")
    version = hashlib.sha256(b"".join((HERE / one).read_bytes() for one in made_by)).hexdigest()
    stamp = WORK / "version"
    if not stamp.exists() or stamp.read_text() != version:
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        stamp.write_text(version)
    keys.make(WORK / "keys")
