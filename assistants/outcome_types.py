"""The outcomes that an assistant may report (contract §6), and when, in the words that its model reads. Pure."""

from __future__ import annotations

from typing import Final

LABELS: Final = {
    "autochat.conversation_started.v1": "Conversation started",
    "autochat.contact_captured.v1": "Contact captured",
    "autochat.lead_qualified.v1": "Lead qualified",
    "autochat.appointment_requested.v1": "Appointment requested",
    "autochat.quote_requested.v1": "Quote requested",
    "autochat.handoff_requested.v1": "Handed to people",
    "autochat.conversation_resolved.v1": "Conversation resolved",
    "autochat.conversation_rated.v1": "Conversation rated",
}

MEANINGS: Final = {
    "autochat.conversation_started.v1": "the visitor has begun a real conversation, beyond a greeting",
    "autochat.contact_captured.v1": "the visitor has left an e-mail address or a phone number",
    "autochat.lead_qualified.v1": "the visitor is a serious prospect by these instructions",
    "autochat.appointment_requested.v1": "the visitor wants an appointment, a visit, a call or a demo",
    "autochat.quote_requested.v1": "the visitor wants a quote or an offer with a price",
    "autochat.handoff_requested.v1": "the visitor wants to be served by a person",
    "autochat.conversation_resolved.v1": "the visitor says that their matter is settled",
    "autochat.conversation_rated.v1": "the visitor has said in words how satisfied they are",
}
