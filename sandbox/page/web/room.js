// The key of a room goes in; its header, its messages and its composer come out, and stay true.

import { dress } from "./bubble.js";
import { Composer } from "./composer.js";
import { el, icon, refill } from "./dom.js";
import { Log } from "./log.js";
import { gist } from "./media.js";
import { messageMenu, roomMenu } from "./menus.js";
import { post } from "./net.js";
import { emit, on, room, state, viewer } from "./store.js";
import { say } from "./words.js";

const ACTION_SECONDS = 5;
const place = document.getElementById("room");
let log = null, composer = null, header = null, acting = null;

export function openRoom(key) {
  state.open = key;
  log?.close();
  const { chat } = room(key);
  const context = contextOf(key, chat);
  log = new Log(key, context);
  composer = new Composer(key, context);
  context.composer = composer;
  header = el("header", {});
  place.replaceChildren(header, log.el, composer.el);
  stopActing();
  drawHeader();
  log.toEnd();
  emit("opened", key);
}

export const isRead = key => key === state.open && Boolean(log?.read) && place.checkVisibility();
export const focusComposer = () => composer?.focus();
export const readAgain = () => log?.note();

function contextOf(key, chat) {
  const context = {
    group: chat.kind !== "private",
    viewer: () => viewer(room(key).chat),
    get language() { return context.viewer()?.language_code ?? "en"; },
    own: message => message.from.id === context.viewer()?.id,
    command: text => context.composer.send(text),
    options: (bubble, anchor) => messageMenu(bubble, anchor, context),
    jump: id => log.jump(id),
    reactions: id => room(key)?.chat.reactions?.[id] ?? [],
  };
  return context;
}

function drawHeader() {
  const { chat, topic } = room(), person = viewer(chat), language = person?.language_code ?? "en";
  const avatar = el("span", { aria: { hidden: "true" } });
  dress(avatar, { id: chat.id, first_name: "R", is_bot: chat.kind === "private" });
  if (chat.kind !== "private") avatar.replaceChildren(icon("group"));
  const title = chat.kind === "private" ? "Reelbell" : topic ? `${chat.title} › ${topic.name}` : chat.title;
  const more = el("button", { type: "button", class: "tool", aria: { label: "Chat settings", haspopup: "menu" }, on: { click: () => roomMenu(more) } }, icon("more"));
  refill(header,
    el("a", { class: "tool back", href: "#/chats", aria: { label: "Back to the chats" } }, icon("back")), avatar,
    el("div", { class: "head-text" }, el("h2", {}, title), el("p", { class: acting ? "acting" : "" }, acting ?? subtitle(chat, person, language))),
    chat.kind === "private" ? languageOf(person) : null, more);
}

function subtitle(chat, person, language) {
  if (chat.kind === "private") return `${say(language, "bot")} · ${chat.title}`;
  return `${chat.members.length} people · ${chat.privacy ? "the bot sees commands and replies to it" : "the bot sees everything"}`;
}

/** The language that Telegram tells the bot with this person's next update. */
function languageOf(person) {
  const known = { en: "English", "zh-hans": "简体中文", "zh-hant": "繁體中文", de: "Deutsch", ja: "日本語" };
  const codes = Object.keys(known).includes(person.language_code) ? Object.keys(known) : [person.language_code, ...Object.keys(known)];
  const shown = el("select", { class: "tool-select", aria: { label: `${person.first_name}’s language` } },
    codes.map(code => el("option", { value: code, selected: code === person.language_code }, known[code] ?? code)));
  shown.addEventListener("change", () => post("/language", { user: person.id, language: shown.value }));
  return shown;
}

function stopActing() {
  clearTimeout(stopActing.timer);
  acting = null;
}

on("call", call => {
  const open = room();
  if (!open || call.method !== "sendChatAction" || call.status !== 200 || call.chat_id !== open.chat.id) return;
  if (open.topic && Number(call.params.message_thread_id ?? 0) !== open.topic.id) return;
  clearTimeout(stopActing.timer);
  acting = say(viewer(open.chat).language_code, call.params.action);
  stopActing.timer = setTimeout(() => { stopActing(); drawHeader(); }, ACTION_SECONDS * 1000);
  drawHeader();
});

on("sent", item => {
  if (item.key !== state.open) return;
  log.sent(item);
  composer.draw();
  if (!item.message.from.is_bot) return;
  document.getElementById("spoken").textContent = `Reelbell: ${gist(item.message, viewer(room().chat).language_code)}`;
  if (acting) { stopActing(); drawHeader(); }
});
on("edited", item => { if (item.key === state.open) log.edited(item); });
on("deleted", ({ key, message_id }) => {
  if (key !== state.open) return;
  log.deleted(message_id);
  composer.forget(message_id);
});
on("chats people speaker", () => {
  if (!room() || !log) return;
  drawHeader();
  composer.draw();
  log.refresh();
});
on("menus descriptions", () => composer?.draw());
