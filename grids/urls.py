"""Addresses of grids' own pages."""

from django.urls import path

from grids.views import qr, sheets

urlpatterns = [
    path("grids/qr/", sheets.sheets, name="qr-sheets"),
    path("grids/<slug:code>/qr/", qr.sheet, name="qr-sheet"),
    path("grids/<slug:code>/qr/issue/", qr.issue, name="qr-issue"),
    path("qr-codes/<int:pk>/rotate/", qr.rotate, name="qr-rotate"),
    path("qr-codes/<int:pk>/revoke/", qr.revoke, name="qr-revoke"),
]
