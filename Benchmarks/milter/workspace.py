"""The environment of a run: a directory in memory, free ports, and processes that end with the run."""

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
DESCRIPTORS = 8192


class Failure(Exception):
    """Something that the run needs failed; the text describes it."""


def ended(process):
    """A text about how a process has ended; `None` if it is still running."""
    code = process.poll()
    if code is None:
        return None
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


class Workspace:
    """`with Workspace() as workspace:`. All processes started in it end with it."""

    def __enter__(self):
        # Postfix calls fsync for each message; on a disk, the benchmark would measure nothing but that.
        memory = Path("/dev/shm")
        parent = memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 512 << 20 else None
        self.path = Path(tempfile.mkdtemp(prefix="dkim-bench-", dir=parent))
        self.path.chmod(0o755)
        self.endings = contextlib.ExitStack()
        self.endings.callback(shutil.rmtree, self.path, ignore_errors=True)
        return self

    def __exit__(self, *_):
        self.endings.close()

    def folder(self, name, owner=None, mode=0o755):
        path = self.path / name
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        if owner:
            shutil.chown(path, owner)
        return path

    def write(self, name, text, mode=0o644):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=mode)
        path.chmod(mode)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text)
        return path

    def start(self, name, command):
        """Starts a process that writes to NAME.log. It is stopped with the workspace, and killed after five seconds."""
        log = open(self.path / f"{name}.log", "ab")
        process = subprocess.Popen(
            [str(one) for one in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=raise_limit)
        log.close()
        self.endings.callback(stop, process)
        return process

    def log(self, name):
        path = self.path / f"{name}.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""


def raise_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def stop(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def connect(address):
    """A socket connected to a path or to a port of 127.0.0.1."""
    if isinstance(address, int):
        one = socket.create_connection(("127.0.0.1", address), 10)
    else:
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(10)
        one.connect(str(address))
    return one


def wait_for(what, condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"not within {seconds} seconds: {what}")
        time.sleep(0.05)


def listens(address):
    try:
        connect(address).close()
        return True
    except OSError:
        return False


def family(pid):
    """The process and its descendants."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*"):
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def cpu_seconds(pid):
    """User and system time of the process, its threads (including ended ones) and its descendants."""
    total = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_kb(pid, field="VmRSS"):
    """VmRSS or VmHWM of the process and its descendants."""
    total = 0
    for one in family(pid):
        for line in Path(f"/proc/{one}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                total += int(line.split()[1])
    return total


def descriptors(pid):
    return sum(len(os.listdir(f"/proc/{one}/fd")) for one in family(pid))
