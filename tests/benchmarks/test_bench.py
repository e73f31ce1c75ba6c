"""That every benchmark runs and reports; how fast is asserted nowhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

from gridgov.launcher.places import PROJECT
from tests.benchmarks.__main__ import NAMES

COLUMNS = ["name", "unit", "ours", "limit", "ratio", "p95", "detail"]


def test_every_benchmark_runs_at_the_smallest_scale() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--scale", "0.001", "--json"],
        cwd=PROJECT,
        env=dict(os.environ) | {"BENCH_QUICK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(dict.fromkeys(line["name"] for line in lines)) == list(NAMES)
    assert all(list(line) == COLUMNS and line["ours"] > 0 and line["limit"] > 0 for line in lines)


def test_the_peers_bench_says_what_it_lacks_without_a_network(own_data_dir: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "peers", "--scale", "0.001"],
        cwd=PROJECT,
        env=dict(os.environ) | {"DATA_DIR": str(own_data_dir), "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "a connection to the package index is needed once" in done.stderr
    assert "Traceback" not in done.stderr
