"""Reelbell: rings when your reel is ready."""
