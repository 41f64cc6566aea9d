// Events of the stream go in; what is known now, and who wants to hear of a change, is kept here.

export const state = {
  bot: "", people: new Map(), chats: [], menus: {}, descriptions: {}, switches: {}, speed: 1,
  /** By key, in the order of arrival: message id → { message, rang }. */
  rooms: new Map(),
  tasks: new Map(), progress: new Map(), polls: new Map(), calls: [], toasts: new Map(),
  /** Unread by room; who one is in a group; the open room. */
  unread: new Map(), speaker: new Map(), open: "", online: false,
};
const KEPT_CALLS = 500;
const listeners = new Map();
const places = new Map();

export function on(kinds, act) {
  for (const kind of kinds.split(" ")) listeners.set(kind, [...(listeners.get(kind) ?? []), act]);
}

export function emit(kind, body) {
  for (const act of listeners.get(kind) ?? []) act(body);
}

/** All of them are known before the first one is told. */
export function apply(events) {
  const told = events.map(([kind, body]) => [kind, (learn[kind] ?? put(kind))(body) ?? body]);
  state.online = true;
  for (const [kind, body] of told) emit(kind, body);
  emit("any");
}

const put = kind => body => { state[kind] = body; };

const learn = {
  snapshot({ bot, messages, calls, polls }) {
    Object.assign(state, { bot, calls });
    for (const map of [state.rooms, state.tasks, state.progress, state.polls, state.unread, state.toasts, places]) map.clear();
    messages.forEach(keep);
    polls.forEach(learn.poll);
  },
  people(people) { state.people = new Map(people.map(person => [person.id, person])); },
  sent: keep,
  edited(item) {
    item.rang = known(item.chat, item.message.message_id)?.rang ?? false;
    return keep(item);
  },
  deleted({ chat, message_id }) {
    const key = places.get(`${chat}:${message_id}`);
    state.rooms.get(key)?.delete(message_id);
    return { key, message_id };
  },
  task(task) { state.tasks.set(task.id, task); },
  progress(now) { state.progress.set(now.id, now); },
  poll(poll) {
    if (!state.polls.has(poll.task)) state.polls.set(poll.task, []);
    state.polls.get(poll.task).push(poll);
  },
  call(call) {
    state.calls.push(call);
    if (state.calls.length > KEPT_CALLS) state.calls.shift();
  },
  toast(answer) { state.toasts.set(answer.query, answer); },
};

function keep(item) {
  const key = keyOf(item.message);
  places.set(`${item.chat}:${item.message.message_id}`, key);
  if (!state.rooms.has(key)) state.rooms.set(key, new Map());
  state.rooms.get(key).set(item.message.message_id, item);
  return { ...item, key };
}

export const known = (chat, id) => state.rooms.get(places.get(`${chat}:${id}`))?.get(id);

/** A chat is one room, unless it has topics: then each topic is one, and 0 is "General". */
export function keyOf(message) {
  const { id, is_forum } = message.chat;
  return is_forum ? `${id}/${message.is_topic_message ? message.message_thread_id : 0}` : `${id}`;
}

/** Every room that can be opened, in the order of the list. */
export function rooms() {
  return state.chats.flatMap(chat => chat.forum
    ? [{ id: 0, name: "General" }, ...chat.topics].map(topic => ({ key: `${chat.id}/${topic.id}`, chat, topic }))
    : [{ key: `${chat.id}`, chat, topic: null }]);
}

export const room = (key = state.open) => rooms().find(one => one.key === key);

/** Through whose eyes a chat is seen. */
export function viewer(chat) {
  const chosen = state.speaker.get(chat.id);
  return state.people.get(chat.members.includes(chosen) ? chosen : chat.members[0]);
}
