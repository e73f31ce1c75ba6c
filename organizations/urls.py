"""Addresses of signing in and out, the password, and the inbox."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
