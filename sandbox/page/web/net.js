// What a person does goes in; the sandbox does it, or a toast says why not.

import { toast } from "./toast.js";

/** The answer; null when it was refused. */
export async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (answer.ok) return await answer.json();
    toast(await answer.text());
  } catch {
    toast("The sandbox does not answer: has it ended?");
  }
  return null;
}

export async function copy(text, done = "Copied") {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast("The browser does not allow copying here");
  }
}

/** Only to where a link in a chat may lead. */
export function visit(url) {
  if (/^https?:\/\//i.test(url)) window.open(url, "_blank", "noopener,noreferrer");
  else toast(`Telegram would open ${url}`);
}
