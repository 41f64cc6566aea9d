"""Text goes in; lengths and places in UTF-16 code units, Telegram's measure, come out."""


def units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def splits_a_character(text: str, place: int) -> bool:
    """Whether *place*, in units, lies inside a surrogate pair."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return 0xDC <= (raw[2 * place + 1] if 2 * place + 1 < len(raw) else 0) <= 0xDF


def cut(text: str, offset: int, length: int) -> str:
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")
