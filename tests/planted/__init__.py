"""Bugs that we plant into a copy of our own code, to see that the tests find them."""
