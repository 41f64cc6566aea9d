"""What stands behind the Bot API's stand-in: chats, files, rules and accidents."""
