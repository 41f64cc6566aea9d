// Something to hold on to and choices go in; a menu opens there, for mouse and keyboard.

import { el } from "./dom.js";

let open = null;

/** *choices*: [words, act] pairs; *chosen* is marked. Closing gives the focus back. */
export function popup(anchor, choices, chosen = null) {
  closePopup();
  const items = choices.map(([words, act]) => el("button", {
    type: "button", role: "menuitem", tabIndex: -1, class: words === chosen ? "chosen" : "",
    on: { click: () => { closePopup(); act(); } },
  }, words));
  const menu = el("div", { class: "popup", role: "menu", on: { keydown: event => walk(event, items) } }, items);
  document.body.append(menu);
  place(menu, anchor.getBoundingClientRect());
  open = { menu, anchor, before: document.activeElement };
  items[0]?.focus({ preventScroll: true });
}

export function closePopup() {
  if (!open) return false;
  const { menu, before } = open;
  open = null;
  menu.remove();
  before?.focus?.({ preventScroll: true });
  return true;
}

function place(menu, around) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = around.bottom + height + 8 < innerHeight;
  menu.style.left = `${Math.max(8, Math.min(around.right - width, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? around.bottom + 4 : around.top - height - 4)}px`;
}

function walk(event, items) {
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Tab") return closePopup();
  if (event.key === "Escape") event.stopPropagation(), closePopup();
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length).focus();
}

addEventListener("pointerdown", event => { if (open && !open.menu.contains(event.target)) closePopup(); }, true);
addEventListener("resize", closePopup);
