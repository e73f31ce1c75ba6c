"""Tasks that look after the whole installation."""

from celery import shared_task
from django.core.management import call_command
from django.db import InterfaceError, OperationalError

from organizations.services.looks import access_log_check, looks_watch


@shared_task
def check_trees() -> None:
    """Verify every tree nightly; damage is logged and fails the task."""
    call_command("check_tree")


@shared_task
def forget_sessions() -> None:
    """Delete sessions that have ended: an unfinished report may lie in them."""
    call_command("clearsessions")


@shared_task
def check_access_log() -> None:
    """Walk the access log's chain nightly: the head is logged, a break told to who guards it."""
    access_log_check()
    call_command("verify_audit")


@shared_task(autoretry_for=(OperationalError, InterfaceError), retry_backoff=True, max_retries=3)
def watch_looks() -> None:
    """Report unusual looking at personal data."""
    looks_watch()
