// What a person types goes in; messages, answers and corrections of their own come out.

import { dress } from "./bubble.js";
import { CommandMenu } from "./commands.js";
import { el, icon } from "./dom.js";
import { gist } from "./media.js";
import { speak } from "./menus.js";
import { post } from "./net.js";
import { popup } from "./popup.js";
import { room, state } from "./store.js";
import { say } from "./words.js";

const drafts = new Map();
const TALLEST = 180;

export class Composer {
  constructor(key, context) {
    this.key = key;
    this.context = context;
    this.answered = this.changed = null;
    this.field = el("textarea", { rows: 1, maxLength: 20000, id: "message", autocomplete: "off", value: drafts.get(key) ?? "" });
    this.commands = new CommandMenu(this.field, text => this.send(text), () => this.offered());
    this.speaker = el("button", { type: "button", class: "speaker", on: { click: () => this.choose() } });
    this.menu = el("button", { type: "button", class: "tool menu", on: { click: () => this.slash() } }, icon("menu"));
    this.button = el("button", { type: "submit", class: "send", aria: { label: "Send" } }, icon("send"));
    this.about = el("div", { class: "about", hidden: true });
    this.form = el("form", { class: "compose", on: { submit: event => { event.preventDefault(); this.submit(); } } },
      this.speaker, this.menu, this.field, this.button);
    this.bar = el("div", { class: "bar" });
    this.el = el("footer", {}, this.commands.el, this.about, this.form, this.bar);
    this.field.addEventListener("keydown", event => this.pressed(event));
    this.field.addEventListener("input", () => this.typed());
    this.draw();
    requestAnimationFrame(() => this.grow());
  }

  focus() {
    this.field.focus();
  }

  offered() {
    return state.menus[`${room(this.key).chat.id}:${this.context.viewer()?.id}`] ?? [];
  }

  /** A chat that is not begun, or without the bot, has one big button instead. */
  draw() {
    const { chat } = room(this.key), { language } = this.context, person = this.context.viewer();
    const isNew = chat.state === "new" || (chat.kind === "private" && chat.state === "open" && !(state.rooms.get(this.key)?.size));
    const gone = !["open", "new"].includes(chat.state);
    this.form.hidden = isNew || gone;
    this.field.placeholder = say(language, "write");
    this.field.setAttribute("aria-label", `${say(language, "write")} (${person?.first_name ?? ""})`);
    this.menu.hidden = this.offered().length === 0;
    this.menu.setAttribute("aria-label", say(language, "menu"));
    this.speaker.hidden = chat.kind === "private";
    if (person) dress(this.speaker, person);
    this.speaker.classList.add("speaker");
    this.speaker.title = `Speaking as ${person?.first_name}`;
    this.speaker.setAttribute("aria-label", this.speaker.title);
    this.bar.replaceChildren(...(isNew ? this.greeting(language) : gone ? this.comeBack(chat, language) : []));
  }

  greeting(language) {
    const words = state.descriptions[language.slice(0, 2)] ?? state.descriptions[""] ?? "";
    return [el("div", { class: "intro" }, el("b", {}, say(language, "what")), el("p", {}, words)),
      el("button", { type: "button", class: "solid wide", on: { click: () => this.send("/start") } }, say(language, "start"))];
  }

  comeBack(chat, language) {
    const isPrivate = chat.kind === "private", user = this.context.viewer().id;
    const act = () => post("/presence", { chat: chat.id, user, present: true });
    return [el("p", {}, say(language, isPrivate ? "blocked" : "kicked")),
      el("button", { type: "button", class: "solid wide", on: { click: act } }, say(language, isPrivate ? "unblock" : "letIn"))];
  }

  pressed(event) {
    if (event.isComposing || this.commands.pressed(event)) return; // Enter may end a Chinese word
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && (this.answered || this.changed)) {
      event.preventDefault();
      this.reset();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      const own = [...(state.rooms.get(this.key)?.values() ?? [])].map(item => item.message).filter(one => one.text && this.context.own(one));
      if (own.length) event.preventDefault(), this.change(own.at(-1));
    }
  }

  typed() {
    if (!this.changed) drafts.set(this.key, this.field.value);
    this.grow();
    this.commands.look();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
  }

  async submit() {
    const text = this.field.value;
    if (!text.trim()) return;
    const { chat } = room(this.key), user = this.context.viewer().id, changed = this.changed;
    const done = changed ? await post("/edit", { chat: chat.id, user, message_id: changed.message_id, text }) : await this.send(text, this.answered?.message_id);
    if (done && this.field.value === text) this.reset();
  }

  send(text, reply_to = null) {
    const { chat, topic } = room(this.key);
    return post("/say", { chat: chat.id, user: this.context.viewer().id, text, reply_to, thread: topic?.id || null });
  }

  reset() {
    this.answered = this.changed = null;
    this.put("");
    this.tell();
  }

  put(text) {
    this.field.value = text;
    this.typed();
  }

  answer(message) {
    this.answered = message;
    this.changed = null;
    this.tell(message.from.first_name, message);
  }

  change(message) {
    this.changed = message;
    this.answered = null;
    this.field.value = message.text;
    this.grow();
    this.tell(say(this.context.language, "editing"), message);
  }

  forget(id) {
    if ([this.answered?.message_id, this.changed?.message_id].includes(id)) this.reset();
    this.draw();
  }

  tell(title = null, message = null) {
    this.about.hidden = !title;
    if (!title) return;
    this.about.replaceChildren(icon(this.changed ? "edit" : "reply"),
      el("div", { class: "about-text" }, el("b", {}, title), el("span", {}, gist(message, this.context.language))),
      el("button", { type: "button", class: "tool", aria: { label: "Cancel" }, on: { click: () => this.reset() } }, icon("close")));
    this.focus();
  }

  slash() {
    this.put(this.field.value === "/" ? "" : "/");
    this.focus();
  }

  choose() {
    const { chat } = room(this.key), me = this.context.viewer();
    popup(this.speaker, chat.members.map(id => state.people.get(id)).map(one => [one.first_name, () => speak(chat, one)]), me.first_name);
  }
}
