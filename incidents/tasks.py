"""What Celery wakes: ids in, one service call, named errors that are worth another try."""

from celery import shared_task
from django.db import InterfaceError, OperationalError

from incidents.services.archiving import archive_all
from incidents.services.calendar_watch import calendar_warn
from incidents.services.reminders import remind_late
from incidents.services.sweep import sweep_for

SWEEP_SECONDS = 20


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3, expires=60)
def sweep_clocks() -> None:
    """Take every step that is due; what is left over comes with the next beat."""
    sweep_for(seconds=SWEEP_SECONDS)


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def archive_closed() -> None:
    """File away what can no longer be reopened."""
    archive_all()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3, expires=240)
def remind_of_late_tasks() -> None:
    """Remind once of tasks of joint sessions, and of meetings and plans, whose limit has passed."""
    remind_late()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def check_calendar() -> None:
    """Tell the grid office of years without holidays."""
    calendar_warn()
