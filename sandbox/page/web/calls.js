// Calls of the bot go in; a log comes out that can be narrowed, and opened where one is curious.

import { el, soon } from "./dom.js";
import { on, room, state } from "./store.js";

const NEAR = 40;

export function callLog() {
  const words = el("input", { type: "search", placeholder: "method, words, status…", aria: { label: "Filter" } });
  const polling = check("getUpdates"), here = check("this chat only"), failed = check("failures only");
  const list = el("ol", { class: "calls" }), count = el("p", { class: "hint" });
  const wanted = call => (polling.box.checked || call.method !== "getUpdates")
    && (!here.box.checked || call.chat_id === room()?.chat.id)
    && (!failed.box.checked || call.status !== 200)
    && words.value.toLowerCase().split(/\s+/).every(word => haystack(call).includes(word));
  const tell = () => { count.textContent = `${list.children.length} of the last ${state.calls.length} calls`; };
  const draw = soon(() => { list.replaceChildren(...state.calls.filter(wanted).map(row)); list.scrollTop = list.scrollHeight; tell(); });
  const add = call => {
    const low = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
    if (wanted(call)) list.append(row(call));
    while (list.children.length > state.calls.length) list.firstChild.remove();
    if (low) list.scrollTop = list.scrollHeight;
    tell();
  };
  for (const part of [words, polling.box, here.box, failed.box]) part.addEventListener("input", draw);
  on("snapshot", draw);
  on("opened", () => { if (here.box.checked) draw(); });
  on("call", add);
  return el("section", { class: "call-log", aria: { label: "Calls of the Bot API" } },
    el("div", { class: "filters" }, words, el("div", {}, polling.label, here.label, failed.label)), list, count);
}

function check(text) {
  const box = el("input", { type: "checkbox" });
  return { box, label: el("label", {}, box, text) };
}

function haystack(call) {
  return `${call.method} ${call.chat_id ?? ""} ${call.status || "lost"} ${JSON.stringify(call.params)} ${call.answer?.description ?? ""}`.toLowerCase();
}

/** What is inside is drawn when it is opened. */
function row(call) {
  const shown = el("details", {}, el("summary", { class: call.status === 200 ? "" : "bad" },
    el("time", {}, new Date(call.at * 1000).toLocaleTimeString("en-GB")),
    el("b", {}, call.method),
    call.chat_id === null ? null : el("span", { class: "where" }, named(call.chat_id)),
    el("span", { class: "status" }, call.status || "lost"),
    el("span", { class: "what" }, glance(call))));
  shown.addEventListener("toggle", () => {
    if (!shown.open) return;
    if (shown.children.length < 2) shown.append(el("h3", {}, "Parameters"), el("pre", {}, JSON.stringify(call.params, null, 2)),
      el("h3", {}, `Answer${call.status ? `, HTTP ${call.status}` : ": did not arrive"}`), el("pre", {}, JSON.stringify(call.answer, null, 2)));
    shown.scrollIntoView({ block: "nearest" });
  });
  return el("li", {}, shown);
}

const named = id => state.chats.find(chat => chat.id === id)?.title ?? id;

/** The one thing that tells most. */
function glance({ params, answer }) {
  if (answer && !answer.ok) return answer.description ?? "";
  return String(params.text ?? params.caption ?? params.media?.caption ?? params.action ?? params.description ?? "").split("\n", 1)[0];
}
