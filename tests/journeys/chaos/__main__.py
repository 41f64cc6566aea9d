import asyncio, sys, tempfile, time
from pathlib import Path
from tests.journeys.chaos.play import play, staged
from tests.journeys.chaos.verdict import judge
from tests.journeys.chaos.scenarios import SHORT

async def main(name, seed):
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    print(folder)
    async with staged(SHORT[name], seed, folder) as run:
        await play(run)
        for f in judge(run): print(f)
asyncio.run(main(sys.argv[1], int(sys.argv[2])))
