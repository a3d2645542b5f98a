import sys
from pathlib import Path
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import filters, load
from postfix import Postfix
from room import Room
with Room() as room:
    filters.make_tables(room)
    files = load.make_messages(room)
    resolver = filters.start_resolver(room)
    od = {k: filters.start(room, resolver, "opendkim", "/usr/sbin/opendkim", k) for k in ("tcp","unix")}
    p = Postfix(room, list(od.values()))
    for mode in ("sign", "verify"):
        for one in (None, od["tcp"], od["unix"]):
            for s, n in ((1, 40), (20, 400), (20,1000)):
                r = load.through_postfix(p, one, mode, files[mode], s, n)
                print(mode, one and one.socket, s, f"{1e3*r.wall/n:.2f} ms {n/r.wall:.0f}/s cpu {1e3*r.cpu/n:.2f} ms", flush=True)
    print(p.log()[-1500:])
