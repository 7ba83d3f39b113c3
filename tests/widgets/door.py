"""How tests knock at the widget's door."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tenants.models import Tenant
from tests.world import Company
from widgets import tokens

SITE = "https://www.acme.com"


class Door:
    """A company's widget API, called as from a site."""

    def __init__(self, company: Company | Tenant, *, token: str | None = None, origin: str | None = SITE) -> None:
        self.tenant = company if isinstance(company, Tenant) else company.tenant
        self.row, issued = tokens.issue(tenant=self.tenant, label="Website")
        self.token = issued if token is None else token
        self.origin = origin
        self.client = Client(raise_request_exception=False)

    def url(self, path: str) -> str:
        return f"/api/widgets/{self.tenant.pk}/{path}"

    def headers(self, **more: str) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if self.origin is not None:
            headers["Origin"] = self.origin
        return headers | more

    def get(self, path: str, query: dict[str, str] | None = None, **headers: str) -> HttpResponse:
        return self.client.get(self.url(path), query or {}, headers=self.headers(**headers))

    def post(self, path: str, body: Any, content_type: str = "application/json", **headers: str) -> HttpResponse:
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(self.url(path), data, content_type=content_type, headers=self.headers(**headers))


def code_of(response: HttpResponse) -> tuple[int, str]:
    """Status and code of an error; whatever else came fails here, with its body."""
    body = json.loads(response.content)
    assert body["success"] is False, body
    assert set(body["error"]) <= {"code", "message", "request_id", "fields", "help"}
    return response.status_code, body["error"]["code"]
