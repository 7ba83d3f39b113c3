"""Who answers, with which key, out of which knowledge."""

from assistants.models.assistant import Assistant, ProviderKey
from assistants.models.budget import Budget, BudgetPeriod, ModelPrice
from assistants.models.dialogue import Dialogue, DialogueResult, DialogueRun, DialogueWatch
from assistants.models.knowledge import KnowledgeChunk, KnowledgeDocument, KnowledgeFile, KnowledgeSource
from assistants.models.routing import Handoff, RoutingRule, Target, TurnedAway
from assistants.models.safety import Holding, Review, SafetyMatch, SafetyPolicy
from assistants.models.tool import Allowance, Tool, ToolUser
from assistants.models.version import AssistantDraft, AssistantVersion

__all__ = [
    "Allowance",
    "Assistant",
    "AssistantDraft",
    "AssistantVersion",
    "Budget",
    "BudgetPeriod",
    "Dialogue",
    "DialogueResult",
    "DialogueRun",
    "DialogueWatch",
    "Handoff",
    "Holding",
    "KnowledgeChunk",
    "KnowledgeDocument",
    "KnowledgeFile",
    "KnowledgeSource",
    "ModelPrice",
    "ProviderKey",
    "Review",
    "RoutingRule",
    "SafetyMatch",
    "SafetyPolicy",
    "Target",
    "Tool",
    "ToolUser",
    "TurnedAway",
]
