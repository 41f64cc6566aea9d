"""A reply_markup goes in; the inline keyboard that a message keeps comes out."""

import json
from typing import Any

from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json, bad_request

ACTIONS = {
    *("callback_data", "url", "copy_text", "web_app", "login_url", "switch_inline_query"),
    *("switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "callback_game"),
    *("pay", "disabled"),
}
STYLES = ("danger", "success", "primary")
MARKUP_BYTES = 10_000


def read_keyboard(params: Params) -> Json:
    """As a message's field; empty when there is nothing to keep under the message."""
    markup = params.structure("reply_markup")
    if not markup:
        return {}
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return _other_keyboard(markup)
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array of Array')
    _check_size(rows)
    kept = [[_button(button) for button in row] for row in rows if row]
    return {"reply_markup": {"inline_keyboard": kept}} if kept else {}


def _other_keyboard(markup: Json) -> Json:
    """Those are shown by the client and not kept with the message."""
    if not markup.keys() & {"keyboard", "remove_keyboard", "force_reply"}:
        raise bad_request("can't parse reply keyboard markup JSON object")
    return {}


def _check_size(rows: list[list[Any]]) -> None:
    buttons = sum(len(row) for row in rows)
    widest = max((len(row) for row in rows), default=0)
    if buttons > 100 or widest > 8 or len(json.dumps(rows)) > MARKUP_BYTES:
        raise bad_request("reply markup is too long")


def _button(button: object) -> Json:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request(
            'can\'t parse inline keyboard button: field "text" must be of type String'
        )
    if not button["text"]:
        raise bad_request("BUTTON_TEXT_INVALID")
    if len(button.keys() & ACTIONS) != 1:
        words = "text buttons are unallowed in the inline keyboard"
        raise bad_request(f"can't parse inline keyboard button: {words}")
    if button.get("style", STYLES[0]) not in STYLES:
        raise bad_request("BUTTON_STYLE_INVALID")
    _check_action(button)
    return button


def _check_action(button: Json) -> None:
    data, url, copied = (button.get(name) for name in ("callback_data", "url", "copy_text"))
    if data is not None and not 1 <= len(str(data).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and not str(url).startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: wrong URL")
    if copied is not None and not 1 <= len(str(copied.get("text", ""))) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def buttons(message: Json) -> list[Json]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
