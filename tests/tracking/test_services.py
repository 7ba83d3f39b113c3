"""D6: events of widgets are counted by day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests import factories
from tracking.models import WidgetEvent
from tracking.services import record_widget_event


def test_d06_each_tenant_day_and_event_has_its_count(acme, globex):
    for _ in range(2):
        record_widget_event(tenant_id=acme.tenant.pk, event="widget_loaded")
    record_widget_event(tenant_id=acme.tenant.pk, event="widget_opened")
    record_widget_event(tenant_id=globex.tenant.pk, event="widget_loaded")
    yesterday = timezone.now().date() - timedelta(days=1)
    WidgetEvent.objects.create(tenant=acme.tenant, day=yesterday, event="widget_loaded", count=7)
    record_widget_event(tenant_id=acme.tenant.pk, event="widget_loaded")
    rows = WidgetEvent.objects.for_tenant(acme.tenant).order_by("day", "event").values_list("event", "count")
    assert list(rows) == [("widget_loaded", 7), ("widget_loaded", 3), ("widget_opened", 1)]
    assert WidgetEvent.objects.for_tenant(globex.tenant).get().count == 1


def test_d06_counting_costs_one_statement(acme, django_assert_num_queries):
    record_widget_event(tenant_id=acme.tenant.pk, event="widget_loaded")
    with django_assert_num_queries(3):  # the statement in its savepoint
        record_widget_event(tenant_id=acme.tenant.pk, event="widget_loaded")


@pytest.mark.django_db(transaction=True)
def test_d06_many_at_once_lose_no_count():
    tenant = factories.make_tenant()

    def count(_):
        record_widget_event(tenant_id=tenant.pk, event="widget_loaded")
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))
    assert WidgetEvent.objects.get().count == 40
