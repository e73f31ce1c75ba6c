"""Addresses of the residents' files."""

from django.urls import path

from residents.views import coverage, file, needs, visits

app_name = "residents"
urlpatterns = [
    path("households/<int:pk>/", file.household, name="household"),
    path("visits/today/", visits.today, name="route"),
    path("visits/<int:pk>/", visits.record, name="visit"),
    path("visits/coverage/", coverage.figures, name="coverage"),
    path("visits/households/", coverage.households, name="visit-households"),
    path("needs/", needs.needs, name="needs"),
    path("needs/<int:pk>/answer/", needs.answer, name="need-answer"),
]
