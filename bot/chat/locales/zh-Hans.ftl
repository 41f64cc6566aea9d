# 用户能看到的每一句话。标签是 Telegram 的 HTML；传入的值已经转义。

## 机器人本身

bot-description =
    我替你盯着 Jimmy AI 的视频任务。把任务 ID 发给我：到了进度节点我会提醒你，视频完成后直接发到这个聊天里。
bot-short-description = Jimmy AI 视频一完成，就来叫你。
command-watch = 关注一个或多个任务 ID
command-list = 这里正在关注的任务
command-stop = 停止关注
command-help = 使用说明
command-start = 开始

## 回答

welcome =
    👋 你好！把 Jimmy AI 视频任务的 ID 发给我，我会一直盯着它，到了进度节点提醒你，完成后把视频直接发到这里。

    ID 大概是这样的：<code>task_c2501e2846d2bf1d06428da9</code>。可以一次粘贴好几个，也可以把接口返回的整段内容贴过来。

    更多说明请看 /help。
help =
    <b>把任务 ID 发给我</b>，一个或多个都行：每行一个、夹在句子里、链接、接口返回的 JSON、curl 命令都可以。我会马上去查。

    卡片上的 🔔 用来选择在哪些进度提醒：25·50·75、50、不提醒，或每 10%。任务结束时一定会提醒。
    卡片上的 ✖ 用来停止关注这个任务。

    /watch <i>ID …</i>：关注任务；在群里只能这样告诉我
    /list：这里正在关注的任务
    /stop：只有一个关注时，停止它；/stop <i>ID</i>：停止指定的任务；/stop all：全部停止

    同时最多可以关注 { $limit } 个任务。视频完成后我会发到这里，即使 Jimmy AI 的链接过期了，视频也还在；有多张图片时会合成一个相册。点视频或图片下面的 📄，我会把原文件原样再发一份。
hint =
    这里面没有找到任务 ID。ID 大概是这样的：<code>task_c2501e2846d2bf1d06428da9</code>，单独发或连同前后文字一起发都行。更多说明请看 /help。
watch-what = 要关注哪个任务？请这样写：<code>/watch task_c2501e2846d2bf1d06428da9</code>
bad-ids =
    { $count ->
       *[other] 以下内容不是有效的任务 ID：
    }
id-looks = ID 由 1 到 128 个字母、数字和 <code>. _ : -</code> 组成，以字母或数字开头。
too-many =
    { $active ->
        [0] 这次要关注 { $asked } 个任务，但同时最多只能关注 { $limit } 个，所以一个也没有开始。
       *[other] 这次要再关注 { $asked } 个任务，但同时最多只能关注 { $limit } 个，现在已有 { $active } 个，所以一个也没有开始。
    }用 /list 看看这里正在关注什么，用 /stop 腾出位置。
no-room = 我的磁盘快满了，暂时不能接受新的关注，这次没有开始。已经在关注的任务照常进行。请稍后再试。
already-watched =
    { $count ->
       *[other] 这里已经在关注以下任务：
    }
list-empty = 这里没有正在关注的任务。把任务 ID 发给我吧。
list-head =
    { $count ->
       *[other] 这里正在关注 { $count } 个任务：
    }
and-more = ……还有 { $count } 个
stopped =
    { $count ->
       *[other] ✖ 已停止关注以下任务：
    }
not-watched = 这里没有关注以下任务，用 /list 看看正在关注什么：
stop-which = 要停止哪一个？请发送 <code>/stop</code> 加它的 ID，或 /stop all
not-allowed = 抱歉，这个机器人只为管理员指定的用户服务。
unknown-command = 没有这个命令。可用的命令请看 /help。
key-trouble =
    ⚠️ Jimmy AI 自 { $ago }起一直拒绝这个机器人的密钥。所有关注都会保留，不会丢失。
    请把 JIMMY_API_KEY 换成有效的密钥并重启机器人；如果只是账号暂时受限，恢复后会自动继续。

## 任务的状态

state-new = 🔎 正在查询……
state-missing = 🤔 暂时查不到
state-queued = ⏳ 排队中
state-running = 🎬 生成中
state-percent = 🎬 { $bar } { $percent }%
state-fileless = 🎬 已完成，等待文件
state-completed = ✅ 已完成
state-failed = ❌ 失败
state-unknown = 🤷 没有这个任务
state-refused = 🚫 被拒绝

## 卡片

card-stopped = ✖ 已停止关注
card-missing = Jimmy AI 暂时不认识这个 ID，我再查一会儿。
card-running-since = 开始于 { $ago }
card-last-change = 最近变化 { $ago }
trouble-key = ⚠️ Jimmy AI 拒绝了这个机器人的密钥。你的关注会保留，请等待管理员处理。
trouble-throttled = ⚠️ Jimmy AI 要求放慢查询，我会继续查。
trouble-unavailable = ⚠️ Jimmy AI 自 { $ago }起没有响应。我会继续查，不会漏掉任何结果。
trouble-nonsense = ⚠️ Jimmy AI 返回的内容暂时无法识别，我会继续查。
button-stop = ✖ 停止
button-again = 🔁 再查一次
button-go-on = 🔁 继续关注
button-original = ⬇ 原文件
button-file = 📄 以文件发送
ladder-none = 仅结束时

## 提醒

milestone = 🎬 { $percent }%
attaching-video = 正在发送视频……
attaching-image = 正在发送图片……
so-far = { $doing } { $percent }%
album = { $count } 张图片
ended-completed = ✅ 已完成
ended-fileless = 🤷 已完成，但没有文件
ended-failed = ❌ 失败
ended-unknown = 🤷 没有这个任务
ended-refused = 🚫 被拒绝
why-no-file = Jimmy AI 说任务已完成，但没有给出文件。
why-failed = Jimmy AI 没能完成。它的原话是：
why-silent = Jimmy AI 没能完成，也没有说明原因。
why-moderation = 内容没有通过 Jimmy AI 的审核。改一改提示词或图片也许可以；原样重试没有用。它的原话是：
why-input = Jimmy AI 无法完成这个请求。它的原话是：
why-transport = Jimmy AI 那边出了故障，可以放心原样再提交一次。它的原话是：
why-unknown = Jimmy AI 不认识这个 ID。请检查它是否完整，是否属于这个机器人所用的账号；再发一次，我会重新查询。
why-bad_id = Jimmy AI 不接受这样的 ID。
why-not_yours = 这个任务属于另一个账号，不是这个机器人所用的账号。
gave-up = ⌛ 已放弃等待
gave-up-known = 已经过了 { $after }，任务还没有结束，我不再查询了。最后的状态：{ $state }

## 结果

open-original = 在 Jimmy AI 打开
originals = 在 Jimmy AI 打开原图：{ $links }
album-part = 共 { $count } 张图片，这里是 { $shown } 张
took = 用时 { $span }
cost = 费用 { $cost }
link-until = 原链接有效期至 { $date }
odd-video = 这是 { $odd } 格式，Telegram 无法直接播放，请打开文件观看。
odd-image = 这是 { $odd } 格式，Telegram 无法直接显示，请打开文件查看。
file-video = Telegram 无法直接播放这个视频，请打开文件观看。
file-image = Telegram 无法直接显示这张图片，请打开文件查看。
unattached-too_big = 文件太大（{ $size }），没法直接发到这里：Telegram 只允许机器人发送 { $limit } 以内的文件。
unattached-expired = Jimmy AI 的文件链接已于 { $date } 失效。
unattached-gone = Jimmy AI 的文件链接提前失效了，我手上也没有别的链接。
unattached-not_media = Jimmy AI 的链接打开后既不是视频也不是图片，所以没有发到这里。
unattached-broken = 文件已损坏，我读不出内容，所以没有发到这里。也许你的播放器还能打开。
unattached-slow = 文件传得太慢，没能发到这里。
unattached-unreachable = 没能从 Jimmy AI 的服务器取到文件。
unattached-no_room = 我的硬盘满了或出了故障，没能把文件带到这里。
unattached-forbidden = Jimmy AI 的链接指向 { $host }。它不是公网地址，或者这个机器人不能从那里取文件，所以没有把链接转给你。
unattached-refused = Telegram 没能收下这个文件，或者这个聊天不允许我发送这类文件。
unattached-unsure = 不确定 Telegram 有没有收下这个文件。如果在聊天里没看到，可以从这里打开。
unattached-too_late = 没能及时把文件送到这个聊天：Jimmy AI 的链接已于 { $date } 失效。
more-than = 超过 { $size }
reminder-head = ⏰ 请尽快保存
reminder = 这个文件没能发到聊天里，Jimmy AI 的链接将在 { $when } 失效，请提前保存。

## 按钮的回应

toast-stopped = 已停止
toast-ladder = 将在 { $ladder }% 和结束时提醒
toast-ladder-none = 只在结束时提醒
toast-again = 正在重新查询
toast-file = 正在发送文件……
toast-file_already = 文件已经发过了，就在上面
toast-gone = 这个按钮已经失效
toast-not_allowed = 这个机器人只为管理员指定的用户服务
toast-no_room = 磁盘快满了，请稍后再试
toast-too_many = 关注数量已达上限，请先停止一个

## 时长

span-days = { $count } 天
span-hours = { $count } 小时
span-minutes = { $count } 分钟
span-seconds = { $count } 秒

## 大小

size-bytes = { $count } B
size-kilobytes = { $count } kB
size-megabytes = { $count } MB
size-gigabytes = { $count } GB
