"""The dashboard API about people, usage and switches."""
