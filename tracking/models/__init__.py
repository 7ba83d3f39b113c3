"""What widgets report, and what tenants' own servers are told."""

from tracking.models.delivery import Attempt, Delivery, Failure, WebhookEvent
from tracking.models.sighting import BrowserSighting
from tracking.models.webhook import LogEvent, WebhookEndpoint
from tracking.models.widget_event import WidgetEvent

__all__ = [
    "Attempt",
    "BrowserSighting",
    "Delivery",
    "Failure",
    "LogEvent",
    "WebhookEndpoint",
    "WebhookEvent",
    "WidgetEvent",
]
