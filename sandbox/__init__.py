"""Stand-ins for Telegram and the video API, to try the real bot against; imports neither."""
