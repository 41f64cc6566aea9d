"""Verbs: the stages. Each claims, acts, decides, settles."""
