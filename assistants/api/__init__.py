"""The dashboard API about assistants, their keys and what they know (contract §4)."""
