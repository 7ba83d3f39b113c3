"""Saved dialogues: regression tests of an assistant that anybody can write."""
