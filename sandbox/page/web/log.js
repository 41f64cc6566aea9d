// One room's messages go in; bubbles in their order come out, and the view stays where it was.

import { Albums } from "./album.js";
import { Bubble } from "./bubble.js";
import { el, icon } from "./dom.js";
import { ring } from "./ring.js";
import { state } from "./store.js";
import { day, say } from "./words.js";

const NEAR = 60;
const TOGETHER = 300;
/** Seconds within which one sender's messages stand as one group. */

export class Log {
  constructor(key, context) {
    this.key = key;
    this.context = context;
    this.bubbles = new Map();
    this.albums = new Albums();
    this.news = 0;
    this.stuck = true;
    this.top = 0;
    this.rows = el("ol", { class: "rows" });
    this.scroller = el("div", { class: "log", tabIndex: -1 }, this.rows);
    this.down = el("button", { type: "button", class: "down", hidden: true, on: { click: () => this.toEnd() } });
    this.el = el("div", { class: "log-place" }, this.scroller, this.down);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.rows.addEventListener("keydown", event => this.walk(event));
    this.size = new ResizeObserver(() => { if (this.stuck) this.toEnd(); });
    for (const watched of [this.rows, this.scroller]) this.size.observe(watched);
    for (const item of state.rooms.get(key)?.values() ?? []) this.append(item);
    this.note();
  }

  close() {
    this.size.disconnect();
  }

  sent(item) {
    const own = this.context.own(item.message);
    this.append(item);
    const { el: row } = this.bubbles.get(item.message.message_id);
    row.classList.add("fresh");
    if (item.rang) row.classList.add("ringing");
    if (own) this.stuck = true;
    if (this.stuck) this.toEnd();
    else this.news++;
    this.note();
  }

  append(item) {
    const bubble = new Bubble(item, this.context);
    this.bubbles.set(item.message.message_id, bubble);
    this.rows.append(bubble.el);
    this.albums.join(bubble);
    this.arrange(this.rowsShown().slice(-2));
    this.roam();
  }

  edited(item) {
    this.bubbles.get(item.message.message_id)?.update(item);
    if (this.stuck) this.toEnd();
  }

  deleted(id) {
    const bubble = this.bubbles.get(id);
    if (bubble) this.albums.leave(bubble);
    bubble?.remove();
    this.bubbles.delete(id);
    this.arrange(this.rowsShown());
    this.roam();
    this.note();
  }

  refresh() {
    for (const bubble of this.bubbles.values()) bubble.update(bubble.item);
  }

  /** Those that have a row of their own. */
  rowsShown() {
    return [...this.bubbles.values()].filter(bubble => !bubble.leader);
  }

  arrange(some) {
    const all = this.rowsShown(), start = all.indexOf(some[0]);
    for (let at = Math.max(start, 0); at < all.length; at++) {
      const [before, now, after] = [all[at - 1], all[at], all[at + 1]].map(one => one?.item.message);
      const today = day(now.date, this.context.language);
      const opensDay = !before || day(before.date, this.context.language) !== today;
      all[at].arrange(opensDay || !together(before, now), !after || !together(now, after), opensDay ? today : "");
    }
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    this.stuck = near || (this.stuck && scrollTop >= this.top); // what grows below is no scrolling
    this.top = scrollTop;
    if (this.stuck) this.news = 0;
    this.note();
  }

  toEnd() {
    this.stuck = true;
    this.news = 0;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.top = this.scroller.scrollTop;
    this.note();
  }

  /** Whether the end is before somebody's eyes. */
  get read() {
    return this.stuck && !document.hidden;
  }

  note() {
    if (this.read && this.el.isConnected && this.el.checkVisibility()) ring.read(this.key);
    this.down.hidden = this.stuck;
    this.down.replaceChildren(icon("down"), this.news ? `${this.news} ${say(this.context.language, "news")}` : "");
    this.down.setAttribute("aria-label", "To the newest message");
  }

  jump(id) {
    const bubble = this.bubbles.get(id), row = (bubble?.leader ?? bubble)?.el;
    if (!row) return;
    row.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    row.classList.remove("flash");
    void row.offsetWidth; // starts the animation again
    row.classList.add("flash");
  }

  /** All "⋯" are one stop for the tab key; the arrows go from one to the next. */
  roam() {
    const all = this.rowsShown();
    for (const bubble of all) bubble.more.tabIndex = bubble === all.at(-1) ? 0 : -1;
  }

  walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key], all = this.rowsShown();
    const at = all.findIndex(bubble => bubble.more === document.activeElement);
    if (!step || at < 0 || !all[at + step]) return;
    event.preventDefault();
    all[at].more.tabIndex = -1;
    all[at + step].more.tabIndex = 0;
    all[at + step].more.focus();
  }
}

const together = (one, other) => one.from.id === other.from.id && Math.abs(other.date - one.date) < TOGETHER;
