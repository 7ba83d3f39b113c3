"""Every address of the house."""

from __future__ import annotations

from allauth.account.views import email as own_addresses
from django.contrib import admin
from django.db import transaction
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from autochat import errors, health, views

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("api/", include("widgets.api_urls")),  # first, for most calls are visitors'
    path("", RedirectView.as_view(pattern_name="conversations:inbox"), name="home"),
    path("", include("conversations.urls")),
    path("", include("conversations.contact_urls")),
    path("", include("tracking.urls")),
    path("", include("assistants.urls")),
    path("", include("assistants.review_urls")),
    path("", include("assistants.settings_urls")),
    path("", include("tracking.settings_urls")),
    path("", include("tracking.analytics_urls")),
    path("", include("widgets.urls")),
    path("", include("tenants.urls")),
    path("accounts/email/", transaction.atomic(own_addresses), name="account_email"),  # with its audit entry, or not
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("help", views.help_page, name="help"),
    path("api/", include("tenants.api_urls")),
    path("api/", include("conversations.api_urls")),
    path("api/", include("assistants.api_urls")),
    path("api/", include("tracking.api_urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs", views.api_docs, name="api-docs"),
    re_path(r"^api/", csrf_exempt(errors.not_found)),  # whatever the method: nothing here is 404, not a missing cookie
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
