"""The blows of a drill: each strikes once, at a random moment, and leaves it to the others to go on."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing

from tests.faults.drill import TASKS, Drill

Blow = Callable[[Drill], None]
LONGEST_PAUSE = 0.6


def kill_worker(drill: Drill) -> None:
    """Kill -9 of a worker, sometimes only of the process that does the task."""
    name = drill.rng.choice(("worker-1", "worker-2"))
    child = drill.child_of(name)
    if child is not None and drill.rng.random() < 0.4:
        os.kill(child, signal.SIGKILL)
        drill.counted["kills of a task's process"] += 1
    else:
        drill.restart(name)
        drill.counted["kills of a worker"] += 1


def kill_web(drill: Drill) -> None:
    """Kill -9 of the web server while people wait for its answers."""
    drill.restart("web")
    drill.counted["kills of the web server"] += 1


def flush_redis(drill: Drill) -> None:
    """Lose the queue and the cache."""
    with closing(drill.redis()) as line:
        line.flushall()
    drill.counted["flushes"] += 1


def restart_redis(drill: Drill) -> None:
    """Kill -9 of Redis; it comes back with what it had written down."""
    assert drill.services.redis is not None
    drill.services.redis.kill9()
    drill.services.redis.start()
    drill.counted["restarts of Redis"] += 1


def restart_fast(drill: Drill) -> None:
    """PostgreSQL ends every session and restarts."""
    drill.down_and_up("fast")
    drill.counted["restarts, fast"] += 1


def restart_immediate(drill: Drill) -> None:
    """PostgreSQL drops everything and recovers."""
    drill.down_and_up("immediate")
    drill.counted["restarts, immediate"] += 1


def kill_postgres(drill: Drill) -> None:
    """Kill -9 of PostgreSQL, which recovers."""
    drill.down_and_up("killed")
    drill.counted["restarts after kill -9"] += 1


def deliver_again(drill: Drill) -> None:
    """Every task is asked for several times, and what waits is delivered twice and in another order."""
    names = [name for name in TASKS for _time in range(drill.rng.randint(1, 3))]
    drill.rng.shuffle(names)
    drill.ask_for(*names)
    drill.counted["duplicates"] += len(names) - len(TASKS) + drill.deliver_again()


USUAL: tuple[Blow, ...] = (kill_worker, flush_redis, restart_immediate, deliver_again, kill_web)
EVERY_BLOW: tuple[Blow, ...] = (
    kill_worker,
    flush_redis,
    restart_immediate,
    deliver_again,
    kill_web,
    restart_fast,
    kill_worker,
    deliver_again,
    kill_postgres,
    restart_redis,
)


_IN_MID_SWEEP = (kill_worker, restart_immediate)


def strike(drill: Drill, blow: Blow) -> None:
    """Let the blow fall at a random moment, or while a sweeper is held where it writes."""
    if blow in _IN_MID_SWEEP or drill.rng.random() < 0.5:
        with drill.stopped_in_mid_sweep():
            blow(drill)
    else:
        time.sleep(drill.rng.random() * LONGEST_PAUSE)
        blow(drill)
