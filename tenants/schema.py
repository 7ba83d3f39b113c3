"""How the API's own documentation speaks of our token."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class DashboardToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers its subclasses
    """The bearer token of the dashboard API: a person's, or a program's."""

    target_class = "tenants.authentication.DashboardAuthentication"
    name = "dashboardToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A person’s, from POST /api/auth/token, or an API token (ac_…) from Settings → API tokens.",
        }


class PageCookie(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers its subclasses
    """The session of a signed-in page."""

    target_class = "tenants.api.auth.PageAuthentication"
    name = "pageSession"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "autochat_session", "description": "A signed-in page."}
