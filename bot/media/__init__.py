"""Place: wherever the results lie."""
