"""Addresses of the residents' files."""

from django.urls import path

from residents.views import file

app_name = "residents"
urlpatterns = [
    path("households/<int:pk>/", file.household, name="household"),
]
