"""What Celery wakes: one service call each, named errors that are worth another try."""

from celery import shared_task
from django.db import InterfaceError, OperationalError

from residents.services import matching


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def find_mismatches() -> None:
    """Compare dwellings and people of the whole city."""
    matching.find_mismatches()
