"""What templates say about held replies."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from assistants.models import Review
from tenants.models import Membership, Role

register = template.Library()


@register.simple_tag(takes_context=True)
def held_for_review(context: Context) -> int:
    """How many replies wait for a decision by somebody like this member; one small query a page, none for agents."""
    request: Any = context.get("request")
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None or not membership.is_at_least(Role.MANAGER):
        return 0
    if not hasattr(request, "held_for_review"):
        request.held_for_review = Review.objects.for_tenant(membership.tenant_id).waiting().count()
    count: int = request.held_for_review
    return count
