// A tag, its properties and what is inside go in; an element comes out. No markup is ever parsed.

const SVG = "http://www.w3.org/2000/svg";

/** Children: nodes, texts, or nothing. `data`, `aria` and `on` are objects; `class` is the name. */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat().filter(present));
  return made;
}

function fill(made, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === "class") made.className = value;
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name === "on") for (const [kind, act] of Object.entries(value)) made.addEventListener(kind, act);
    else if (name === "aria") for (const [key, said] of Object.entries(value)) made.setAttribute(`aria-${key}`, said);
    else if (name in made && name !== "list" && name !== "role") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.flat().filter(present));
  return made;
}

const present = child => child !== undefined && child !== null && child !== false && child !== "";

/** All of *place* gives way to *children*; nothing stays nothing. */
export function refill(place, ...children) {
  place.replaceChildren(...children.flat().filter(present));
}

/** Enter and blank do what a click does; for what is no button. */
export function pressable(act) {
  return {
    click: act,
    keydown: event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      act(event);
    },
  };
}

/** Calls *act* once after everything that happens now, however often it is asked to. */
export function soon(act) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => { asked = false; act(); });
  };
}

/** One drawing of 24 × 24, in the colour of the text. */
export function icon(name) {
  const drawn = svg("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" });
  drawn.append(svg("path", { d: ICONS[name] }));
  return drawn;
}

const ICONS = {
  back: "M15 5l-7 7 7 7",
  send: "M4 12l16-8-5 16-3.5-6.5zM11.5 13.5L20 4",
  bell: "M12 4a5.5 5.5 0 0 0-5.5 5.5V14L4.5 17h15l-2-3V9.5A5.5 5.5 0 0 0 12 4zM10 20h4",
  quiet: "M12 4a5.5 5.5 0 0 0-5.5 5.5V14L4.5 17h15l-2-3V9.5A5.5 5.5 0 0 0 12 4zM10 20h4M4 4l16 16",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  down: "M12 5v14M6 13l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  reply: "M10 7L4 12l6 5v-3.5c5 0 8 1.5 10 4.5-.5-5-4-8-10-8.5z",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  copy: "M9 9h10v11H9zM5 15V4h10",
  open: "M8 16L17 7M9 7h8v8",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  chats: "M4 5h16v11H10l-5 4v-4H4z",
  film: "M4 6h16v12H4zM10 9.5l5 2.5-5 2.5z",
  calls: "M4 7h16M4 12h16M4 17h10",
  menu: "M5 7h14M5 12h14M5 17h14",
  group: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2.5-5 6-5s6 2 6 5M16 11a2.5 2.5 0 1 0 0-5M17 14c2.5.3 4 2 4 5",
};
