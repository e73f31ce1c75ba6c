"""Addresses of the REST interface."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from incidents.api.callbacks import CallbackViewSet
from incidents.api.figures import FigureCasesView, FiguresView
from incidents.api.forecast import ForecastView
from incidents.api.repeats import DuplicatesView, RepeatsView
from incidents.api.views import IncidentViewSet

router = SimpleRouter()
router.register("incidents", IncidentViewSet, basename="api-incidents")
router.register("callbacks", CallbackViewSet, basename="api-callbacks")
urlpatterns = [
    path("repeats/", RepeatsView.as_view(), name="api-repeats"),
    path("incidents/<slug:number>/duplicates/", DuplicatesView.as_view(), name="api-duplicates"),
    path("incidents/forecast/", ForecastView.as_view(), name="api-forecast"),
    path("figures/", FiguresView.as_view(), name="api-figures"),
    path("figures/cases/", FigureCasesView.as_view(), name="api-figure-cases"),
    *router.urls,
]
