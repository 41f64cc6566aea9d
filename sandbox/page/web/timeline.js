// A task's plan and the bot's polls go in; a picture of when what was true, and when the bot looked, comes out.

import { svg } from "./dom.js";

const WIDTH = 360, LEFT = 4, RIGHT = 356, TOP = 8, FLOOR = 44, BAR = 6, TICKS = 54, TICK = 9, HEIGHT = 78;

/** Unix seconds at which *elapsed* seconds of script are over. */
export function wallAt(legs, elapsed) {
  const [at, from, speed] = legs.findLast(leg => leg[1] <= elapsed) ?? legs[0];
  return at + (elapsed - from) / speed;
}

const firstFinal = polls => polls.find(poll => poll.final && !poll.fault);

/** Seconds from the end, or from the first question if that came later, to the poll that told of it. */
export function lateness(task, polls) {
  const noticed = firstFinal(polls);
  if (!noticed || task.end === null || !task.legs.length) return null;
  return Math.max(0, noticed.at - Math.max(wallAt(task.legs, task.end), polls[0].at));
}

export function timeline(task, polls) {
  const { legs } = task, now = Date.now() / 1000, noticed = firstFinal(polls), last = polls.at(-1)?.at ?? legs[0][0];
  const end = task.end === null ? null : wallAt(legs, task.end);
  const begin = wallAt(legs, 0);
  const until = Math.max(end ?? now, last, noticed ? 0 : Math.min(now, (end ?? now) + 60), begin + 5);
  const span = (until - begin) * 1.02;
  const x = at => LEFT + (RIGHT - LEFT) * Math.max(0, Math.min(1, (at - begin) / span));
  const y = percent => FLOOR - (FLOOR - TOP) * Math.max(0, Math.min(100, percent)) / 100;
  const drawn = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "timeline", role: "img", "aria-label": spoken(task, polls) });
  drawn.append(...truth(task, end, until, now, x, y), ...spans(task, end, until, x), ...looks(polls, x, y),
    ...ends(task, polls, end, noticed, x), ...scale(begin, until, now, noticed, x));
  return drawn;
}

function spoken(task, polls) {
  const late = lateness(task, polls);
  return `${polls.length} questions of the bot${late === null ? "" : `; the end was noticed after ${late.toFixed(1)} seconds`}`;
}

/** True progress: what is over is filled, what is to come is a line. */
function truth(task, end, until, now, x, y) {
  let points = task.curve.map(([elapsed, percent]) => [wallAt(task.legs, elapsed), percent]);
  if (task.fails) points.pop(); // a failure has no progress
  else if (end !== null) points.push([end, 100]);
  else { // it never ends, and stays where it is
    points = points.filter(([at], index) => at <= until || !index);
    points.push([until, points.at(-1)[1]]);
  }
  const path = some => some.map(([at, percent], index) => `${index ? "L" : "M"}${x(at).toFixed(1)} ${y(percent).toFixed(1)}`).join("");
  const over = points.filter(([at]) => at <= now);
  const area = over.length > 1 ? `${path(over)}L${x(over.at(-1)[0]).toFixed(1)} ${FLOOR}L${x(over[0][0]).toFixed(1)} ${FLOOR}Z` : "";
  return [area && svg("path", { d: area, class: "t-area" }), svg("path", { d: path(points), class: "t-line" })].filter(Boolean);
}

function spans(task, end, until, x) {
  const started = wallAt(task.legs, 0), running = wallAt(task.legs, task.queue), over = end ?? until;
  const bar = (from, to, kind, words) => x(to) - x(from) < 0.5 ? null
    : svg("rect", { x: x(from), y: FLOOR + 2, width: x(to) - x(from), height: BAR, class: `t-${kind}` }, svg("title", {}, words));
  const after = end === null ? null : bar(end, until * 2, task.fails ? "fail" : "done", task.fails ? "failed" : "completed");
  return [bar(started, running, "queue", "queued"), bar(running, over, "run", "processing"), after].filter(Boolean);
}

/** Each question is a tick, and what it was told a dot. */
function looks(polls, x, y) {
  return polls.flatMap(poll => {
    const at = x(poll.at).toFixed(1), kind = poll.fault ? "bad" : poll.final ? "final" : "look";
    const words = `${new Date(poll.at * 1000).toLocaleTimeString()} ${poll.fault || poll.told || poll.status}${poll.percent === null ? "" : ` ${poll.percent}`}`;
    const tick = svg("line", { x1: at, x2: at, y1: TICKS, y2: TICKS + TICK, class: `t-${kind}` }, svg("title", {}, words));
    const dot = poll.percent === null || poll.fault ? null : svg("circle", { cx: at, cy: y(poll.percent).toFixed(1), r: 1.8, class: "t-dot" });
    return [tick, dot].filter(Boolean);
  });
}

/** Where it ended and where the bot noticed, with the seconds between. */
function ends(task, polls, end, noticed, x) {
  if (!noticed || end === null) return [];
  const from = x(end), to = x(noticed.at), left = to > WIDTH - 60;
  return [
    svg("line", { x1: from, x2: from, y1: TOP - 4, y2: TICKS + TICK, class: "t-end" }),
    svg("line", { x1: to, x2: to, y1: TOP - 4, y2: TICKS + TICK, class: "t-noticed" }),
    svg("text", { x: left ? to - 3 : to + 3, y: TICKS + TICK + 11, class: "t-late", "text-anchor": left ? "end" : "start" }, `+${lateness(task, polls).toFixed(1)} s`),
  ];
}

function scale(begin, until, now, noticed, x) {
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600].find(one => (until - begin) / one <= 6) ?? 7200;
  const marks = [];
  for (let at = 0; begin + at <= until; at += step) {
    const place = x(begin + at);
    if (noticed && Math.abs(place - x(noticed.at)) < 48) continue;
    marks.push(svg("text", { x: place, y: TICKS + TICK + 11, class: "t-scale", "text-anchor": at ? "middle" : "start" }, at >= 120 ? `${at / 60} min` : `${at} s`));
  }
  if (now < until) marks.push(svg("line", { x1: x(now), x2: x(now), y1: TOP, y2: FLOOR + BAR + 2, class: "t-now" }));
  return marks;
}
