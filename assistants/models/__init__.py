"""Who answers, with which key, out of which knowledge."""

from assistants.models.assistant import Assistant, ProviderKey
from assistants.models.budget import Budget, BudgetPeriod, ModelPrice
from assistants.models.knowledge import KnowledgeChunk, KnowledgeSource

__all__ = ["Assistant", "Budget", "BudgetPeriod", "KnowledgeChunk", "KnowledgeSource", "ModelPrice", "ProviderKey"]
