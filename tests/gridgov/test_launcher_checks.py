"""`./run check` reports every check and fails when one fails."""

import sys

import pytest

from gridgov.launcher import checks
from gridgov.launcher.errors import LauncherError


def test_one_failing_check_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    well = checks.Check("well", (sys.executable, "-c", ""))
    ill = checks.Check("ill", (sys.executable, "-c", "raise SystemExit('core/a.py:1: wrong')"))
    monkeypatch.setattr(checks, "all_checks", lambda: [well, ill])
    assert checks.check(["well"]) == 0
    assert checks.check([]) == 1
    shown = capsys.readouterr().out
    assert "ok   well" in shown
    assert "FAIL ill" in shown
    assert "core/a.py:1: wrong" in shown
    assert "1 of 2 checks FAIL: ill" in shown


def test_an_unknown_check_is_named() -> None:
    with pytest.raises(LauncherError, match="dance"):
        checks.check(["dance"])


def test_the_checks_include_our_own_and_run_under_production_settings() -> None:
    known = {one.name: one for one in checks.all_checks()}
    assert set(checks.OWN_CHECKS) < set(known)
    assert known["deploy"].environment["GRIDGOV_ENV"] == "production"
