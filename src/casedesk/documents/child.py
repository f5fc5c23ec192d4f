"""Parsing of what strangers sent, in a child process that may not cost more than it was given.

The child is a fresh interpreter that imports only what its task needs, gets no environment of ours, reads the bytes
from standard input and answers JSON. Limits on memory, processor time, written files and core dumps are set where the
system has them; the wall clock ends it everywhere. `Limited.limits` says which were in force.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import IO, Any

from casedesk.documents.limits import PARSE_MEMORY_BYTES, PARSE_OUTPUT_BYTES, PARSE_SECONDS

_START = "import json,sys;sys.path[:]=json.loads(sys.argv[1]);from casedesk.documents.child_main import main;main()"
_KEPT_ENVIRONMENT = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class ParseFailed(ValueError):
    """The bytes could not be parsed within the limits.

    `code`: `bomb` (made to unpack to a monstrous size), `memory`, `timeout`, `output`, `too_many_pages` (honest but
    too large), `damaged`, `locked` (a password is needed), `crashed` (the parser itself fell over).
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limited:
    """What the child answered, and the limits that were in force: of `wall`, `memory`, `cpu`, `files`, `core`."""

    value: dict[str, Any]
    limits: tuple[str, ...]


def run_limited(
    task: str,
    data: bytes,
    *,
    seconds: float = PARSE_SECONDS,
    memory_bytes: int = PARSE_MEMORY_BYTES,
    max_output: int = PARSE_OUTPUT_BYTES,
) -> Limited:
    """Runs `task` (`module:function` under `casedesk.documents`, bytes to a JSON object) on `data` in a child.

    `memory_bytes` is address space beyond the data itself. The child is gone when this returns. Raises `ParseFailed`.
    """
    header = json.dumps(
        {"task": task, "length": len(data), "seconds": seconds, "memory_bytes": memory_bytes + 2 * len(data)}
    ).encode()
    command = [
        sys.executable,
        "-I",
        "-X",
        "utf8",
        "-c",
        _START,
        json.dumps([entry for entry in sys.path if entry]),
    ]
    environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    timed_out = threading.Event()

    def end() -> None:
        timed_out.set()
        child.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        answer = _talk(child, header + b"\n", data, max_output)
    finally:
        timer.cancel()
        child.kill()
        child.wait()
    if timed_out.is_set():
        raise ParseFailed("timeout", f"It could not be read within {seconds:g} seconds.")
    return _judge(answer, child.returncode, max_output)


def _talk(child: subprocess.Popen[bytes], header: bytes, data: bytes, max_output: int) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child was started without pipes")
    writer = threading.Thread(target=_feed, args=(child.stdin, header, data), daemon=True)
    writer.start()
    with child.stdout as out:
        answer = out.read(max_output + 1)
        if len(answer) <= max_output:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=5)
        else:
            child.kill()
    writer.join()
    return answer


def _feed(pipe: IO[bytes], header: bytes, data: bytes) -> None:
    with contextlib.suppress(OSError, ValueError), pipe:
        pipe.write(header)
        pipe.write(data)


def _judge(answer: bytes, returncode: int, max_output: int) -> Limited:
    if len(answer) > max_output:
        raise ParseFailed("output", f"Reading it gave more than {max_output:,} bytes.")
    try:
        said = json.loads(answer)
    except ValueError:
        raise _died(returncode) from None
    if not said["ok"]:
        raise ParseFailed(said["code"], said["reason"])
    return Limited(said["value"], ("wall", *said["limits"]))


def _died(returncode: int) -> ParseFailed:
    # A parser written in C meets the memory limit by aborting or trapping, the processor limit by SIGXCPU (24).
    if -returncode in (4, 5, 6, 9):
        return ParseFailed("memory", "Reading it took more memory than one paper is given.")
    if -returncode == 24:
        return ParseFailed("timeout", "Reading it took more processor time than one paper is given.")
    return ParseFailed("crashed", "The reader fell over on this file.")
