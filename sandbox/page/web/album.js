// Messages of one media group go in; they stand as a grid in the bubble of the first of them.

import { el } from "./dom.js";

export class Albums {
  constructor() {
    this.leaders = new Map();
  }

  /** The first one leads; the rows of the others are hidden, and their media stand in its grid. */
  join(bubble) {
    const group = bubble.item.message.media_group_id;
    if (!group) return;
    const leader = this.leaders.get(group);
    if (!leader) this.leaders.set(group, bubble);
    else gather(leader, bubble);
  }

  /** Those who stood in its bubble find themselves another leader. */
  leave(bubble) {
    const group = bubble.item.message.media_group_id;
    if (this.leaders.get(group) === bubble) {
      this.leaders.delete(group);
      const left = bubble.others.splice(0);
      for (const one of left) release(one);
      for (const one of left) this.join(one);
    } else if (bubble.leader) {
      const { leader } = bubble;
      leader.others.splice(leader.others.indexOf(bubble), 1);
      release(bubble);
      draw(leader);
    }
  }
}

function gather(leader, bubble) {
  bubble.leader = leader;
  bubble.el.hidden = true;
  leader.others.push(bubble);
  draw(leader);
}

function release(bubble) {
  bubble.leader = null;
  bubble.el.hidden = false;
  bubble.takeBack();
}

function draw(leader) {
  const all = [leader, ...leader.others];
  leader.takeBack();
  if (all.length > 1) {
    leader.body.insertBefore(el("div", { class: "grid", data: { count: all.length } }, all.map(one => one.slots.media.place)), leader.slots.below.place);
    leader.slots.below.place.after(...leader.others.map(one => one.slots.below.place));
  }
  leader.dress();
}
