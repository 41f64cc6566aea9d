// The provider's stand-in in one's hands: new tasks, accidents, speed, and what becomes of each task.

import { el } from "./dom.js";
import { copy, post } from "./net.js";
import { OUTCOMES } from "./outcomes.js";
import { on, room, state, viewer } from "./store.js";
import { TaskCard } from "./task.js";
import { toast } from "./toast.js";

const SWITCHES = {
  "Jimmy AI": [["provider-429", "429"], ["provider-500", "500"], ["provider-html", "HTML"], ["provider-outage", "Outage"], ["provider-key", "Wrong key"]],
  Telegram: [["telegram-429", "429"], ["telegram-outage", "Outage"], ["telegram-lost", "Next answer lost"]],
};
const SPEEDS = [1, 10];

export function providerConsole() {
  return el("section", { class: "console", aria: { label: "Provider" } }, orderForm(), accidents(), tasks());
}

function orderForm() {
  const field = (name, props) => el("input", { name, ...props });
  const offered = options => options.map(([value, words]) => el("option", { value }, words));
  const choose = (name, ...inside) => el("select", { name }, ...inside);
  const label = (words, inside, kind = "") => el("label", { class: kind }, el("span", {}, words), inside);
  const error = label("Its words", field("error", { type: "text", value: "PROVIDER_MODERATION_ERROR: TRADEMARK", maxLength: 5000 }), "wide");
  const outcome = choose("outcome", Object.entries(OUTCOMES).map(([label, options]) => el("optgroup", { label }, offered(options))));
  const seen = () => { error.hidden = outcome.value !== "failed"; };
  outcome.addEventListener("change", seen);
  seen();
  const form = el("form", { class: "order" },
    label("Model", field("model", { type: "text", value: "sora2-12s", required: true, maxLength: 100 })),
    label("Outcome", outcome),
    error,
    label("Queue, s", field("queue", { type: "number", value: "4", min: 0, max: 3600, step: "any", required: true })),
    label("Duration, s", field("duration", { type: "number", value: "30", min: 1, max: 3600, step: "any", required: true })),
    label("Starts", choose("starts", offered([["asked", "on demand"], ["now", "now"]]))),
    el("div", { class: "order-end" },
      el("button", { class: "solid", type: "submit", value: "send" }, "Create & send to chat"),
      el("button", { class: "plain", type: "submit", value: "copy" }, "Create & copy ID")));
  form.addEventListener("submit", event => { event.preventDefault(); order(form, event.submitter?.value ?? "send"); });
  return el("details", { class: "card", open: true }, el("summary", {}, "New task at Jimmy AI"), form);
}

async function order(form, then) {
  const given = Object.fromEntries(new FormData(form));
  const made = await post("/tasks", { ...given, queue: Number(given.queue), duration: Number(given.duration) });
  if (made && then === "copy") copy(made.task_id, "ID copied");
  else if (made) sendToChat(made.task_id);
}

/** In groups the bot is asked by its command. */
export async function sendToChat(task_id) {
  const { chat, topic } = room();
  const text = chat.kind === "private" ? task_id : `/watch ${task_id}`;
  const sent = await post("/say", { chat: chat.id, user: viewer(chat).id, text, thread: topic?.id || null });
  if (sent) toast(`Sent to ${topic ? `${chat.title} › ${topic.name}` : chat.title}`);
}

function accidents() {
  const groups = el("div", { class: "switches" }), speeds = el("div", { class: "speeds", role: "group", aria: { label: "Speed" } });
  const clear = el("button", { class: "plain", type: "button", on: { click: () => post("/faults/clear", {}) } }, "Clear all faults");
  on("switches", () => {
    groups.replaceChildren(...Object.entries(SWITCHES).map(([title, list]) => el("div", { role: "group", aria: { label: `Faults of ${title}` } },
      el("b", {}, title), list.map(([name, words]) => toggle(name, words)))));
    clear.disabled = !Object.values(state.switches).some(Boolean);
  });
  on("speed", () => {
    const known = SPEEDS.includes(state.speed) ? SPEEDS : [...SPEEDS, state.speed];
    speeds.replaceChildren(el("b", {}, "Speed"), ...known.map(speed => el("button", {
      type: "button", class: "switch speed", aria: { pressed: String(speed === state.speed) }, on: { click: () => post("/speed", { speed }) },
    }, `×${speed}`)));
  });
  return el("div", { class: "card faults" }, groups, el("div", { class: "speed-row" }, speeds, clear));
}

/** Drawn anew with each change; the focus stays on the one that was pressed. */
function toggle(name, words) {
  const isOn = state.switches[name], focused = document.activeElement?.dataset?.fault === name;
  const shown = el("button", {
    type: "button", class: "switch", data: { fault: name }, aria: { pressed: String(isOn) }, on: { click: () => post("/faults", { name, on: !isOn }) },
  }, words);
  if (focused) queueMicrotask(() => shown.focus());
  return shown;
}

function tasks() {
  const list = el("div", { class: "tasks" }), cards = new Map();
  let filling = false;
  const update = id => cards.get(id)?.update();
  on("snapshot", () => { filling = true; cards.clear(); list.replaceChildren(); });
  on("any", () => { filling = false; });
  on("task", task => {
    const before = cards.get(task.id), card = before ?? new TaskCard(task.id, sendToChat);
    const starts = task.legs.length > 0 && !card.started;
    cards.set(task.id, card);
    card.started = task.legs.length > 0;
    if (starts) list.prepend(card.el);
    else if (!before) place(list, card.el, filling ? null : [...cards.values()]);
    card.update();
  });
  on("progress", now => update(now.id));
  on("poll", poll => update(poll.task));
  return list;
}

/** A new one stands before the old ones that wait; null: there is no old one. */
function place(list, shown, cards) {
  const waiting = cards?.find(card => !card.started && card.el.isConnected);
  list.insertBefore(shown, waiting?.el ?? null);
}
