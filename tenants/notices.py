"""Telling admins in time that a month's plan is running out, and when it has."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.db.models import Case, F, PositiveIntegerField, QuerySet, When
from django.template.loader import render_to_string
from django.urls import reverse

from tenants import mails
from tenants.models import UsagePeriod
from tenants.usage import this_month, usage

NEARLY: Final = 80  # percent of the plan


def due() -> QuerySet[UsagePeriod]:
    """This month's periods past a mark that nobody was told of: most of the plan, or all of it.

    What was told is kept as the mark's number of conversations, so that another plan has marks of its own.
    """
    limit = F("tenant__plan__conversations")
    nearly = limit * NEARLY / 100
    mark = Case(When(conversations__gte=limit, then=limit), default=nearly, output_field=PositiveIntegerField())
    periods = UsagePeriod.objects.filter(starts=this_month(), tenant__plan__conversations__gt=0)
    return periods.annotate(mark=mark).filter(conversations__gte=F("mark"), told_of__lt=F("mark"))


def tell(period_id: uuid.UUID) -> bool:
    """Write to the tenant's admins and owners, once a mark; claimed first, so that two workers don't write twice."""
    period = due().filter(pk=period_id).select_related("tenant__plan").first()
    if period is None:
        return False
    before, mark = period.told_of, period.mark  # type: ignore[attr-defined]  # the annotation above
    if not UsagePeriod.objects.filter(pk=period_id, told_of=before).update(told_of=mark):
        return False
    try:
        _tell(period)
    except OSError:
        UsagePeriod.objects.filter(pk=period_id, told_of=mark).update(told_of=before)
        raise
    return True


def _tell(period: UsagePeriod) -> None:
    used = usage(period.tenant)
    share = "All" if used.is_used_up else f"{used.percent} %"
    url = f"{settings.PUBLIC_URL}{reverse('tenants:usage')}"
    body = render_to_string("tenants/email/usage.txt", {"tenant": period.tenant, "usage": used, "url": url})
    subject = f"{share} of {period.tenant.name}’s conversations this month {'are' if used.is_used_up else 'is'} used"
    mails.tell_admins(period.tenant_id, subject=subject, body=body)
