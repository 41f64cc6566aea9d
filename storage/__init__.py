"""Place: the database."""
