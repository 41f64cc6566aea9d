// Words go in; for some seconds, or until they are read, they lie over the page.

import { el } from "./dom.js";

const SECONDS = 3.5;

export function toast(text) {
  show(el("div", { class: "toast" }, text), SECONDS);
}

/** As on a phone's locked screen; a click opens the chat. */
export function banner(title, text, act) {
  const shown = el("button", { class: "toast banner", type: "button", on: { click: () => { shown.remove(); act(); } } },
    el("b", {}, `🔔 ${title}`), el("span", {}, text));
  show(shown, SECONDS * 1.5);
}

function show(shown, seconds) {
  const place = document.getElementById("toasts");
  while (place.children.length > 2) place.firstChild.remove();
  place.append(shown);
  setTimeout(() => shown.remove(), seconds * 1000);
}

/** show_alert: stays until it is read. */
export function alertBox(text) {
  dialog("Reelbell", el("p", {}, text), "OK");
}

/** Closed by its button, by Esc, or by a click beside it. */
export function dialog(title, content, close = "Close") {
  const shown = el("dialog", { aria: { label: title } },
    el("h2", {}, title), content,
    el("div", { class: "row-end" }, el("button", { class: "plain", type: "button", on: { click: () => shown.close() } }, close)));
  shown.addEventListener("click", event => { if (event.target === shown) shown.close(); });
  shown.addEventListener("close", () => shown.remove());
  document.body.append(shown);
  shown.showModal();
  return shown;
}
