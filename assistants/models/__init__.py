"""Who answers, with which key, out of which knowledge."""

from assistants.models.assistant import Assistant, ProviderKey
from assistants.models.knowledge import KnowledgeChunk, KnowledgeSource

__all__ = ["Assistant", "KnowledgeChunk", "KnowledgeSource", "ProviderKey"]
