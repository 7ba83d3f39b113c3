"""What `manage.py check --deploy` says about the database."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004  (Django's word)
from django.db import DatabaseError

from tenants import policies


@register(Tags.security, deploy=True)
def row_security(**_: Any) -> list[CheckMessage]:
    """Whether the wall between tenants stands in the database too."""
    try:
        problem = policies.problem()
    except DatabaseError:
        return []  # it is away: readiness says so
    return [Warning(problem.what, hint=problem.how, id="tenants.W001")] if problem else []
