"""What Celery wakes: one service call each, named errors that are worth another try."""

from celery import shared_task
from django.db import InterfaceError, OperationalError

from core.actor import SYSTEM
from residents.services import care_reminders, helping, matching, tags


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
