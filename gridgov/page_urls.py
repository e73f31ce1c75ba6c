"""Addresses of the pages that read across apps."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
