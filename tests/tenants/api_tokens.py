"""A company's API tokens in tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tenants import api_tokens
from tenants.models import ApiToken, Role
from tests.world import Company


def issue(
    company: Company, role: Role | str = Role.ADMIN, label: str = "CRM sync", lifetime: timedelta | None = None
) -> tuple[ApiToken, dict[str, Any]]:
    """A token that the company's owner issues, and the header with which a program calls the dashboard API by it."""
    row, token = api_tokens.issue(by=company.owner, label=label, role=Role(role), lifetime=lifetime)
    return row, {"Authorization": f"Bearer {token}"}
