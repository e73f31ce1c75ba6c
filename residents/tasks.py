"""What Celery wakes: ids in, one service call, named errors that are worth another try."""

from celery import shared_task
from django.db import InterfaceError, OperationalError

from core.actor import SYSTEM
from residents.services import care_reminders, helping, matching, tags
from residents.services.import_work import imports_work
from residents.services.imports import imports_forget
from residents.services.retention import retention_apply

# Short, so that several imports never hold every worker while limits run out.
IMPORT_SECONDS = 15


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def find_mismatches() -> None:
    """Compare dwellings and people of the whole city."""
    matching.find_mismatches()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def close_care() -> None:
    """End tags that have run out and help for who is gone, then tell of reviews that are due."""
    tags.tags_close(actor=SYSTEM)
    helping.help_close(actor=SYSTEM)
    care_reminders.reviews_remind()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3, expires=60)
def work_people_imports() -> None:
    """Work off imports of people for a while, then make room for others and go on behind them."""
    if imports_work(seconds=IMPORT_SECONDS):
        work_people_imports.delay()


@shared_task
def forget_people_imports() -> None:
    """Forget tables nobody went on with, and what was refused or replaced a month ago."""
    imports_forget()


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def apply_retention() -> None:
    """Anonymise files whose time is over; what a run leaves, the next one does."""
    retention_apply()
