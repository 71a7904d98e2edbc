"""Several nodes on one log, a load, one fault after another, and what must hold after each."""

import dataclasses
import json
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "kafka_broker"))

import jars  # noqa: E402
from cluster import Cluster  # noqa: E402

import commands  # noqa: E402
import feeds  # noqa: E402
import judgement  # noqa: E402
from feeds import Trouble  # noqa: E402
from nodes import Node, why_no_networks  # noqa: E402

STORE_KEY = "5b" * 32
PARTITIONS = 3  # of the feed of commands
WAIT_S = 240  # brokers on a machine with much to do start slowly
CALM_S = 1.0  # of load before a fault and after it


@dataclasses.dataclass
class Verdict:
    """What a fault did. Times are in seconds."""

    fault: str
    ok: bool
    why: str = ""                  # it is not
    outage: float | None = None    # from the fault to the next accepted command that came after it
    gap: float | None = None       # the longest time between two accepted commands
    takeover: float | None = None  # from the fault to the next owner; nothing: there was none
    starting: float = 0.0          # of the outage, until all brokers were started again
    messages: int = 0

    def line(self):
        def seconds(value):
            return "     -" if value is None else f"{value:4.1f} s"
        return (f"{self.fault:<20} outage {seconds(self.outage)}, longest gap {seconds(self.gap)}, "
                f"next owner {seconds(self.takeover)}, {self.messages} messages: "
                + ("holds" if self.ok else f"BROKEN: {self.why}")
                + (f" (brokers took {self.starting:.1f} s to start)" if self.starting else ""))


class Trial:
    def __init__(self, folder, cluster_folder, program, nodes=3, a_second=200, prefix=None):
        self.folder = folder
        self.cluster = Cluster.at(cluster_folder)
        self.brokers = self.cluster.bootstrap()
        # Clusters outlive trials.
        self.prefix = prefix or f"trial-{time.time_ns()}"
        self.purchases = commands.Purchases()
        self.expected = judgement.Expected()
        self._a_second = a_second
        self._networks = not why_no_networks()
        self.nodes = [Node(n + 1, folder, program, self.brokers, self.prefix)
                      for n in range(nodes)]
        self._errors = open(folder / "kcat.err", "a", encoding="utf-8")
        self.watch = None
        self._load = None
        self._marked = None
        self._marked_at = 0  # how many outcomes were taken then
        self._marked_epoch = 0
        self._started_at = None

    # --- begin and end

    def begin(self):
        first = self.nodes[0]
        key = self.folder / "store.key"
        key.write_text(STORE_KEY + "\n")
        first.call("init", "--store-key", str(key))
        for other in self.nodes[1:]:
            shutil.copytree(first.data, other.data)
        for node in self.nodes:
            self.start(node)
            self.wait("an owner", self.owner)
        self.watch = feeds.Watch(self.brokers, f"{self.prefix}.outcomes", self._errors)
        founding = self._open_load()
        founding.send(commands.founding())
        self._end_load(founding)
        self.drain()

    def stop(self):
        if self._load:
            self._load.stop()
        if self.watch:
            self.watch.stop()
        for node in self.nodes:
            node.stop()
        self._errors.close()

    def start(self, node, *words):
        # The first node can be cut off, where that is possible.
        node.start("--inbound-partitions", str(PARTITIONS), *words,
                   in_network=self._networks and node is self.nodes[0])

    # --- who is who

    def owner(self):
        """The node that says so in the latest epoch, or nothing."""
        owners = [node for node in self.nodes if node.role == "owner"]
        return max(owners, key=lambda node: node.epoch, default=None)

    def standby(self):
        return next(node for node in self.nodes if node.role == "standby")

    def make_owner(self, node):
        """By asking the owner to end, until it is that node's turn."""
        for _ in range(10):
            owner = self.wait("an owner", self.owner)
            if owner is node:
                return
            owner.terminate()
            successor = self.wait("another owner", self.owner)
            self.start(owner)
            self.wait("a standby", lambda who=owner: who.role == "standby")
            if successor is node:
                return
        raise Trouble(f"node {node.number} never had its turn")

    def leader(self):
        """The broker that leads the log's partition."""
        return self.cluster.node(self._log_partition()["leader"])

    def preferred_leader(self):
        """The one that would, were all of them asked to choose."""
        return self.cluster.node(self._log_partition()["replicas"][0]["id"])

    def _log_partition(self):
        partition, = feeds.topics(self.brokers, self.prefix)[f"{self.prefix}.log"]
        return partition

    def controller(self):
        """The broker that leads the controllers; its own answer is the only true one."""
        told = self.kafka_tool("MetadataQuorumCommand", "describe", "--status")
        line = next(line for line in told.splitlines() if line.startswith("LeaderId"))
        return self.cluster.node(int(line.split()[-1]))

    def kafka_tool(self, name, *words):
        libraries = jars.folder_of(self.cluster.version)
        return subprocess.run(
            ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{libraries}/*",
             f"org.apache.kafka.tools.{name}", "--bootstrap-server", self.brokers, *words],
            capture_output=True, text=True, check=True, timeout=60).stdout

    # --- waiting

    def wait(self, what, condition, seconds=WAIT_S):
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            self.check()
            if time.monotonic() > deadline:
                raise Trouble(f"waited {seconds} s in vain for {what}; {self.describe()}")
            time.sleep(0.02)
        return found

    def check(self):
        for node in self.nodes:
            node.check()
        if self.watch:
            self.watch.check()

    def describe(self):
        return "; ".join(f"node {node.number}: {json.dumps(node.said[-1][1]) if node.said else '-'}"
                         for node in self.nodes)

    def drain(self):
        """Until every message has its outcome."""
        self.wait(f"outcomes of {self.expected.messages} messages",
                  lambda: len(self.watch.taken) >= self.expected.messages)

    # --- during a fault

    def mark(self):
        """This is the moment of the fault."""
        self._marked = time.monotonic()
        self._marked_at = len(self.watch.taken)
        self._marked_epoch = max(node.epoch for node in self.nodes)
        self._started_at = self._marked

    def brokers_are_back(self):
        """Until now there were none, and nobody could have recovered."""
        self._started_at = time.monotonic()

    def seconds_since_mark(self):
        return time.monotonic() - self._marked

    def recovery(self):
        """When the first command was accepted that was sent after the fault; nothing: not yet."""
        sent_at = self._load.sent_at
        return next((outcome.arrived for outcome in self.watch.taken[self._marked_at:]
                     if outcome.status == "accepted"
                     and sent_at.get(outcome.key, 0) > self._marked), None)

    def wait_for_recovery(self):
        self.wait("an accepted command after the fault", self.recovery)

    # --- a fault

    def run(self, fault):
        """The fault under load, then everything that must hold. Never raises Trouble."""
        verdict = Verdict(fault.name, ok=True)
        try:
            fault.prepare(self)
            self._under_load(fault, verdict)
            self.heal()
            judgement.judge(self)
        except (Trouble, jars.Trouble) as trouble:
            verdict.ok, verdict.why = False, str(trouble)
        return verdict

    def _under_load(self, fault, verdict):
        load = self._open_load()
        load.run(self.purchases, self._a_second)
        try:
            time.sleep(CALM_S)
            fault.strike(self)
            self.wait_for_recovery()
            time.sleep(CALM_S)
        except BaseException:
            load.stop()
            raise
        self._end_load(load)
        self.drain()
        verdict.messages = len(load.sent)
        verdict.outage = self.recovery() - self._marked
        verdict.gap = self._longest_gap()
        verdict.starting = self._started_at - self._marked
        verdict.takeover = self._takeover()

    def _takeover(self):
        moments = [moment for node in self.nodes
                   if (moment := node.became_owner_after(self._marked_epoch)) is not None]
        return min(moments) - self._marked if moments else None

    def _longest_gap(self):
        accepted = [outcome.arrived for outcome in self.watch.taken[self._marked_at:]
                    if outcome.status == "accepted"]
        moments = [self._marked, *accepted]
        return max(later - earlier for earlier, later in zip(moments, moments[1:]))

    def _open_load(self):
        self._load = feeds.Load(self.brokers, f"{self.prefix}.inbound", self._errors)
        return self._load

    def _end_load(self, load):
        load.end()
        self.expected.add(load.sent)

    def heal(self):
        """Everybody runs, every broker has every record, and it is the owner's turn."""
        self.cluster.start(self.cluster.nodes, lambda *_, **__: None)
        for node in self.nodes:
            if not node.runs:
                self.start(node)
        self.wait("every replica in sync", self.all_in_sync)
        self.wait("an owner", self.owner)
        self.wait("standbys", lambda: all(node.role in ("owner", "standby")
                                          for node in self.nodes))

    def all_in_sync(self):
        everyone = len(self.cluster.nodes)
        return all(len(partition["isrs"]) == everyone and partition["leader"] >= 0
                   for partitions in feeds.topics(self.brokers, self.prefix).values()
                   for partition in partitions)
