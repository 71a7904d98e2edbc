#!/usr/bin/env python3
"""The ledger on Kafka beside what Kafka's own producer does on the same machine (P6).

  bench/load/kafka_load.py                          rates and latencies on one broker
  bench/load/kafka_load.py --brokers 3 --only latency --rate 20000

Rates: in each round the ledger takes a file of purchases as fast as it can (kopilka_pace), every
rule on, and ProducerPerformance sends the same lines: idempotent, acks=all, as many records of the
same bytes; neither counts its start. Medians over the rounds, and their ratio.
Latency: kopilka_pace at half of the ledger's rate (or --rate), open loop, from due to acknowledged.
Node: commands that wait in PREFIX.inbound, until a node has answered all; it publishes outcomes and
events meanwhile. Transactions: the same lines by confluent-kafka, a transaction a batch.

It starts brokers of its own and stops them. Programs are those of build/release: bench_load, and
tools_kopilka, which makes stores, verifies them and is the node; --kopilka names another. A run
whose log does not verify has no figure.

Exit codes: 0 done; 1 something failed; 2 a usage error.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "kafka_broker"))

import jars  # noqa: E402
from cluster import Cluster, Lock  # noqa: E402

TRANSACTIONS = pathlib.Path(__file__).with_name("transactions.py")
STORE_KEY = "5b" * 32
WARM_UP_S = 5
PACED_S = 20
AT_ONCE = 1e9  # commands a second
FIRST_SECOND = 1_551_398_400  # 2019-03-01T00:00:00Z
NODE_TIMEOUT_S = 600


class Failed(Exception):
    pass


def quiet(*_, **__):
    pass


def run(words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          check=False, **more)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


# --- lines ---------------------------------------------------------------------------------------


def moment(second):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def founding_lines(members):
    at = "2019-02-01T00:00:00Z"
    for fields in (
            dict(command="register_organization", organization_id=1, kind="central", name="Union"),
            dict(command="register_organization", organization_id=2, parent_id=1, kind="primary",
                 name="School 5"),
            dict(command="register_partner", partner_id=7, name="Shop"),
            dict(command="publish_terms", partner_id=7, channel="offline", freeze_days=30,
                 valid_from="2019-02-01",
                 tariffs=[{"code": "all", "percent": "5", "commission_percent": "7"}])):
        yield {"key": f"f-{fields['command']}-{fields.get('name')}", "at": at, **fields}
    for member in range(1, members + 1):
        yield {"command": "admit_member", "key": f"m{member}", "at": at, "member_id": member,
               "organization_id": 2, "category": "working", "admitted_on": "2018-09-01"}
        yield {"command": "issue_card", "key": f"c{member}", "at": at, "member_id": member,
               "number": f"{member:08}", "form": "plastic"}


def purchase_lines(count, members, first_second=FIRST_SECOND):
    """By card, a hundred a second of their own time, so that days pass slowly."""
    for n in range(count):
        at = moment(first_second + n // 100)
        yield {"command": "report_purchase", "key": f"p{n}", "at": at, "partner_id": 7,
               "action_id": str(n), "status": "new", "status_at": at, "purchase_at": at,
               "card_number": f"{1 + n * 7919 % members:08}",
               "lines": [{"line": 1, "amount": f"{10 + n * 31 % 5000}.{n % 100:02}"}]}


def without_time(lines):
    """As they come over the feed: the node says when."""
    for line in lines:
        del line["at"]
        yield line


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
    return path


# --- what is measured ----------------------------------------------------------------------------


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.kopilka = options.kopilka or options.build / "bin" / "kopilka"
        self.pace = options.build / "bin" / "kopilka_pace"
        self.key = folder / "store.key"
        self.key.write_text(STORE_KEY + "\n")
        self.founding = write_lines(folder / "founding.ndjson", founding_lines(options.members))
        self.cluster = None
        self._stores = 0

    def start_brokers(self):
        brokers = self.folder / "brokers"
        with Lock(brokers):
            self.cluster = Cluster.make(brokers, jars.full_version("4.x"), self.options.brokers,
                                        "bench", quiet)
        self.cluster.start(self.cluster.nodes, quiet)

    def store(self):
        """A store with members; where it is."""
        self._stores += 1
        place = ["--data", self.folder / f"store{self._stores}", "--kafka",
                 self.cluster.bootstrap(), "--kafka-prefix", f"bench{self._stores}"]
        run([self.kopilka, "init", "--store-key", self.key, *place])
        run([self.kopilka, "import", self.founding, *place])
        return place

    def drop(self, place):
        shutil.rmtree(place[1])
        self._topic("--delete", "--topic", f"{place[5]}.log")

    def verify(self, place, count):
        report = json.loads(run([self.kopilka, "log", "verify", "--json", *place]))
        founding = 4 + 2 * self.options.members
        if not report["ok"] or report["events"] < founding + count:
            raise Failed(f"the log does not verify: {report}")
        return report["head_hash"]

    def _topic(self, *words):
        run(["java", "-XX:TieredStopAtLevel=1", "-cp", f"{jars.folder_of(self.cluster.version)}/*",
             "org.apache.kafka.tools.TopicCommand", "--bootstrap-server",
             self.cluster.bootstrap(), *words])

    def ledger(self, lines, count):
        """Lines a second, when all are there from the beginning; and the log's last hash."""
        place = self.store()
        told = self.paced(place, lines, AT_ONCE, 0)
        head = self.verify(place, count)
        self.drop(place)
        return count / told["seconds"], head

    def paced(self, place, lines, rate, warm_up):
        told = json.loads(run([self.pace, place[1], place[3], place[5], lines, f"{rate:.0f}",
                               warm_up]))
        if told["refused"]:
            raise Failed(f"{told['refused']} commands were not accepted")
        return told

    def producer_performance(self, lines, count):
        topic = "bench-plain"
        self._topic("--create", "--topic", topic, "--partitions", "1")
        printed = run(
            ["java", "-Xms256m", "-Xmx1g", "-cp", f"{jars.folder_of(self.cluster.version)}/*",
             "org.apache.kafka.tools.ProducerPerformance", "--topic", topic, "--num-records",
             count, "--throughput", "-1", "--payload-file", lines, "--producer-props",
             f"bootstrap.servers={self.cluster.bootstrap()}", "acks=all",
             "enable.idempotence=true", "linger.ms=5"])
        self._topic("--delete", "--topic", topic)
        summary = [line for line in printed.splitlines() if "records/sec" in line][-1]
        return float(summary.split(" records/sec")[0].split()[-1])

    def latency(self, rate):
        count = int(rate * (WARM_UP_S + PACED_S))
        lines = write_lines(self.folder / "paced.ndjson",
                            purchase_lines(count, self.options.members))
        place = self.store()
        told = self.paced(place, lines, rate, int(rate * WARM_UP_S))
        self.verify(place, count)
        self.drop(place)
        return told

    def node(self, count):
        """Commands a second that a node answers and publishes, of those that waited for it."""
        recently = int(time.time()) - count // 100 - 60
        members, founding = self.options.members, 4 + 2 * self.options.members
        place = ["--data", self.folder / "node", "--kafka", self.cluster.bootstrap(),
                 "--kafka-prefix", "bench-node"]
        run([self.kopilka, "init", "--store-key", self.key, *place])
        self._topic("--create", "--topic", "bench-node.inbound", "--partitions", "1",
                    "--config", "message.timestamp.type=LogAppendTime", "--config",
                    "retention.ms=-1", "--config", "max.message.bytes=1200000")
        for name, lines in (("first", founding_lines(members)),
                            ("then", purchase_lines(count, members, recently))):
            file = write_lines(self.folder / name, without_time(lines))
            run(["kcat", "-P", "-b", self.cluster.bootstrap(), "-t", "bench-node.inbound",
                 "-X", "acks=all", "-l", file])
        process = subprocess.Popen([str(word) for word in (self.kopilka, "node", "run", *place)],
                                   stderr=subprocess.DEVNULL)
        try:
            begun, before = self._answered(place, process, founding)
            ended, after = self._answered(place, process, founding + count)
        finally:
            process.terminate()
            process.wait()
        self.verify(place, count)
        return (after - before) / (ended - begun)

    def _answered(self, place, process, count):
        """When the node had answered that many, and how many they were."""
        deadline = time.monotonic() + NODE_TIMEOUT_S
        while time.monotonic() < deadline and process.poll() is None:
            try:
                status = json.loads(run([self.kopilka, "node", "status", "--json", *place]))
            except Failed:  # not there yet
                continue
            if status.get("answered", 0) >= count:
                return time.monotonic(), status["answered"]
            time.sleep(0.05)
        raise Failed(f"the node did not answer {count} commands")

    def transactions(self, lines):
        self._topic("--create", "--topic", "bench-transactions", "--partitions", "1")
        return [json.loads(line) for line in run(
            [self.options.python, "-B", TRANSACTIONS, self.cluster.bootstrap(),
             "bench-transactions", lines]).splitlines()]


def measure(options, folder, say):
    bench = Bench(options, folder)
    facts = {"brokers": options.brokers, "members": options.members, "load": os.getloadavg()[0]}
    rate = options.rate
    try:
        bench.start_brokers()
        lines = write_lines(folder / "purchases.ndjson",
                            purchase_lines(options.purchases, options.members))
        facts["bytes_a_line"] = round(lines.stat().st_size / options.purchases)
        if "rate" in options.only:
            ours, theirs = [], []
            for number in range(options.rounds + 1):
                ledger, head = bench.ledger(lines, options.purchases)
                plain = bench.producer_performance(lines, options.purchases)
                say(f"round {number}{' (warms up)' if number == 0 else ''}: ledger {ledger:,.0f}/s,"
                    f" ProducerPerformance {plain:,.0f}/s")
                if number > 0:
                    ours.append(ledger)
                    theirs.append(plain)
            facts["rate"] = {"purchases": options.purchases, "rounds": options.rounds,
                             "ledger": [round(each) for each in ours],
                             "producer_performance": [round(each) for each in theirs],
                             "ledger_median": round(statistics.median(ours)),
                             "producer_performance_median": round(statistics.median(theirs)),
                             "ratio": round(statistics.median(ours) / statistics.median(theirs), 3),
                             "head_hash": head}
            rate = rate or statistics.median(ours) / 2
        if "latency" in options.only:
            facts["latency"] = bench.latency(rate or 10_000)
            say(f"latency: {facts['latency']}")
        if "node" in options.only:
            facts["node"] = round(bench.node(options.purchases))
            say(f"node: {facts['node']:,}/s")
        if "transactions" in options.only:
            facts["transactions"] = bench.transactions(lines)
            say(f"transactions: {facts['transactions']}")
        print(json.dumps(facts))
    finally:
        if bench.cluster:
            bench.cluster.kill(bench.cluster.nodes)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument("--purchases", type=int, default=200_000, metavar="N")
    parser.add_argument("--members", type=int, default=10_000, metavar="N")
    parser.add_argument("--rate", type=float, default=None, metavar="N",
                        help="of the latency; default: half of the ledger's, or 10000")
    parser.add_argument("--only", default="rate,latency", metavar="LIST",
                        help="of rate, latency, node, transactions; default: rate,latency")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--kopilka", type=pathlib.Path, default=None, metavar="FILE")
    parser.add_argument("--python", default=sys.executable, metavar="FILE",
                        help="one that has confluent-kafka, for transactions")
    options = parser.parse_args()
    options.only = options.only.split(",")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kopilka-load-"))
    try:
        measure(options, folder, lambda text: print(text, file=sys.stderr, flush=True))
        return 0
    except (Failed, jars.Trouble) as failed:
        print(f"kafka_load: {failed}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
