"""Place: the video API."""
