"""Who answers which visitor, when an assistant passes them on, and how many were turned away."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from assistants.models.assistant import Assistant
from assistants.routing.hours import ALL_DAY, Hours
from assistants.routing.intents import LABELS
from conversations.models import Conversation
from tenants.ownership import TenantOwned, TenantOwnedQuerySet

KEYWORDS_MOST = 50
KEYWORD_LETTERS = 80
PRIORITY_MOST = 100
HANDOFFS_MOST = 10


class Target(models.TextChoices):
    """Whom visitors are sent to."""

    ASSISTANT = "assistant", "An assistant"
    PEOPLE = "people", "Your team"


def _keywords() -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=KEYWORD_LETTERS), size=KEYWORDS_MOST, default=list, blank=True)


class RoutingRuleQuerySet(TenantOwnedQuerySet["RoutingRule"]):
    """The words that lists of rules are made of."""

    def with_assistants(self) -> Self:
        return self.select_related("assistant").defer("assistant__prompt")

    def in_order(self) -> Self:
        """As they are tried: the highest priority first, of equal ones the oldest."""
        return self.order_by("-priority", "created_at", "id")


class RoutingRule(TenantOwned):
    """Sends new visitors who meet all of its conditions to an assistant or to people; an empty condition is met."""

    name = models.CharField(max_length=80)
    priority = models.PositiveSmallIntegerField(default=50, validators=[MaxValueValidator(PRIORITY_MOST)])
    active = models.BooleanField(default=True)
    keywords = _keywords()
    intent = models.CharField(max_length=20, choices=list(LABELS.items()), blank=True)
    channels = ArrayField(models.CharField(max_length=16, choices=Conversation.Channel), default=list, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text="1 is Monday.")
    begins = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    target = models.CharField(max_length=12, choices=Target, default=Target.ASSISTANT)
    assistant = models.ForeignKey(
        Assistant, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="routing_rule_within_tenant")]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Hours | None:
        """When it holds; None means always."""
        if not self.weekdays and self.begins is None:
            return None
        return Hours(self.weekdays, self.begins or ALL_DAY, self.ends or ALL_DAY)

    @property
    def defect(self) -> str:
        """Why nobody can be sent where it sends them; empty when they can. Needs `assistant` loaded."""
        if self.target == Target.PEOPLE:
            return ""
        if self.assistant is None:
            return "Its assistant was deleted."
        return "" if self.assistant.active else f"“{self.assistant.name}” is archived."


class Handoff(TenantOwned):
    """When an assistant passes a visitor on, to whom, and what the visitor reads of it."""

    class Style(models.TextChoices):
        ANNOUNCE = "announce", "A line that says so, in the visitor’s language"
        CUSTOM = "custom", "Your own words"
        SILENT = "silent", "Nothing"

    assistant = models.OneToOneField(Assistant, on_delete=models.CASCADE, related_name="handoff", db_constraint=False)
    on_no_answer = models.BooleanField(default=False)
    on_person = models.BooleanField(default=False)
    on_failures = models.BooleanField(default=False)
    on_upset = models.BooleanField(default=False)
    keywords = _keywords()
    intents = ArrayField(models.CharField(max_length=20, choices=list(LABELS.items())), default=list, blank=True)
    target = models.CharField(max_length=12, choices=Target, default=Target.PEOPLE)
    to_assistant = models.ForeignKey(
        Assistant, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )
    style = models.CharField(max_length=12, choices=Style, default=Style.ANNOUNCE)
    message = models.CharField(max_length=300, blank=True)
    most = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(HANDOFFS_MOST)]
    )

    objects = TenantOwnedQuerySet["Handoff"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="handoff_within_tenant")]

    def __str__(self) -> str:
        return f"{self.assistant} to {self.get_target_display()}"

    @property
    def is_on(self) -> bool:
        """Whether anything sets it off."""
        return bool(self.on_no_answer or self.on_failures or self.is_set_off_by_words)

    @property
    def is_set_off_by_words(self) -> bool:
        """Whether what a visitor says may set it off."""
        return bool(self.on_person or self.on_upset or self.keywords or self.intents)


class TurnedAway(TenantOwned):
    """How many visitors met no assistant on one day of the tenant's calendar: a count, not rows for ever."""

    class Reason(models.TextChoices):
        NO_ASSISTANT = "no_assistant", "No assistant answers"
        MISCONFIGURED = "assistant_misconfigured", "The assistant can’t work"

    day = models.DateField()
    reason = models.CharField(max_length=24, choices=Reason)
    visitors = models.PositiveIntegerField(default=0)

    objects = TenantOwnedQuerySet["TurnedAway"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "day", "reason"], name="one_turned_away_per_tenant_day_and_reason"
            )
        ]
