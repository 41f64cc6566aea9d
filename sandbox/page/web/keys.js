// The rows of an inline keyboard go in; buttons that press, open or copy come out.

import { el, icon } from "./dom.js";
import { copy, post, visit } from "./net.js";
import { on, state } from "./store.js";
import { alertBox, toast } from "./toast.js";
import { say } from "./words.js";

const PATIENCE = 15;
/** Of presses whose answer is still to come, by query. */
const waiting = new Map();

export function keyboard(rows, bubble) {
  return rows.map(row => el("div", { class: "keys-row" }, row.map(key => button(key, bubble))));
}

function button(key, bubble) {
  const { language } = bubble.context;
  const mark = key.url ? "open" : key.copy_text ? "copy" : null;
  const shown = el("button", { type: "button", class: `key ${key.style ?? ""}`, disabled: Boolean(key.disabled), data: { data: key.callback_data ?? "" } },
    el("span", {}, key.text), mark ? icon(mark) : null);
  shown.addEventListener("click", () => {
    if (key.callback_data) press(shown, key, bubble);
    else if (key.url) visit(key.url);
    else if (key.copy_text) copy(key.copy_text.text, say(language, "copied"));
  });
  return shown;
}

/** A spinner turns until the bot answers; Telegram, too, gives up at last. */
async function press(shown, key, bubble) {
  if (shown.classList.contains("busy")) return;
  shown.classList.add("busy");
  const { chat, message } = bubble.item;
  const user = bubble.context.viewer().id;
  const pressed = await post("/press", { chat, user, message_id: message.message_id, data: key.callback_data });
  const done = () => { shown.classList.remove("busy"); waiting.delete(pressed?.query); };
  if (!pressed) return done();
  waiting.set(pressed.query, done);
  setTimeout(done, PATIENCE * 1000);
  if (state.toasts.has(pressed.query)) answer(state.toasts.get(pressed.query));
}

function answer({ query, text, alert }) {
  if (!waiting.has(query)) return;
  waiting.get(query)();
  if (text && alert) alertBox(text);
  else if (text) toast(text);
}

on("toast", answer);
