"""Addresses of the REST interface."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from incidents.api.forecast import ForecastView
from incidents.api.views import IncidentViewSet

router = SimpleRouter()
router.register("incidents", IncidentViewSet, basename="api-incidents")
urlpatterns = [
    path("incidents/forecast/", ForecastView.as_view(), name="api-forecast"),
    *router.urls,
]
