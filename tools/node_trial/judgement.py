"""What must hold when every message has its outcome and everybody is well."""

import json
from collections import Counter, defaultdict

import feeds
from commands import CASHBACK, MEMBERS
from feeds import Trouble

SETTLE_S = 30


class Expected:
    """Every message that was sent, and what its outcome must say."""

    def __init__(self):
        self.messages = 0
        self.garbled = 0
        self.by_key = defaultdict(list)

    def add(self, messages):
        self.messages += len(messages)
        for message in messages:
            if message.key is None:
                self.garbled += 1
            else:
                self.by_key[message.key].append(message.status)


def judge(trial):
    """Raises Trouble with what does not hold."""
    trial.check()
    taken = list(trial.watch.taken)
    _every_message_has_one_outcome(trial, taken)
    _outcomes_are_the_right_ones(trial.expected, taken)
    _log_has_what_was_answered(trial, taken)
    _verify(trial)
    _nodes_agree(trial)


def _few(values):
    values = sorted(values, key=str)
    return f"{', '.join(map(str, values[:5]))}{' …' if len(values) > 5 else ''} ({len(values)})"


def _every_message_has_one_outcome(trial, taken):
    topic = f"{trial.prefix}.inbound"
    ends = {partition: feeds.end_of(trial.brokers, topic, partition)
            for partition in range(len(feeds.topics(trial.brokers, trial.prefix)[topic]))}
    sent = {(f"inbound/{partition}", offset)
            for partition, end in ends.items() for offset in range(end)}
    if len(sent) != trial.expected.messages:
        raise Trouble(f"the feed of commands holds {len(sent)} messages, and "
                      f"{trial.expected.messages} were sent")
    counted = Counter((outcome.source, outcome.offset) for outcome in taken)
    twice = [where for where, times in counted.items() if times > 1]
    for what, wrong in (("without an outcome", sent - counted.keys()),
                        ("that nobody sent have an outcome", counted.keys() - sent),
                        ("with several outcomes", twice)):
        if wrong:
            raise Trouble(f"messages {what}: {_few(wrong)}")


def _outcomes_are_the_right_ones(expected, taken):
    told = defaultdict(list)
    garbled = 0
    for outcome in taken:
        if outcome.key is None:
            garbled += outcome.status == "invalid"
        else:
            told[outcome.key].append(outcome.status)
    wrong = [f"{key}: {told[key]} instead of {statuses}"
             for key, statuses in expected.by_key.items() if told[key] != statuses]
    if wrong:
        raise Trouble(f"wrong outcomes: {_few(wrong)}")
    if garbled != expected.garbled:
        raise Trouble(f"{garbled} messages are answered as no commands, and {expected.garbled} are")


def _log_has_what_was_answered(trial, taken):
    standing = defaultdict(set)
    last = 0
    printed = trial.nodes[0].call("log", "tail", "--json", "--from", "1")
    for line in printed.splitlines():
        event = json.loads(line)
        last += 1
        if int(event["position"]) != last:
            raise Trouble(f"the log goes from position {last - 1} to {event['position']}")
        if event.get("principal") == "inbound":
            standing[event["key"]].add(last)
    # Refusals are events too.
    answered = {outcome.key: set(outcome.positions) for outcome in taken
                if outcome.status in ("accepted", "refused")}
    wrong = [f"{key}: in the log at {standing.get(key)}, told {answered.get(key)}"
             for key in standing.keys() | answered.keys()
             if standing.get(key) != answered.get(key)]
    if wrong:
        raise Trouble(f"the log does not hold what was answered, once: {_few(wrong)}")
    published = [int(headers["seq"])
                 for headers in feeds.headers_of(trial.brokers, f"{trial.prefix}.events")]
    if sorted(set(published)) != list(range(1, last + 1)):
        raise Trouble(f"the feed of events lacks some of the {last} events, or has more")


def _verify(trial):
    """The hash that the log ends at."""
    report = trial.nodes[0].ask("log", "verify")
    if not report["ok"]:
        raise Trouble(f"log verify: {json.dumps(report)}")
    return report["head_hash"]


def _nodes_agree(trial):
    owed = {member: trial.purchases.bought[member] * CASHBACK for member in range(1, MEMBERS + 1)}
    for node in trial.nodes:
        # The log may still grow by batches without events (a change of owner, messages that were
        # sent twice), so that it is asked again, and not only the node.
        trial.wait(f"node {node.number} to stand where the log ends",
                   lambda node=node: node.ask("node", "status")["head_hash"] == _verify(trial),
                   SETTLE_S)
        status = node.ask("node", "status")
        if status["troubles"]:
            raise Trouble(f"node {node.number} still has troubles: {status['troubles']}")
        for member in (1, MEMBERS // 2, MEMBERS):
            shown = node.ask("member", "balance", str(member))
            frozen = f"{owed[member] // 100}.{owed[member] % 100:02}"
            if shown["frozen"] != frozen:
                raise Trouble(f"member {member} has {shown['frozen']} frozen on node "
                              f"{node.number}, and is owed {frozen}")
