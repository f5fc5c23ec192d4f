"""`python -m benchmarks [--json] [--pairs N] [P1 ...]`: measures and prints one row per comparison."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module

from benchmarks.harness import Benchmark, CannotMeasure, Row, byte_compile, measure, table

# Each module has `benchmarks() -> list[Benchmark]`; it is imported only when its id is asked for.
REGISTRY = {
    "P1": "benchmarks.p1_start",
    "P2": "benchmarks.p2_list",
    "P3": "benchmarks.p3_paint",
    "P4": "benchmarks.p4_keys",
    "P5": "benchmarks.p4_keys",
    "P6": "benchmarks.p6_event",
    "P7": "benchmarks.p7_queue",
    "P7-sweep": "benchmarks.p7_sweep",
    "P9": "benchmarks.p9_rules",
    "P10": "benchmarks.p10_chain",
    "P11": "benchmarks.p11_due",
    "P12": "benchmarks.p3_paint",
    "P14": "benchmarks.p14_cipher",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 0 when every row was measured (met or not), 1 when one could not be, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "ids", nargs="*", metavar="ID", help=f"which to run, of {', '.join(REGISTRY)} (default: all)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document instead of the table")
    parser.add_argument(
        "--pairs", type=int, metavar="N", help="measured pairs per row, instead of each row's own"
    )
    chosen = parser.parse_args(argv)
    unknown = [name for name in chosen.ids if name not in REGISTRY]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(REGISTRY)}")
    byte_compile()
    rows: list[Row] = []
    failures: list[str] = []
    for benchmark in _chosen(chosen.ids or list(REGISTRY)):
        print(f"{benchmark.id} {benchmark.what} ...", file=sys.stderr, flush=True)
        try:
            rows.append(measure(benchmark, pairs=chosen.pairs))
        except CannotMeasure as error:
            failures.append(f"{benchmark.id} {benchmark.what}: {error}")
    if chosen.json:
        machine = {"python": platform.python_version(), "system": platform.system(), "cpus": os.cpu_count()}
        print(json.dumps({**machine, "rows": [asdict(row) for row in rows], "failures": failures}, indent=2))
    elif rows:
        print(table(rows))
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def _chosen(ids: Sequence[str]) -> list[Benchmark]:
    modules = dict.fromkeys(REGISTRY[name] for name in ids)
    return [benchmark for module in modules for benchmark in import_module(module).benchmarks()]


if __name__ == "__main__":
    sys.exit(main())
