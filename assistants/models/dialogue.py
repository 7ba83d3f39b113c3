"""Saved dialogues: what a visitor says, what must come of it, and what came of it each time it was run."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from assistants.models.assistant import Assistant
from tenants.ownership import TenantOwned, TenantOwnedQuerySet


class DialogueQuerySet(TenantOwnedQuerySet["Dialogue"]):
    """The words that lists of dialogues are made of."""

    def in_order(self) -> Self:
        return self.order_by("name", "id")


class Dialogue(TenantOwned):
    """What a visitor says, turn by turn, and what must hold of each reply.

    `turns` is a list of `{says, was, checks: [{kind, value}]}`; `was` is what was said when it was taken from a real
    conversation. With `routed` a new visitor's way is taken: rules and stars decide who answers.
    """

    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="dialogues", db_constraint=False)
    name = models.CharField(max_length=120)
    routed = models.BooleanField(default=False)
    turns = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = DialogueQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="dialogue_within_tenant")]

    def __str__(self) -> str:
        return self.name


class DialogueWatch(TenantOwned):
    """What an assistant's dialogues were last run with, and what was seen since; and whether they hold up publishing.

    `ran` and `seen` say of each thing that decides about replies in which state it was.
    """

    assistant = models.OneToOneField(Assistant, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    blocks_publishing = models.BooleanField(default=False)
    ran = models.JSONField(default=dict, blank=True)
    seen = models.JSONField(default=dict, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = TenantOwnedQuerySet["DialogueWatch"].as_manager()


class DialogueRunQuerySet(TenantOwnedQuerySet["DialogueRun"]):
    """The words that lists of runs are made of."""

    def in_order(self) -> Self:
        return self.order_by("-created_at", "-id")

    def unfinished(self) -> Self:
        return self.filter(state__in=(DialogueRun.State.WAITING, DialogueRun.State.RUNNING))

    def held(self, now: datetime) -> Self:
        """Those that some worker has in its hands."""
        return self.filter(state=DialogueRun.State.RUNNING, lease_expires_at__gt=now)

    def due(self, now: datetime) -> Self:
        """Those that a worker may take: not begun, or left behind by one that is gone."""
        left_behind = Q(lease_expires_at=None) | Q(lease_expires_at__lte=now)
        return self.unfinished().filter(left_behind)


class DialogueRun(TenantOwned):
    """One run of an assistant's dialogues. A worker holds it by `claim` until the lease is over."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    class Reason(models.TextChoices):
        BY_HAND = "by_hand", "By hand"
        PUBLICATION = "publication", "Before publishing"
        CHANGE = "change", "After a change"

    assistant = models.ForeignKey(Assistant, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_constraint=False
    )
    reason = models.CharField(max_length=12, choices=Reason)
    why = models.CharField(max_length=200, blank=True)
    values = models.JSONField(null=True, blank=True, help_text="The draft that is tried; empty for what is live.")
    fingerprint = models.CharField(max_length=64, help_text="Of all that decides about the replies.")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    claim = models.UUIDField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Since it last got further.")
    total = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    micros = models.PositiveBigIntegerField(default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DialogueRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="dialogue_run_within_tenant"),
            models.UniqueConstraint(
                fields=["tenant", "assistant", "fingerprint"],
                condition=Q(state__in=("waiting", "running"), dialogue=None),
                name="one_unfinished_run_of_the_same",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "assistant", "-created_at"], name="dialogue_run_latest"),
            models.Index(
                fields=["created_at"], condition=Q(state__in=("waiting", "running")), name="dialogue_run_unfinished"
            ),
        ]

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.STOPPED)


class DialogueResult(TenantOwned):
    """What came of one dialogue in one run. `turns` is a list of `{trace, checks: [{kind, value, holds, words}]}`."""

    run = models.ForeignKey(DialogueRun, on_delete=models.CASCADE, related_name="results", db_constraint=False)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="results", db_constraint=False)
    passed = models.BooleanField()
    turns = models.JSONField(default=list)
    micros = models.PositiveBigIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantOwnedQuerySet["DialogueResult"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run", "dialogue"], name="one_result_per_run_and_dialogue")
        ]
        indexes = [models.Index(fields=["tenant", "dialogue", "-created_at"], name="dialogue_result_latest")]
