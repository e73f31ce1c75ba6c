"""Addresses of reporting, tracking, working and looking at incidents; each area of pages lists its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("incidents.views.staff.urls")),
]
