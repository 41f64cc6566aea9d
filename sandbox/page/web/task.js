// A task's ID goes in; its card comes out: what is true of it, what one can do, and its timeline.

import { el, icon } from "./dom.js";
import { copy } from "./net.js";
import { state } from "./store.js";
import { lateness, timeline } from "./timeline.js";

const WORDS = {
  queued: "queued", processing: "running", completed: "completed", failed: "failed", not_there: "not there", not_yours: "not ours",
};

export class TaskCard {
  constructor(id, send) {
    this.id = id;
    this.started = false;
    this.state = el("span", {});
    this.note = el("p", { class: "task-note" });
    this.line = el("div", { class: "task-line" });
    this.asked = el("p", { class: "task-asked" });
    this.el = el("article", { class: "card task", data: { task: id } },
      el("div", { class: "task-head" },
        el("button", { type: "button", class: "task-id", title: "Copy the ID", on: { click: () => copy(id, "ID copied") } }, el("code", {}, id), icon("copy")),
        this.state,
        el("button", { type: "button", class: "plain small", title: "Send to the open chat", on: { click: () => send(id) } }, icon("send"), "Send")),
      this.note, this.line, this.asked);
  }

  update() {
    const task = state.tasks.get(this.id), now = state.progress.get(this.id), polls = state.polls.get(this.id) ?? [];
    if (!task || !now) return;
    const percent = now.meaning === "processing" && now.percent !== null ? ` ${now.percent} %` : "";
    this.state.className = `state ${now.started ? now.meaning : "waits"}`;
    this.state.textContent = now.started ? `${WORDS[now.meaning] ?? now.status}${percent}` : "not asked yet";
    this.note.textContent = [task.model, task.note].filter(Boolean).join(" · ");
    if (!now.started) return;
    const drawn = timeline(task, polls);
    if (this.line.firstChild) this.line.firstChild.replaceWith(drawn);
    else this.line.append(drawn);
    this.asked.textContent = asked(task, polls);
  }
}

function asked(task, polls) {
  const late = lateness(task, polls), failed = polls.filter(poll => poll.fault).length;
  const told = `asked ${polls.length} ×${failed ? `, ${failed} in vain` : ""}`;
  return late === null ? told : `${told} · end noticed after ${late.toFixed(1)} s`;
}
