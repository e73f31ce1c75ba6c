"""Addresses of signing in and out, the password, and the inbox."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from organizations import views

urlpatterns = [
    path("accounts/login/", views.LoginView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/password/", views.PasswordChangeView.as_view(), name="password_change"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.inbox_read, name="inbox-read"),
    path("inbox/<int:pk>/", views.inbox_open, name="inbox-open"),
]
