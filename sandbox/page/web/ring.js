// A message that would notify goes in; a badge, a pulse, a banner, the title and maybe a sound come out.

import { el, icon } from "./dom.js";
import { gist } from "./media.js";
import { emit, on, room, state, viewer } from "./store.js";
import { banner } from "./toast.js";

const MEMORY = "reelbell-sound";
let audible = false;
let audio = null;
let openRoom = () => {};
let isRead = () => false;

function remembered() {
  try { return localStorage.getItem(MEMORY) === "on"; } catch { return false; }
}

function remember() {
  try { localStorage.setItem(MEMORY, audible ? "on" : "off"); } catch { /* a private window forgets */ }
}

function chime() {
  audio ??= new AudioContext();
  for (const [tone, start] of [[1318, 0], [1046, 0.16]]) {
    const note = audio.createOscillator(), loudness = audio.createGain(), at = audio.currentTime + start;
    note.frequency.value = tone;
    loudness.gain.setValueAtTime(0.12, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
    note.connect(loudness).connect(audio.destination);
    note.start(at);
    note.stop(at + 0.5);
  }
}

function title() {
  const all = [...state.unread.values()].reduce((sum, one) => sum + one, 0);
  document.title = `${all ? `(${all}) ` : ""}Reelbell sandbox`;
}

on("sent", item => {
  if (!item.rang) return;
  if (audible) chime();
  if (isRead(item.key)) return;
  state.unread.set(item.key, (state.unread.get(item.key) ?? 0) + 1);
  emit("unread", item.key);
  if (item.key === state.open && !document.hidden) return;
  const where = room(item.key), language = where ? viewer(where.chat)?.language_code ?? "en" : "en";
  const name = where?.topic ? `${where.chat.title} › ${where.topic.name}` : where?.chat.title ?? "";
  banner(name, gist(item.message, language), () => openRoom(item.key));
});
on("unread snapshot", title);

export const ring = {
  /** *open(key)* opens a room, *read(key)* tells whether its end is before somebody's eyes. */
  start(open, read) {
    openRoom = open;
    isRead = read;
  },

  read(key) {
    if (state.unread.delete(key)) emit("unread", key);
  },

  button() {
    audible = remembered();
    const shown = el("button", { type: "button", class: "tool" });
    const draw = () => {
      shown.replaceChildren(icon(audible ? "bell" : "quiet"));
      shown.title = audible ? "The bell can be heard" : "The bell is only seen";
      shown.setAttribute("aria-label", "Sound");
      shown.setAttribute("aria-pressed", String(audible));
    };
    shown.addEventListener("click", () => {
      audible = !audible;
      remember();
      if (audible) chime();
      draw();
    });
    draw();
    return shown;
  },
};
