"""The inside of the limited child: takes its limits, runs one task, answers JSON on standard output."""

from __future__ import annotations

import importlib
import json
import math
import os
import sys
from typing import Any

from casedesk.documents.child import ParseFailed

_ROOM = "casedesk.documents."


def main() -> None:
    """Reads the header line and the bytes from standard input, and answers once. Never raises."""
    answer = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not mix into the answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    header = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read(header["length"])
    said = json.dumps(_run(header, data))
    answer.write(said.encode("ascii"))
    answer.close()
    # The answer is out: skip the teardown of libraries that hostile bytes may have left in a bad state.
    os._exit(0)


def _run(header: dict[str, Any], data: bytes) -> dict[str, Any]:
    module, _, function = str(header["task"]).partition(":")
    task = getattr(importlib.import_module(_ROOM + module), function)
    limits = take_limits(header["memory_bytes"], header["seconds"])
    try:
        return {"ok": True, "limits": limits, "value": task(data)}
    except ParseFailed as failed:
        return _no(failed.code, failed.reason)
    except MemoryError:
        return _no("memory", "Reading it took more memory than one paper is given.")
    except RecursionError:
        return _no("bomb", "Its parts are nested too deep to be read.")
    except Exception:
        return _no("damaged", "It is damaged, or not what its name says.")


def _no(code: str, reason: str) -> dict[str, Any]:
    return {"ok": False, "code": code, "reason": reason}


def take_limits(memory_bytes: int, seconds: float) -> list[str]:
    """Lowers this process's limits as far as the system allows, and says which were taken."""
    try:
        import resource
    except ImportError:
        return []
    wanted = {
        "memory": ("RLIMIT_AS", memory_bytes),
        "cpu": ("RLIMIT_CPU", math.ceil(seconds)),
        "files": ("RLIMIT_FSIZE", 0),
        "core": ("RLIMIT_CORE", 0),
    }
    taken = []
    for name, (constant, value) in wanted.items():
        number = getattr(resource, constant, None)
        if number is None:
            continue
        try:
            _, hard = resource.getrlimit(number)
            ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
            # The soft processor limit ends the child with a signal of its own, the hard one like the memory killer.
            resource.setrlimit(
                number, (ceiling, ceiling + 1 if name == "cpu" and hard != ceiling else ceiling)
            )
        except (ValueError, OSError):
            continue
        taken.append(name)
    return taken
