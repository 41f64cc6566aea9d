"""Place: Telegram."""
