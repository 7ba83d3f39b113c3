"""What was said, by whom, and the log that tells the team."""

from conversations.models.contact import Contact
from conversations.models.contact_news import ContactNews
from conversations.models.conversation import Conversation
from conversations.models.event import Event, EventCounter
from conversations.models.message import Message
from conversations.models.rating import Rating
from conversations.models.summary import Summary
from conversations.models.turn import Turn

__all__ = [
    "Contact",
    "ContactNews",
    "Conversation",
    "Event",
    "EventCounter",
    "Message",
    "Rating",
    "Summary",
    "Turn",
]
