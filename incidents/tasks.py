"""What Celery wakes: ids in, one service call, named errors that are worth another try."""

from celery import shared_task
from django.db import InterfaceError, OperationalError

from incidents.services.archiving import archive_all
from incidents.services.calendar_watch import calendar_warn
from incidents.services.desk import drafts_forget
from incidents.services.figures import figures_keep_month
from incidents.services.imports import imports_forget, imports_work
from incidents.services.reminders import remind_late
from incidents.services.simulations import simulations_advance
from incidents.services.sweep import sweep_for
from incidents.services.visit_problems import problems_answer

SWEEP_SECONDS = 20
SIMULATION_SECONDS = 20
IMPORT_SECONDS = 60


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3, expires=60)
def sweep_clocks() -> None:
    """Take every step that is due; what is left over comes with the next beat."""
    sweep_for(seconds=SWEEP_SECONDS)


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3, expires=60)
def advance_simulations() -> None:
    """Work off simulations for a while, then make room for others and go on behind them."""
    if simulations_advance(seconds=SIMULATION_SECONDS):
        advance_simulations.delay()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3, expires=60)
def work_imports() -> None:
    """File waiting rows of imports; what is left over comes with the next beat."""
    imports_work(seconds=IMPORT_SECONDS)


@shared_task
def forget_entries() -> None:
    """Delete unfinished calls and refused rows that nobody has gone on with: they hold personal data."""
    drafts_forget()
    imports_forget()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def archive_closed() -> None:
    """File away what can no longer be reopened."""
    archive_all()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3, expires=240)
def remind_of_late_tasks() -> None:
    """Remind once of tasks of joint sessions, and of meetings and plans, whose limit has passed."""
    remind_late()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def keep_figures() -> None:
    """Write down the figures of the month that is over; only the first run of a month has anything to do."""
    figures_keep_month()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def check_calendar() -> None:
    """Tell the grid office of years without holidays."""
    calendar_warn()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3, expires=55)
def answer_problems() -> None:
    """Give the results of closed incidents back to the visits they came from."""
    problems_answer()
