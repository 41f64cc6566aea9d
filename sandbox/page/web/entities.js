// A text and its Bot API entities go in; text nodes and known elements come out.

import { el, pressable } from "./dom.js";
import { copy, visit } from "./net.js";
import { absolute, relative, say } from "./words.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];
const LONG_QUOTE = 150;

/** *context*: `language` of the viewer, and `command(text)` for a command that is clicked. */
export function rich(text, entities, context) {
  const sorted = [...(entities ?? [])].sort((one, other) => one.offset - other.offset || other.length - one.length);
  return pieces(text, sorted, 0, text.length, context);
}

// Offsets are UTF-16 units, as in every JavaScript string.
function pieces(text, entities, from, to, context) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length;) {
    const entity = entities[index++], start = Math.max(entity.offset, at), end = Math.min(entity.offset + entity.length, to);
    const inside = [];
    while (index < entities.length && entities[index].offset < end) inside.push(entities[index++]);
    if (end <= start) continue;
    if (start > at) nodes.push(text.slice(at, start));
    nodes.push(element(entity, text.slice(start, end), pieces(text, inside, start, end, context), context));
    at = end;
    if (BLOCKS.includes(entity.type) && text[at] === "\n") at++; // the block breaks the line already
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function element(entity, text, inside, context) {
  switch (entity.type) {
    case "bold": case "italic": case "underline": case "strikethrough":
      return el(PLAIN[entity.type], {}, inside);
    case "code":
      return el("code", {
        role: "button", tabIndex: 0, title: say(context.language, "copy"), on: pressable(() => copy(text, say(context.language, "copied"))),
      }, inside);
    case "pre":
      return codeBlock(entity, text, inside, context);
    case "spoiler":
      return spoiler(inside);
    case "blockquote":
      return el("blockquote", {}, inside);
    case "expandable_blockquote":
      return folded(text, inside, context);
    case "text_link": case "url":
      return link(entity.url ?? (/^[a-z]+:/i.test(text) ? text : `https://${text}`), inside);
    case "email":
      return link(`mailto:${text}`, inside);
    case "bot_command":
      return el("span", { class: "link", role: "button", tabIndex: 0, on: pressable(() => context.command(text)) }, inside);
    case "date_time":
      return when(entity, inside, context.language);
    case "mention": case "text_mention": case "hashtag": case "cashtag": case "phone_number":
      return el("span", { class: "link" }, inside);
    default:
      return el("span", {}, inside);
  }
}

/** Other schemes than those of the web stay words. */
function link(url, inside) {
  if (!/^https?:\/\//i.test(url)) return el("span", { class: "link", role: "link", tabIndex: 0, title: url, on: pressable(() => visit(url)) }, inside);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, inside);
}

function spoiler(inside) {
  const hidden = el("span", { class: "spoiler", role: "button", tabIndex: 0, aria: { label: "Spoiler" } }, el("span", {}, inside));
  const show = event => {
    if (hidden.classList.contains("shown")) return;
    event.preventDefault();
    event.stopPropagation();
    hidden.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) hidden.removeAttribute(name);
  };
  for (const [kind, act] of Object.entries(pressable(show))) hidden.addEventListener(kind, act, true);
  return hidden;
}

function codeBlock(entity, text, inside, context) {
  const button = el("button", { type: "button", class: "copy", on: { click: () => copy(text, say(context.language, "copied")) } }, say(context.language, "copy"));
  return el("div", { class: "pre" }, el("div", { class: "pre-head" }, el("span", {}, entity.language ?? ""), button), el("pre", {}, inside));
}

function folded(text, inside, context) {
  const quote = el("blockquote", { class: "expandable" }, el("div", { class: "quoted" }, inside));
  if (text.length < LONG_QUOTE && text.split("\n").length <= 3) return quote;
  const toggle = el("button", { type: "button", class: "fold", aria: { expanded: "false" } }, say(context.language, "more"));
  toggle.addEventListener("click", () => {
    const shown = quote.classList.toggle("shown");
    toggle.setAttribute("aria-expanded", String(shown));
    toggle.textContent = say(context.language, shown ? "less" : "more");
  });
  quote.classList.add("folds");
  quote.append(toggle);
  return quote;
}

/** Relative ones carry what `words.js` needs to keep them moving. */
function when(entity, inside, language) {
  const unix = entity.unix_time, format = entity.date_time_format ?? "";
  const props = { class: "when", dateTime: new Date(unix * 1000).toISOString(), title: absolute(unix, "wDT", language) };
  if (format === "r") return el("time", { ...props, data: { unix, language } }, relative(unix, language));
  return el("time", props, format ? absolute(unix, format, language) : inside);
}
