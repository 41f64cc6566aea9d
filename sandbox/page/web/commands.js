// A field that begins with "/" goes in; the commands that the bot has registered come out.

import { el } from "./dom.js";

export class CommandMenu {
  /** *send(text)* is called for a chosen one; *offered()* tells which there are. */
  constructor(field, send, offered) {
    this.field = field;
    this.send = send;
    this.offered = offered;
    this.shown = [];
    this.at = 0;
    this.el = el("ul", { class: "commands", id: "commands", role: "listbox", hidden: true, aria: { label: "Commands" } });
    field.setAttribute("aria-controls", "commands");
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  look() {
    const [, begun] = /^\/(\w*)$/.exec(this.field.value) ?? [];
    this.shown = begun === undefined ? [] : this.offered().filter(one => one.command.startsWith(begun.toLowerCase()));
    this.at = 0;
    this.draw();
  }

  draw() {
    this.el.hidden = this.shown.length === 0;
    this.el.replaceChildren(...this.shown.map((one, index) => el("li", {
      role: "option", id: `command-${index}`, aria: { selected: String(index === this.at) },
      on: { pointerdown: event => event.preventDefault(), click: () => this.choose(index) },
    }, el("b", {}, `/${one.command}`), el("span", {}, one.description))));
    if (this.shown.length) this.field.setAttribute("aria-activedescendant", `command-${this.at}`);
    else this.field.removeAttribute("aria-activedescendant");
    this.el.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.shown = [];
    this.draw();
  }

  choose(index) {
    const { command } = this.shown[index];
    this.close();
    this.set("");
    this.send(`/${command}`);
  }

  set(text) {
    this.field.value = text;
    this.field.dispatchEvent(new Event("input"));
  }

  /** True when the key was meant for the menu. */
  pressed(event) {
    if (!this.shown.length) return false;
    const { length } = this.shown;
    switch (event.key) {
      case "ArrowDown": this.at = (this.at + 1) % length; break;
      case "ArrowUp": this.at = (this.at + length - 1) % length; break;
      case "Enter": if (event.shiftKey) return false; this.choose(this.at); break;
      case "Tab": this.set(`/${this.shown[this.at].command} `); break;
      case "Escape": this.close(); break;
      default: return false;
    }
    event.preventDefault();
    if (this.shown.length) this.draw();
    return true;
  }
}
