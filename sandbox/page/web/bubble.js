// One message goes in; its bubble comes out, and changes in place when the message does.

import { el, icon } from "./dom.js";
import { rich } from "./entities.js";
import { keyboard } from "./keys.js";
import { gist, kindOf, media, mediaKey } from "./media.js";
import { clock, say } from "./words.js";

const SLOTS = ["name", "origin", "quote", "above", "media", "below", "react", "meta"];
const PRESSABLE = "a, button, video, [role=button], [role=link]";

/** *context*: language, own(message), command, press, options, jump, group, reactions(id). */
export class Bubble {
  constructor(item, context) {
    this.context = context;
    this.slots = {};
    /** Of an album: whose bubble it stands in, and who stands in its own. */
    this.leader = null;
    this.others = [];
    this.body = el("div", { class: "bubble" });
    this.keys = el("div", { class: "keys" });
    this.more = el("button", { type: "button", class: "more", tabIndex: -1, aria: { label: "Message actions", haspopup: "menu" } }, icon("more"));
    this.more.addEventListener("click", () => context.options(this, this.more));
    this.avatar = context.group ? el("span", { class: "avatar", aria: { hidden: "true" } }) : null;
    this.day = el("div", { class: "day" });
    this.el = el("li", { class: "row", data: { id: item.message.message_id } },
      this.day, el("div", { class: "line" }, this.avatar, el("div", { class: "stack" }, this.body, this.keys), this.more));
    this.body.addEventListener("click", event => this.tapped(event));
    this.body.addEventListener("contextmenu", event => { event.preventDefault(); context.options(this, this.more); });
    for (const name of SLOTS) this.slots[name] = { key: null, place: el("div", { class: `slot ${name}` }) };
    this.takeBack();
    this.update(item);
  }

  /** Only what differs is made anew. */
  update(item) {
    this.item = item;
    const { message } = item, { language } = this.context, own = this.context.own(message);
    this.el.classList.toggle("own", own);
    this.el.classList.toggle("rang", item.rang);
    (this.leader ?? this).dress();
    if (this.avatar) dress(this.avatar, message.from);
    this.slot("name", [own || !this.context.group, message.from], () => own || !this.context.group ? [] : [named(message.from)]);
    this.slot("origin", message.forward_origin, () => message.forward_origin ? [say(language, "from"), " ", el("b", {}, originOf(message.forward_origin))] : []);
    this.slot("quote", message.reply_to_message, () => message.reply_to_message ? [this.quote(message.reply_to_message)] : []);
    const words = [message.text ?? message.caption ?? "", message.entities ?? message.caption_entities], above = message.show_caption_above_media;
    this.slot("above", above && words, () => above ? rich(...words, this.context) : []);
    this.slot("media", mediaKey(message), () => [media(message, language)]);
    this.slot("below", !above && words, () => above ? [] : rich(...words, this.context));
    const marks = this.context.reactions(message.message_id);
    this.slot("react", marks, () => marks.map(mark => el("span", { class: "mark" }, mark)));
    this.slot("meta", [message.edit_date, item.rang, own], () => this.meta(item, own));
    const rows = message.reply_markup?.inline_keyboard ?? [];
    if (this.rows !== JSON.stringify(rows)) {
      this.rows = JSON.stringify(rows);
      this.keys.replaceChildren(...keyboard(rows, this));
    }
  }

  dress() {
    const { message } = this.item, all = [this, ...this.others];
    const bare = all.every(({ item }) => !item.message.text && !item.message.caption);
    this.body.className = `bubble ${kindOf(message) ?? "text"}${bare ? " bare" : ""}${all.length > 1 ? " album" : ""}`;
  }

  /** Its own slots, in their order, and nothing else. */
  takeBack() {
    this.body.replaceChildren(...SLOTS.map(name => this.slots[name].place));
  }

  /** Where nothing hovers, a tap beside everything that can be pressed opens the menu. */
  tapped(event) {
    if (!matchMedia("(hover: none)").matches || event.target.closest(PRESSABLE)) return;
    this.context.options(this, this.more);
  }

  slot(name, known, make) {
    const slot = this.slots[name], key = JSON.stringify(known ?? null);
    if (slot.key === key) return;
    slot.key = key;
    slot.place.replaceChildren(...make().filter(Boolean));
  }

  quote(answered) {
    const jump = () => this.context.jump(answered.message_id);
    return el("button", { type: "button", class: `quote-line hue${hue(answered.from)}`, on: { click: jump } },
      el("b", {}, answered.from.first_name), el("span", {}, gist(answered, this.context.language)));
  }

  meta({ message, rang }, own) {
    const bell = rang ? el("span", { class: "rung", title: "This message rang" }, icon("bell")) : null;
    const time = el("time", { dateTime: new Date(message.date * 1000).toISOString() }, clock(message.date, this.context.language));
    const edited = message.edit_date ? el("span", {}, say(this.context.language, "edited")) : null;
    return [bell, edited, time, own ? el("span", { class: "ticks", aria: { hidden: "true" } }, "✓✓") : null];
  }

  /** How it stands among its neighbours: *day* is what is written above, if anything. */
  arrange(first, last, day) {
    this.el.classList.toggle("first", first);
    this.el.classList.toggle("last", last);
    this.day.textContent = day;
    this.day.hidden = !day;
  }

  remove() {
    this.el.classList.add("going");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    setTimeout(() => this.el.remove(), still ? 0 : 220);
  }
}

export const hue = person => person.is_bot ? "Bot" : Math.abs(person.id) % 7;

export function dress(avatar, person) {
  avatar.className = `avatar hue${hue(person)}`;
  avatar.textContent = person.is_bot ? "🔔" : [...person.first_name][0];
}

const named = person => el("span", { class: `who hue${hue(person)}` }, person.first_name, person.is_bot ? el("small", {}, "bot") : null);

const originOf = origin => origin.sender_user?.first_name ?? origin.sender_user_name ?? origin.chat?.title ?? "?";
