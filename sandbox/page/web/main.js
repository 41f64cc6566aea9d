// The page is opened; the stream is listened to, and the parts of the page take their places.

import { callLog } from "./calls.js";
import { chatList } from "./chats.js";
import { providerConsole } from "./console.js";
import { el, icon } from "./dom.js";
import { closePopup } from "./popup.js";
import { focusComposer, isRead, openRoom, readAgain } from "./room.js";
import { ring } from "./ring.js";
import { apply, emit, on, room, rooms, state } from "./store.js";

const PANES = [["chats", "Chats", "chats"], ["provider", "Provider", "film"], ["calls", "Calls", "calls"]];
const tabs = document.getElementById("tabs"), side = document.getElementById("side");
const sideTabs = el("div", { class: "side-tabs" });

/** The address names what is shown: #/chat/-2001, #/chats, #/provider, #/calls. */
function route() {
  const [, pane = "chats", ...rest] = location.hash.split("/");
  const key = rest.join("/");
  if (pane === "chat" && room(key)) {
    if (key !== state.open) openRoom(key);
    document.body.dataset.pane = "room";
  } else {
    document.body.dataset.pane = PANES.some(([name]) => name === pane) ? pane : "chats";
  }
  if (["provider", "calls"].includes(pane)) document.body.dataset.side = pane;
  drawTabs();
  readAgain();
}

function open(key) {
  const hash = `#/chat/${key}`;
  if (location.hash === hash) route();
  else location.hash = hash;
  if (matchMedia("(hover: hover)").matches) focusComposer();
}

function drawTabs() {
  const { pane, side: beside } = document.body.dataset;
  const unread = [...state.unread.values()].reduce((sum, one) => sum + one, 0);
  tabs.replaceChildren(...PANES.map(([name, label, drawn]) => el("a", {
    href: name === "chats" && pane === "room" ? "#/chats" : `#/${name}`,
    aria: { current: name === (pane === "room" ? "chats" : pane) ? "page" : "false" },
  }, icon(drawn), el("span", {}, label), name === "chats" && unread ? el("span", { class: "badge" }, unread) : null)));
  sideTabs.replaceChildren(...PANES.slice(1).map(([name, label]) => el("button", {
    type: "button", aria: { pressed: String(name === beside) }, on: { click: () => { document.body.dataset.side = name; drawTabs(); } },
  }, label)));
}

function listen() {
  const stream = new EventSource("/events");
  stream.onmessage = event => { document.body.classList.remove("offline"); apply(JSON.parse(event.data)); };
  stream.onerror = () => { state.online = false; document.body.classList.add("offline"); };
}

/** After a snapshot everything is drawn anew; a room that is gone gives way to the first. */
on("snapshot", () => {
  openRoom(room() ? state.open : rooms()[0].key);
  route();
});
on("unread", drawTabs);

document.addEventListener("visibilitychange", readAgain);
addEventListener("hashchange", route);
addEventListener("keydown", event => {
  if (event.key === "Escape" && !event.defaultPrevented) closePopup();
});
document.getElementById("skip").addEventListener("click", event => { event.preventDefault(); focusComposer(); });

document.body.dataset.side = "provider";
ring.start(open, isRead);
chatList(document.getElementById("list"), open);
side.append(sideTabs, providerConsole(), callLog());
drawTabs();
listen();
emit("ready");
