"""Addresses of the REST interface to residents."""

from django.urls import path

from residents.api.visits import RouteView, VisitsView

urlpatterns = [
    path("residents/visits/", VisitsView.as_view(), name="api-visits"),
    path("residents/visits/route/", RouteView.as_view(), name="api-route"),
]
