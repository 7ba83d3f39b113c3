"""Conversations counted by day, so that Analytics looks back on months without reading them (`tracking.analytics`)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class CountingProgress(TenantOwned):
    """How far a tenant's conversations are counted: one row each, locked by whoever counts.

    Forwards: all that the event log tells up to `seq`. Backwards: what there was before, back to `back_to`, until
    `is_whole`. Days are days of `timezone`; where the tenant has another by now, all is counted anew.
    """

    seq = models.BigIntegerField()
    timezone = models.CharField(max_length=64)
    back_to = models.DateTimeField(help_text="Conversations that began since then are counted.")
    back_to_id = models.UUIDField(help_text="The first that is counted, of several that began at that moment.")
    is_whole = models.BooleanField(default=False)

    objects = TenantOwnedQuerySet["CountingProgress"].as_manager()

    class Meta:
        verbose_name_plural = "counting progress"
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_counting_progress_per_tenant")]


class CountedConversation(TenantOwned):
    """What one conversation adds to its day, as it was counted last. Its id is the conversation's.

    An id without a key: what was erased stays counted, and nothing here says who the visitor was.
    """

    started_at = models.DateTimeField()
    qualified = models.BooleanField()
    # Who of ours wrote last: an assistant, or a person or program of the team, by the name that stands on the message.
    kind = models.CharField(max_length=16, blank=True)
    who = models.CharField(max_length=36, blank=True)
    name = models.CharField(max_length=200, blank=True)
    assistant_seconds = models.IntegerField(null=True, help_text="From the beginning to an assistant's first reply.")
    person_seconds = models.IntegerField(null=True, help_text="From when a person was asked for to their first reply.")
    score = models.PositiveSmallIntegerField(null=True)
    cost_micros = models.BigIntegerField(help_text="Millionths of a US dollar, for all answers.")
    outcomes = models.JSONField(help_text="[[type, hundredths of the currency, currency], …], in order.")

    objects = TenantOwnedQuerySet["CountedConversation"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "started_at"], name="counted_by_time"),
            models.Index(
                fields=["tenant", "-started_at"],
                name="counted_by_person",
                condition=models.Q(person_seconds__isnull=False),
            ),
            models.Index(fields=["started_at"], name="counted_age"),
        ]


class CountedDay(TenantOwned):
    """The conversations that began on one day of the tenant's and in which the same one of ours wrote last.

    `alone`: an assistant replied and no person did. `hours` and the waits are counts by hour of the day and by slot of
    `tracking.analytics.waits`.
    """

    day = models.DateField()
    kind = models.CharField(max_length=16, blank=True)
    who = models.CharField(max_length=36, blank=True)
    name = models.CharField(max_length=200, blank=True)
    conversations = models.IntegerField()
    qualified = models.IntegerField()
    alone = models.IntegerField()
    by_person = models.IntegerField()
    rated = models.IntegerField()
    scores = models.IntegerField(help_text="The sum of their ratings.")
    cost_micros = models.BigIntegerField()
    hours = ArrayField(models.IntegerField())
    assistant_waits = ArrayField(models.IntegerField())
    person_waits = ArrayField(models.IntegerField())

    objects = TenantOwnedQuerySet["CountedDay"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "day", "kind", "who"], name="one_counted_day_per_tenant_and_who")
        ]
        indexes = [models.Index(fields=["day"], name="counted_day_age")]


class CountedOutcome(TenantOwned):
    """How many conversations of a day came to one kind of outcome, and what that was worth."""

    day = models.DateField()
    event_type = models.CharField(max_length=64)
    currency = models.CharField(max_length=3, blank=True)
    conversations = models.IntegerField()
    worth = models.BigIntegerField(help_text="Hundredths of the currency.")

    objects = TenantOwnedQuerySet["CountedOutcome"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "day", "event_type", "currency"], name="one_counted_outcome_per_day_and_currency"
            )
        ]
        indexes = [models.Index(fields=["day"], name="counted_outcome_age")]
