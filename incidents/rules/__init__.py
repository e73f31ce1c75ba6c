"""The rules of incidents as pure modules: plain data in, a decision with its reason out.

Nothing here may import Django, the ORM, settings, Celery or read the time: callers pass the facts.
Every public function names its rule (`Source: R-nn`), listed with its origin in docs/rules.md.
"""
