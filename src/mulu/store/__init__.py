"""Saving and rebuilding what people handed in and did; no rule of any kind is kept here."""
