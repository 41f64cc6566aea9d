"""Place: the operator."""
