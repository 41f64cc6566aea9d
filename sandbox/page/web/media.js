// A message goes in; its player, picture or file comes out. It lives as long as its file does.

import { el, icon } from "./dom.js";
import { dialog } from "./toast.js";
import { duration, say, size } from "./words.js";

const KINDS = ["animation", "video", "photo", "document"]; // an animation has a document, too

export const kindOf = message => KINDS.find(kind => message[kind]);

/** The same as long as the element may stay: a film that plays must not be touched. */
export function mediaKey(message) {
  const kind = kindOf(message);
  return kind ? `${kind} ${[message[kind]].flat().at(-1).file_unique_id}` : "";
}

const address = file => `/files/${encodeURIComponent(file.file_unique_id)}`;

export function media(message, language) {
  switch (kindOf(message)) {
    case "video": return player(message.video, { controls: true, preload: "metadata" });
    case "animation": return gif(message.animation);
    case "photo": return photo(message.photo.at(-1), language);
    case "document": return file(message.document);
    default: return null;
  }
}

function frame(shape, ...inside) {
  const made = el("div", { class: "media" }, ...inside);
  const [width, height] = [shape.width || 16, shape.height || 9];
  made.style.aspectRatio = `${width} / ${height}`;
  made.classList.toggle("tall", height > width);
  return made;
}

function player(video, props) {
  const poster = video.cover?.at(-1) ?? video.thumbnail;
  const length = video.duration && props.controls ? el("span", { class: "chip" }, duration(video.duration)) : null;
  const film = el("video", { ...props, playsInline: true, src: address(video), poster: poster ? address(poster) : undefined });
  film.addEventListener("error", () => film.replaceWith(lost()), { once: true });
  film.addEventListener("play", () => length?.remove(), { once: true });
  return frame(video, film, length);
}

function gif(animation) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const shown = player(animation, { muted: true, loop: true, autoplay: !still, controls: still });
  shown.append(el("span", { class: "chip" }, "GIF"));
  return shown;
}

function photo(biggest, language) {
  const picture = el("img", { src: address(biggest), alt: say(language, "photo"), loading: "lazy" });
  picture.addEventListener("error", () => picture.replaceWith(lost()), { once: true });
  const look = () => dialog(say(language, "photo"), el("img", { class: "large", src: address(biggest), alt: "" }));
  return frame(biggest, el("button", { type: "button", class: "bare", on: { click: look } }, picture));
}

function file(document) {
  const name = document.file_name ?? "file";
  return el("a", { class: "file", href: address(document), download: name },
    preview(document.thumbnail) ?? el("span", { class: "disc" }, icon("file")),
    el("span", {}, el("b", {}, name), el("small", {}, size(document.file_size))));
}

const preview = thumbnail => thumbnail && el("img", { class: "preview", src: address(thumbnail), alt: "" });

const lost = () => el("span", { class: "lost" }, "This file cannot be shown");

/** One line for quotes, lists and banners. */
export function gist(message, language) {
  const text = message.text ?? message.caption ?? "", kind = kindOf(message);
  const first = [...text.split("\n", 1)[0]].slice(0, 120).join(""); // characters, not their halves
  const mark = { video: "🎬", animation: "🎬", photo: "🖼", document: "📄" }[kind];
  return kind ? `${mark} ${first || say(language, kind)}` : first;
}
