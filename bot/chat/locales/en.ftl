# Every sentence that a person can read. Tags are Telegram's HTML; values arrive escaped.

## The bot itself

bot-description =
    I watch your Jimmy AI video tasks. Send me a task ID, and I’ll ring at the milestones and bring the finished video into this chat.
bot-short-description = Rings when your Jimmy AI video is ready.
command-watch = Watch one or more task IDs
command-list = What I am watching here
command-stop = Stop watching
command-help = How this works
command-start = Start

## Answers

welcome =
    👋 Hi! Send me the ID of a Jimmy AI video task. I’ll watch it, ring at the milestones and bring the finished video right here.

    An ID looks like <code>task_c2501e2846d2bf1d06428da9</code>. You can paste several at once, or the API’s whole response.

    /help has the rest.
help =
    <b>Send me a task ID</b>, or several: one per line, in a sentence, as a link, as the JSON that the API returned, or as a curl command. I look right away.

    🔔 on a card chooses the milestones that ring: 25·50·75, 50, none, or every 10%. The end always rings.
    ✖ on a card stops watching that task.

    /watch <i>ID …</i> – watch tasks; in groups, the only way to ask
    /list – what I am watching here
    /stop – stop the only watch; /stop <i>ID</i> – that one; /stop all – all of them

    You can have up to { $limit } { $limit ->
        [one] watch
       *[other] watches
    } at a time. When a video is ready I attach it here, so it is still here when Jimmy AI’s link has expired; several images come as one album. 📄 below a video or an image sends it once more as a file, exactly as it was made.
hint =
    I found no task ID in that. An ID looks like <code>task_c2501e2846d2bf1d06428da9</code>; paste it alone, or together with the text around it. /help shows more.
watch-what = Which task? Like this: <code>/watch task_c2501e2846d2bf1d06428da9</code>
bad-ids =
    { $count ->
        [one] This can’t be a task ID:
       *[other] These can’t be task IDs:
    }
id-looks = An ID is 1 to 128 characters long: letters, digits and <code>. _ : -</code>. It starts with a letter or a digit.
too-many =
    { $active ->
        [0] You asked for { $asked } watches; your limit is { $limit } at a time, so I haven’t started any.
       *[other] You asked for { $asked } more, with { $active } active already; your limit is { $limit } at a time, so I haven’t started any.
    } /list shows what I am watching here, /stop makes room.
no-room = My disk is almost full, so I haven’t started anything new. What I am watching already goes on as usual. Please try again later.
already-watched =
    { $count ->
        [one] I am already watching this one here:
       *[other] I am already watching these here:
    }
list-empty = I am not watching anything here. Send me a task ID.
list-head =
    { $count ->
        [one] I am watching one task here:
       *[other] I am watching { $count } tasks here:
    }
and-more = … and { $count } more
stopped =
    { $count ->
        [one] ✖ No longer watching this one:
       *[other] ✖ No longer watching these:
    }
not-watched = I am not watching this here; /list shows what I am watching:
stop-which = Which one? <code>/stop</code> with its ID, or /stop all
not-allowed = Sorry, this bot only works for people its operator has listed.
unknown-command = I don’t know that command. /help shows the ones I know.
key-trouble =
    ⚠️ Jimmy AI began to refuse this bot’s key { $ago }. All watches wait, and none is lost.
    Put a working key into JIMMY_API_KEY and restart the bot; if the account is only blocked for a while, everything goes on by itself.

## States of a task

state-new = 🔎 Looking…
state-missing = 🤔 Not known yet
state-queued = ⏳ Queued
state-running = 🎬 Generating
state-percent = 🎬 { $bar } { $percent }%
state-fileless = 🎬 Finished, waiting for its file
state-completed = ✅ Ready
state-failed = ❌ Failed
state-unknown = 🤷 No such task
state-refused = 🚫 Refused

## The card

card-stopped = ✖ Stopped watching
card-missing = Jimmy AI doesn’t know this ID yet. I keep looking for a while.
card-running-since = started { $ago }
card-last-change = last change { $ago }
trouble-key = ⚠️ Jimmy AI refuses this bot’s key. I keep your watch; the operator has to put the key right.
trouble-throttled = ⚠️ Jimmy AI asks me to slow down. I keep looking.
trouble-unavailable = ⚠️ Jimmy AI stopped answering { $ago }. I keep looking; nothing is lost.
trouble-nonsense = ⚠️ Jimmy AI’s answers make no sense at the moment. I keep looking.
button-stop = ✖ Stop
button-again = 🔁 Check again
button-go-on = 🔁 Keep watching
button-original = ⬇ Original
button-file = 📄 As a file
ladder-none = end only

## Rings

milestone = 🎬 { $percent }%
attaching-video = attaching the video…
attaching-image = attaching the image…
so-far = { $doing } { $percent }%
album = { $count } images
ended-completed = ✅ Ready
ended-fileless = 🤷 Finished without a file
ended-failed = ❌ Failed
ended-unknown = 🤷 No such task
ended-refused = 🚫 Refused
why-no-file = Jimmy AI says the task is finished, but gave no file for it.
why-failed = Jimmy AI could not make it. In its own words:
why-silent = Jimmy AI could not make it, and gave no reason.
why-moderation = Jimmy AI’s content filter refused it. Changing the prompt or the picture may help; trying the same again won’t. In its own words:
why-input = Jimmy AI can’t make what was asked for. In its own words:
why-transport = Something broke at Jimmy AI. It is safe to try the same again. In its own words:
why-unknown = Jimmy AI doesn’t know this ID. Is it complete, and from the account that this bot uses? Send it again to have me check again.
why-bad_id = Jimmy AI doesn’t accept this as an ID.
why-not_yours = The task belongs to a different account from the one this bot uses.
gave-up = ⌛ Gave up
gave-up-known = After { $after } there is still no end in sight, so I have stopped looking. Last known state: { $state }

## The result

open-original = Open it at Jimmy AI
originals = Originals at Jimmy AI: { $links }
album-part = { $shown } of { $count } images
took = took { $span }
cost = cost { $cost }
link-until = original link until { $date }
odd-video = It is { $odd }, which Telegram can’t play in place; open the file to watch it.
odd-image = It is { $odd }, which Telegram can’t show in place; open the file to see it.
file-video = Telegram can’t play it in place; open the file to watch it.
file-image = Telegram can’t show it in place; open the file to see it.
unattached-too_big = At { $size } it is too big to attach: Telegram takes up to { $limit } from a bot.
unattached-expired = Jimmy AI’s link to the file expired on { $date }.
unattached-gone = Jimmy AI’s link to the file stopped working before its time, and I have no other.
unattached-not_media = Jimmy AI’s link leads to something that is neither a video nor a picture, so I haven’t attached it.
unattached-broken = The file is damaged: I can’t make sense of it, so I haven’t attached it. Your player may get further.
unattached-slow = The file travels too slowly for me to bring it here.
unattached-unreachable = I couldn’t get the file from Jimmy AI’s server.
unattached-no_room = My disk is full or out of order, so I couldn’t bring the file here.
unattached-forbidden = Jimmy AI’s link leads to { $host }. It is not a public address, or this bot may not fetch from it, so I don’t pass the link on.
unattached-refused = Telegram didn’t take the file, or this chat doesn’t let me send such files.
unattached-unsure = Telegram didn’t say whether it took the file. If it isn’t in this chat, here is the way to it.
unattached-too_late = I couldn’t reach this chat in time to bring the file: Jimmy AI’s link to it expired on { $date }.
more-than = more than { $size }
reminder-head = ⏰ Save it soon
reminder = Jimmy AI’s link to the file expires { $when }, and the file isn’t in this chat. Save it before then.

## Toasts

toast-stopped = Stopped
toast-ladder = I’ll ring at { $ladder }% and at the end
toast-ladder-none = I’ll ring at the end only
toast-again = Looking again
toast-file = Sending the file…
toast-file_already = You have it already, above
toast-gone = This button no longer works
toast-not_allowed = This bot only works for people its operator has listed
toast-no_room = My disk is almost full; please try again later
toast-too_many = You are at your limit of watches; stop one first

## Spans of time

span-days = { $count } d
span-hours = { $count } h
span-minutes = { $count } min
span-seconds = { $count } s

## Sizes

size-bytes = { $count } B
size-kilobytes = { $count } kB
size-megabytes = { $count } MB
size-gigabytes = { $count } GB
