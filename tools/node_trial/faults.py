"""What is done to nodes and brokers while messages come."""

import dataclasses
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable

from feeds import Trouble
from nodes import why_no_networks

# Longer than the session of a node (6 s) and of a broker (3 s), so that others are in charge when
# it comes back.
NODE_SILENT_S = 12
BROKER_SILENT_S = 10


def _nothing(_):
    pass


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    words: str
    strike: Callable                       # (trial): marks the moment, and does it
    prepare: Callable = _nothing           # (trial): before there is any load
    why_not: Callable = lambda: ""         # what this machine lacks for it
    bounded: bool = True                   # among those of tools/test --kafka


# --- nodes ---------------------------------------------------------------------------------------


def _owner_killed(trial):
    owner = trial.owner()
    trial.mark()
    owner.kill()


def _owner_stopped(trial):
    owner = trial.owner()
    trial.mark()
    owner.terminate()


def _is_replaced(trial, former):
    """That the one who was silent gives way, and does not take the log back."""
    trial.wait(f"node {former.number} to stand by", lambda: former.role == "standby", 30)
    successor = trial.owner()
    if successor is None or successor is former:
        raise Trouble(f"node {former.number} came back and owns the log again")


def _silent_until(trial, seconds):
    trial.wait_for_recovery()
    time.sleep(max(0.0, seconds - trial.seconds_since_mark()))


def _owner_paused(trial):
    owner = trial.owner()
    trial.mark()
    owner.pause()
    try:
        _silent_until(trial, NODE_SILENT_S)
    finally:
        owner.resume()
    _is_replaced(trial, owner)


def _first_owns(trial):
    trial.make_owner(trial.nodes[0])


def _owner_cut_off(trial):
    owner = trial.owner()
    if not owner.is_in_network:
        raise Trouble(f"node {owner.number}, the owner, has no network of its own")
    trial.mark()
    owner.cut_off()
    try:
        _silent_until(trial, NODE_SILENT_S)
    finally:
        owner.reconnect()
    _is_replaced(trial, owner)


def _owner_challenged(trial):
    owner, challenger = trial.owner(), trial.standby()
    challenger.terminate()
    trial.mark()
    trial.start(challenger, "--claim")
    trial.wait("the challenger to own the log", lambda: challenger.role == "owner")
    trial.wait("the former owner to stand by", lambda: owner.role == "standby", 30)


# --- brokers -------------------------------------------------------------------------------------


def _kill_and_start(trial, brokers):
    trial.mark()
    trial.cluster.kill(brokers)
    if len(brokers) < len(trial.cluster.nodes):
        trial.wait_for_recovery()
    trial.cluster.start(brokers, lambda *_, **__: None)
    if len(brokers) == len(trial.cluster.nodes):
        trial.brokers_are_back()


def _leader_killed(trial):
    _kill_and_start(trial, [trial.leader()])


def _controller_killed(trial):
    _kill_and_start(trial, [trial.controller()])


def _all_brokers_killed(trial):
    _kill_and_start(trial, trial.cluster.nodes)


def _leader_paused(trial):
    leader = trial.leader()
    trial.mark()
    leader.signal(signal.SIGSTOP)
    try:
        time.sleep(BROKER_SILENT_S)
    finally:
        leader.signal(signal.SIGCONT)


# --- a full disk ---------------------------------------------------------------------------------

SPARE_BYTES = 64 << 20


def _why_no_mounts():
    return "" if os.geteuid() == 0 else "only root may mount a small disk"


class _SmallDisk:
    """A disk in memory instead of a broker's, and what fills it."""

    def __init__(self, broker):
        self._data = broker.folder / "data"
        self._kept = broker.folder / "data.kept"
        self._ballast = self._data / "ballast"

    def mount(self):
        used = int(subprocess.run(["du", "-s", "-B1", self._data], capture_output=True, text=True,
                                  check=True).stdout.split()[0])
        self._data.rename(self._kept)
        self._data.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + SPARE_BYTES}", "tmpfs",
                        self._data], check=True)
        self._move(self._kept, self._data)

    def fill(self):
        with open(self._ballast, "wb") as ballast:
            try:
                while True:
                    ballast.write(bytes(1 << 20))
                    ballast.flush()
            except OSError:
                pass

    def unmount(self):
        self._ballast.unlink(missing_ok=True)
        self._kept.mkdir()
        self._move(self._data, self._kept)
        subprocess.run(["umount", self._data], check=True)
        self._data.rmdir()
        self._kept.rename(self._data)

    @staticmethod
    def _move(origin, target):
        # Index files are mostly holes, which must stay so.
        subprocess.run(["cp", "-a", "--sparse=always", f"{origin}/.", target], check=True)
        if not os.path.ismount(origin):
            shutil.rmtree(origin)


def _disk_full(trial):
    leader = trial.preferred_leader()
    trial.cluster.kill([leader])
    disk = _SmallDisk(leader)
    disk.mount()
    try:
        trial.cluster.start([leader], lambda *_, **__: None)
        trial.wait("every replica in sync", trial.all_in_sync)
        trial.kafka_tool("LeaderElectionCommand", "--election-type", "preferred",
                         "--all-topic-partitions")
        disk.fill()
        trial.mark()
        trial.wait("the broker to notice", lambda: leader.pid() is None, 60)
        trial.wait_for_recovery()
    finally:
        trial.cluster.kill([leader])
        disk.unmount()


FAULTS = [
    Fault("owner-cut-off", "the owner's network is silent for 12 s", _owner_cut_off, _first_owns,
          why_no_networks),
    Fault("owner-killed", "SIGKILL to the node that owns the log", _owner_killed),
    Fault("owner-paused", "SIGSTOP to the owner for 12 s, then SIGCONT", _owner_paused),
    Fault("owner-stopped", "SIGTERM to the owner: it hands the log over", _owner_stopped),
    Fault("owner-challenged", "another node claims the log while its owner is well",
          _owner_challenged),
    Fault("leader-killed", "SIGKILL to the broker that leads the log", _leader_killed),
    Fault("leader-paused", "SIGSTOP to that broker for 10 s", _leader_paused),
    Fault("controller-killed", "SIGKILL to the broker that leads the cluster", _controller_killed),
    Fault("all-brokers-killed", "SIGKILL to every broker, then all are started",
          _all_brokers_killed),
    Fault("disk-full", "the disk of a broker is full", _disk_full, why_not=_why_no_mounts,
          bounded=False),
]
BY_NAME = {fault.name: fault for fault in FAULTS}
