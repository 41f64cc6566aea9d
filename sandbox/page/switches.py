"""Names of accidents go in; they happen until they are switched off, or used up."""

from sandbox.bot_api import BotApi, Fault
from sandbox.video_api import VideoApi
from sandbox.video_faults import Kind

FOREVER = 1_000_000_000
OF_PROVIDER: dict[str, Kind] = {
    "provider-429": "429",
    "provider-500": "500",
    "provider-html": "502-html",
}
OF_TELEGRAM = {
    "telegram-429": Fault("*", "429", times=FOREVER),
    # Once: a bot that never hears that it was heard repeats itself for ever.
    "telegram-lost": Fault("*", "lost"),
}
OUTAGES = ("provider-outage", "provider-key", "telegram-outage")
NAMES = (*OF_PROVIDER, *OF_TELEGRAM, *OUTAGES)


class Switches:
    def __init__(self, api: BotApi, videos: VideoApi) -> None:
        self._telegram = api.faults
        self._provider = videos.faults

    def state(self) -> dict[str, bool]:
        """Which ones are on; one that was used up is off."""
        provider = {fault.kind for fault in self._provider.pending if fault.task_id is None}
        telegram = {(fault.method, fault.kind) for fault in self._telegram.pending}
        return {
            **{name: kind in provider for name, kind in OF_PROVIDER.items()},
            **{name: (one.method, one.kind) in telegram for name, one in OF_TELEGRAM.items()},
            "provider-outage": self._provider.outage,
            "provider-key": self._provider.wrong_key,
            "telegram-outage": self._telegram.outage,
        }

    def turn(self, name: str, *, on: bool) -> None:
        """What is so already stays as it is."""
        if self.state()[name] == on:
            return
        match name:
            case "provider-outage":
                self._provider.outage = on
            case "provider-key":
                self._provider.wrong_key = on
            case "telegram-outage":
                self._telegram.outage = on
            case _ if on:
                self._order(name)
            case _:
                self._cancel(name)

    def clear(self) -> None:
        """Also those that were not ordered here."""
        for name in OUTAGES:
            self.turn(name, on=False)
        self._provider.pending.clear()
        self._telegram.pending.clear()

    def _order(self, name: str) -> None:
        if name in OF_PROVIDER:
            self._provider.add(OF_PROVIDER[name], times=FOREVER)
        else:
            self._telegram.add(OF_TELEGRAM[name])

    def _cancel(self, name: str) -> None:
        if name in OF_PROVIDER:
            self._provider.pending = [
                fault
                for fault in self._provider.pending
                if fault.task_id is not None or fault.kind != OF_PROVIDER[name]
            ]
            return
        gone = OF_TELEGRAM[name]
        self._telegram.pending = [
            fault
            for fault in self._telegram.pending
            if (fault.method, fault.kind) != (gone.method, gone.kind)
        ]
