"""Addresses of reporting, tracking, working and looking at incidents."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
