// A language goes in; what a Telegram client says in it, and how it tells times, comes out.

const WORDS = {
  en: {
    edited: "edited", bot: "bot", start: "Start", write: "Message", reply: "Reply", edit: "Edit", forward: "Forward", copy: "Copy text",
    remove: "Delete", from: "Forwarded from", unblock: "Unblock", block: "Block the bot", kick: "Remove the bot", letIn: "Add the bot back",
    blocked: "The bot is blocked here.", kicked: "The bot was removed from this group.", today: "Today", news: "new", empty: "No messages here yet",
    what: "What can this bot do?", copied: "Copied", photo: "Photo", video: "Video", animation: "GIF", document: "File", unread: "Unread messages",
    typing: "typing…", upload_photo: "sending a photo…", record_video: "recording a video…", upload_video: "sending video…",
    upload_document: "sending a file…", more: "Show more", less: "Show less", menu: "Menu", editing: "Edit message",
  },
  zh: {
    edited: "已编辑", bot: "机器人", start: "开始", write: "输入消息", reply: "回复", edit: "编辑", forward: "转发", copy: "复制文本",
    remove: "删除", from: "转发自", unblock: "解除屏蔽", block: "屏蔽机器人", kick: "移除机器人", letIn: "重新添加机器人",
    blocked: "这里已屏蔽机器人。", kicked: "机器人已被移出此群组。", today: "今天", news: "条新消息", empty: "这里还没有消息",
    what: "这个机器人能做什么？", copied: "已复制", photo: "图片", video: "视频", animation: "动图", document: "文件", unread: "未读消息",
    typing: "正在输入……", upload_photo: "正在发送图片……", record_video: "正在录制视频……", upload_video: "正在发送视频……",
    upload_document: "正在发送文件……", more: "展开", less: "收起", menu: "菜单", editing: "编辑消息",
  },
};
const STEPS = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];

export const say = (language, word) => (WORDS[language.slice(0, 2)] ?? WORDS.en)[word] ?? WORDS.en[word] ?? word;

/** A language that the browser knows how to spell dates in. */
export function spelled(language) {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? "en";
  } catch {
    return "en";
  }
}

export function relative(unix, language) {
  const seconds = unix - Date.now() / 1000;
  const [size, unit] = STEPS.find(([size]) => Math.abs(seconds) >= size) ?? STEPS.at(-1);
  return new Intl.RelativeTimeFormat(spelled(language), { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** *format* as in Telegram's date_time entity: w?[dD]?[tT]?, in this order. */
export function absolute(unix, format, language) {
  const options = { weekday: format.includes("w") ? "long" : undefined };
  if (format.includes("d")) Object.assign(options, { day: "numeric", month: "numeric", year: "2-digit" });
  if (format.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/[tT]/.test(format)) Object.assign(options, { hour: "numeric", minute: "2-digit", second: format.includes("T") ? "2-digit" : undefined });
  return new Intl.DateTimeFormat(spelled(language), options).format(unix * 1000);
}

export const clock = (unix, language) => absolute(unix, "t", language);

export function day(unix, language) {
  const then = new Date(unix * 1000);
  if (then.toDateString() === new Date().toDateString()) return say(language, "today");
  return new Intl.DateTimeFormat(spelled(language), { day: "numeric", month: "long" }).format(then);
}

/** As clients write it over a film. */
export function duration(seconds) {
  const two = number => String(number).padStart(2, "0"), minutes = Math.floor(seconds / 60);
  const rest = two(seconds % 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

export function size(bytes) {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round((bytes ?? 0) / 1e3))} kB`;
}

/** Relative times move by themselves, all at once. */
setInterval(() => {
  for (const shown of document.querySelectorAll("time[data-unix]")) {
    const text = relative(Number(shown.dataset.unix), shown.dataset.language);
    if (shown.textContent !== text) shown.textContent = text;
  }
}, 1000);
