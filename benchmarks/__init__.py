"""Measurements: one command each, on this machine, against stand-ins on loopback."""
