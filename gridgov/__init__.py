"""Composition root: settings, URLs, Celery, and the pages that read across apps."""

from gridgov.celery import app as celery_app

__all__ = ["celery_app"]
