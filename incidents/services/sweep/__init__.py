"""Taking the steps of clocks that are due: warnings, raising, supervision, closing for silence."""

from incidents.services.sweep.run import BATCH, SweepResult, sweep_due, sweep_for

__all__ = ["BATCH", "SweepResult", "sweep_due", "sweep_for"]
