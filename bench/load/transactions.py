"""What a transaction a batch costs, for comparison: transactions.py BROKERS TOPIC FILE.

Needs confluent-kafka. A closed loop, one producer; a JSON document a size of batch.
"""

import json
import statistics
import sys
import time

from confluent_kafka import Producer

WARM_UP, COUNTED = 100, 400


def measure(brokers, topic, lines, size):
    producer = Producer({"bootstrap.servers": brokers, "transactional.id": f"bench-{size}",
                         "linger.ms": 0, "queue.buffering.max.messages": 1_000_000})
    producer.init_transactions(60)
    spans = []
    begun = 0.0
    for number in range(WARM_UP + COUNTED):
        if number == WARM_UP:
            begun = time.monotonic()
        started = time.monotonic()
        producer.begin_transaction()
        for n in range(size):
            producer.produce(topic, lines[(number * size + n) % len(lines)], partition=0)
        producer.commit_transaction(60)
        spans.append(time.monotonic() - started)
    seconds = time.monotonic() - begun
    counted = sorted(spans[WARM_UP:])
    return {"records_a_transaction": size, "transactions": COUNTED,
            "records_a_second": round(size * COUNTED / seconds),
            "p50_ms": round(statistics.median(counted) * 1e3, 2),
            "p99_ms": round(counted[int(len(counted) * 0.99)] * 1e3, 2)}


def main(brokers, topic, file):
    with open(file, "rb") as opened:
        lines = opened.read().splitlines()
    for size in (1, 100, 1_000):
        print(json.dumps(measure(brokers, topic, lines, size)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
