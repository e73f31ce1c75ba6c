"""Where every address leads; each app owns the pages below its own patterns."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core import health
from core.metrics import metrics

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", include("organizations.urls")),
    path("", include("grids.urls")),
    path("residents/", include("residents.urls")),
    path("", include("incidents.urls")),
    path("", include("gridgov.page_urls")),
    path("api/", include("incidents.api.urls")),
    path("api/", include("residents.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("admin/", admin.site.urls),
]

handler400 = "gridgov.error_pages.bad_request"
handler403 = "gridgov.error_pages.denied"
handler404 = "gridgov.error_pages.missing"
handler500 = "gridgov.error_pages.broken"
