// Rooms and what is unread in them go in; the list of chats comes out.

import { el, icon, soon } from "./dom.js";
import { dress } from "./bubble.js";
import { gist } from "./media.js";
import { on, rooms, state, viewer } from "./store.js";
import { ring } from "./ring.js";
import { clock, say } from "./words.js";

const LANGUAGES = { en: "English", zh: "中文" };

/** *open(key)* is called for the one that is chosen. */
export function chatList(place, open) {
  const items = el("ul", { class: "chats" });
  place.append(el("header", {},
    el("img", { src: "/web/icon.svg", alt: "", width: 30, height: 30 }),
    el("h1", {}, "Reelbell", el("small", {}, "sandbox")), ring.button()), items,
    el("p", { class: "hint" }, "Everything here is local: the bot is real, Telegram and the video API are stand-ins."));
  items.addEventListener("keydown", event => walk(event, items));
  const draw = soon(() => {
    const focused = document.activeElement?.dataset?.key;
    items.replaceChildren(...rows(open));
    if (focused) items.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
  });
  on("snapshot chats people sent edited deleted unread opened", draw);
}

function rows(open) {
  let forum = null;
  return rooms().flatMap(room => {
    const head = room.topic && forum !== room.chat.id
      ? [el("li", { class: "forum" }, face(room.chat), el("b", {}, room.chat.title), el("small", {}, "topics"))] : [];
    forum = room.topic ? room.chat.id : null;
    return [...head, el("li", {}, row(room, open))];
  });
}

function row({ key, chat, topic }, open) {
  const last = [...(state.rooms.get(key)?.values() ?? [])].at(-1)?.message, unread = state.unread.get(key) ?? 0;
  const person = viewer(chat), language = person?.language_code ?? "en";
  const title = topic ? `# ${topic.name}` : chat.title;
  const badge = unread ? el("span", { class: "badge" }, unread) : null;
  const gisted = last ? said(last, chat, language) : topic ? say(language, "empty") : subtitle(chat);
  return el("button", {
    type: "button", class: `chat${topic ? " topic" : ""}${unread ? " unread" : ""}`, data: { key }, on: { click: () => open(key) },
    aria: { current: key === state.open ? "true" : "false", label: `${title}${unread ? `, ${unread} unread` : ""}` },
  },
    topic ? null : face(chat),
    el("span", { class: "chat-text" },
      el("span", { class: "chat-top" }, el("b", {}, title), tag(chat, person), el("time", {}, last ? clock(last.date, language) : "")),
      el("span", { class: "chat-low" }, el("span", { class: "gist" }, gisted), badge)));
}

function face(chat) {
  const avatar = el("span", { aria: { hidden: "true" } });
  dress(avatar, { id: chat.id, first_name: chat.title });
  if (chat.kind !== "private") avatar.replaceChildren(icon("group"));
  return avatar;
}

function tag(chat, person) {
  if (chat.state !== "open" && chat.state !== "new") return el("span", { class: "tag off" }, chat.state);
  if (chat.kind !== "private" || !person) return null;
  return el("span", { class: "tag" }, LANGUAGES[person.language_code.slice(0, 2)] ?? person.language_code);
}

function said(message, chat, language) {
  const who = chat.kind === "private" ? "" : `${message.from.first_name}: `;
  return who + gist(message, language);
}

const subtitle = chat => chat.kind === "private" ? "not started yet" : `${chat.members.length} people and the bot`;

function walk(event, items) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...items.querySelectorAll(".chat")];
  all[Math.max(0, Math.min(all.indexOf(document.activeElement) + step, all.length - 1))]?.focus();
}
