"""Tracking's part of the dashboard API."""
