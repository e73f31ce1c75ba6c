"""Addresses of the pages that read across apps."""

from django.urls import URLPattern, path

from gridgov.screen import views

urlpatterns: list[URLPattern] = [
    path("screen/", views.screen, name="screen"),
]
