"""What conversations came to, what widgets report, and what tenants' own servers are told."""

from tracking.models.alarm import FailRateEpisode
from tracking.models.analytics import CountedConversation, CountedDay, CountedOutcome, CountingProgress
from tracking.models.delivery import Attempt, Delivery, Failure, WebhookEvent
from tracking.models.outcome import EventType, Outcome, OutcomeMapping, Source
from tracking.models.probe import EndpointProbe
from tracking.models.qualification import Answers, Qualification
from tracking.models.sighting import BrowserSighting
from tracking.models.tally import AttemptTally
from tracking.models.webhook import LogEvent, WebhookEndpoint
from tracking.models.widget_event import WidgetEvent

__all__ = [
    "Answers",
    "Attempt",
    "AttemptTally",
    "BrowserSighting",
    "CountedConversation",
    "CountedDay",
    "CountedOutcome",
    "CountingProgress",
    "Delivery",
    "EndpointProbe",
    "EventType",
    "FailRateEpisode",
    "Failure",
    "LogEvent",
    "Outcome",
    "OutcomeMapping",
    "Qualification",
    "Source",
    "WebhookEndpoint",
    "WebhookEvent",
    "WidgetEvent",
]
