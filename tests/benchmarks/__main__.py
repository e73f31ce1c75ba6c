"""`./run bench [names] [--scale S] [--json]`: what the code costs beside plain SQL that does the same."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module

import django
from rich.console import Console
from rich.table import Table

NAMES = (
    "sweep",
    "filing",
    "queue",
    "board",
    "dashboard",
    "search_incidents",
    "scope",
    "tree_insert",
    "import_residents",
)


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all, and print what was measured."""
    options = _options(arguments)
    # Settings as in production where the tests differ; a line of log per request would hide the table.
    os.environ.setdefault("REFERENCE_CACHE_SECONDS", "5")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    from tests.benchmarks.databases import template_for
    from tests.benchmarks.measure import Measured

    measure: Callable[[str], list[Measured]]
    found = []
    began = time.monotonic()
    if "peers" in options.names:
        return _peers(options)
    template = template_for(options.scale)
    print(f"data at scale {options.scale:g} ready in {time.monotonic() - began:.1f} s", file=sys.stderr)
    for name in options.names or NAMES:
        measure = import_module(f"tests.benchmarks.{name}").measure
        for one in measure(template):
            found.append(one)
            if options.json:
                print(json.dumps(one.as_data(), ensure_ascii=False), flush=True)
    if not options.json:
        _print(found)
    return 0


def _peers(options: argparse.Namespace) -> int:
    from tests.benchmarks.peers import PeersError, measure

    try:
        found = measure(options.scale)
    except PeersError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        for one in found:
            print(json.dumps(one.as_data(), ensure_ascii=False))
    else:
        _print(found)
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("names", nargs="*", choices=[*NAMES, "peers", []], help="default: all but peers")
    parser.add_argument("--scale", type=float, default=0.1, help="1 is a county-level city (default 0.1)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    options = parser.parse_args(arguments)
    if not 0 < options.scale <= 10:
        parser.error("--scale must be above 0 and at most 10")
    return options


def _print(found: list[object]) -> None:
    table = Table("name", "unit", "ours", "limit", "ratio", "p95", "detail")
    for one in found:
        table.add_row(*(str(value) for value in one.as_data().values()))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
