"""Tasks that look after the whole installation."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def check_trees() -> None:
    """Verify every tree nightly; damage is logged and fails the task."""
    call_command("check_tree")


@shared_task
def forget_sessions() -> None:
    """Delete sessions that have ended: an unfinished report may lie in them."""
    call_command("clearsessions")
