"""Addresses of reporting, tracking, working and looking at incidents; each area of pages lists its own."""

from django.urls import include, path, re_path

from incidents.views import photos

urlpatterns = [
    path("", include("incidents.views.public.urls")),
    path("", include("incidents.views.staff.urls")),
    re_path(r"^photos/(?P<pk>\d{1,18})/(?P<size>thumb|full)/$", photos.photo, name="photo"),
]
