"""Frozen values that walk through the house; the standard library only."""
