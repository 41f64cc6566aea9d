// A message or the open chat goes in; a menu of what a person can do with it comes out.

import { el } from "./dom.js";
import { kindOf } from "./media.js";
import { copy, post } from "./net.js";
import { popup } from "./popup.js";
import { emit, room, rooms, state, viewer } from "./store.js";
import { dialog } from "./toast.js";
import { say } from "./words.js";

export function messageMenu(bubble, anchor, context) {
  const { message, chat } = bubble.item, { language, composer } = context;
  const text = message.text ?? message.caption;
  const choices = [[say(language, "reply"), () => composer.answer(message)]];
  if (context.own(message) && message.text) choices.push([say(language, "edit"), () => composer.change(message)]);
  if (text) choices.push([say(language, "copy"), () => copy(text, say(language, "copied"))]);
  if (text || kindOf(message)) choices.push([say(language, "forward"), () => forward(message, chat)]);
  choices.push([say(language, "remove"), () => post("/delete", { chat, message_id: message.message_id })]);
  popup(anchor, choices);
}

/** To any room in which the person, or else somebody, can speak. */
function forward(message, source) {
  const me = viewer(room().chat);
  const choose = target => {
    shown.close();
    const user = target.chat.members.includes(me.id) ? me.id : viewer(target.chat).id;
    post("/forward", { user, source, message_id: message.message_id, chat: target.chat.id, thread: target.topic?.id || null });
  };
  const list = rooms().map(target => el("button", { type: "button", class: "plain wide", on: { click: () => choose(target) } },
    target.topic ? `${target.chat.title} › ${target.topic.name}` : target.chat.title));
  const shown = dialog(say(me.language_code, "forward"), el("div", { class: "choices" }, list));
}

export function roomMenu(anchor) {
  const { chat } = room(), person = viewer(chat), language = person.language_code;
  const present = chat.state === "open", set = { chat: chat.id, user: person.id, present: !present };
  const word = chat.kind === "private" ? (present ? "block" : "unblock") : (present ? "kick" : "letIn");
  const choices = [["/start with a payload…", () => payload(chat, person)]];
  if (chat.state !== "new") choices.push([say(language, word), () => post("/presence", set)]);
  if (chat.kind !== "private") {
    const others = chat.members.map(id => state.people.get(id)).filter(one => one.id !== person.id);
    choices.push(...others.map(one => [`Speak as ${one.first_name}`, () => speak(chat, one)]));
  }
  popup(anchor, choices);
}

export function speak(chat, person) {
  state.speaker.set(chat.id, person.id);
  emit("speaker", chat.id);
}

/** What opening t.me/<bot>?start=… does. */
function payload(chat, person) {
  const field = el("input", { type: "text", name: "payload", maxLength: 64, pattern: "[A-Za-z0-9_\\-]+", required: true, autocomplete: "off",
    placeholder: "task_c2501e2846d2bf1d06428da9" });
  const form = el("form", { class: "ask" }, el("label", {}, `t.me/${state.bot}?start=`, field), el("button", { class: "solid", type: "submit" }, "Start"));
  form.addEventListener("submit", event => {
    event.preventDefault();
    shown.close();
    post("/say", { chat: chat.id, user: person.id, text: `/start ${field.value}`, thread: room().topic?.id || null });
  });
  const shown = dialog("/start with a payload", form);
  field.focus();
}
