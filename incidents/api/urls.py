"""Addresses of the REST interface."""

from rest_framework.routers import SimpleRouter

from incidents.api.views import IncidentViewSet

router = SimpleRouter()
router.register("incidents", IncidentViewSet, basename="api-incidents")
urlpatterns = router.urls
