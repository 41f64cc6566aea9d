"""Nouns: values and pure decisions; standard library only, no await, no clock, no log."""
