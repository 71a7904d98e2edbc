#!/usr/bin/env python3
"""Follows one feed of a Kopilka store: prints what it takes, a line a record.

  follow.py                      events from the first one on, for ever
  follow.py --until-end          only those that are there
  follow.py --feed outcomes      or payouts

Of the events it also sums the cashback that was released to each member. Stopped or killed, and run
again, it goes on where it was: all that it knows is in the file --place.
"""

import argparse
import json
import os
import pathlib
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

# Made by flatc from schemas/events.fbs, one class a type of event: see ../README.md.
sys.path.insert(0, str(pathlib.Path(__file__).parent / "generated"))
from kopilka.events.FreezeExpired import FreezeExpired  # noqa: E402
from kopilka.events.PurchaseRecorded import PurchaseRecorded  # noqa: E402

# What the first record of each feed names as the one before it.
BEGINNINGS = {"events": "0", "outcomes": "0/0", "payouts": "0"}
RECORDS_BETWEEN_SAVES = 100


class Stop(Exception):
    """Why it cannot go on, for people."""


def load(path, feed):
    """Place and sums lie in one file, so the sums always fit the last record taken."""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    # Whose feed it is shows the first record; `released` is in kopecks by member.
    return {"store": None, "seq": BEGINNINGS[feed], "offset": None, "released": {}}


def save(path, place):
    sys.stdout.flush()  # first what was printed: killed here, a line comes twice, and none is lost
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(place, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)  # the old file or the new one, never half of it


def number(seq):
    """What compares: (57,) for "57", and (4, 9) for an outcome's "4/9"."""
    return tuple(int(part) for part in seq.split("/"))


def roubles(kopecks):
    return f"{kopecks // 100}.{kopecks % 100:02}"


def show_event(place, headers, record):
    """The value is the table that `type` names; what is of no interest need not be decoded."""
    kind, fields = headers["type"], ""
    if kind == "PurchaseRecorded":
        event = PurchaseRecorded.GetRootAs(record.value())
        action = event.ActionId().decode()
        fields = f" member={event.Member()} action={action} cashback={roubles(event.Cashback())}"
    elif kind == "FreezeExpired":
        event = FreezeExpired.GetRootAs(record.value())
        member, released = str(event.Member()), event.ToAvailable() + event.ToDebt()
        place["released"][member] = place["released"].get(member, 0) + released
        fields = f" member={member} released={roubles(released)}"
    print(f"{headers['seq']} {kind} key={(record.key() or b'').decode()}{fields}")


def show_json(_place, headers, record):
    """Outcomes and payouts are JSON already."""
    print(f"{headers['seq']} {record.value().decode()}")


def headers_of(record):
    return {name: value.decode() for name, value in record.headers() or []}


def take(place, feed, record):
    """The one rule: take what follows the last one taken, drop what is old, stop at a gap."""
    headers = headers_of(record)
    if not {"seq", "previous", "store"} <= headers.keys():
        raise Stop(f"what stands at offset {record.offset()} was put there by no publisher")
    place["store"] = place["store"] or headers["store"]
    if headers["store"] != place["store"]:
        raise Stop(f"offset {record.offset()} is of store {headers['store']}, and this place of "
                   f"{place['store']}: begin another place")
    if number(headers["seq"]) <= number(place["seq"]):
        return 0
    if headers["previous"] != place["seq"]:
        raise Stop(f"a gap: {headers['seq']} at offset {record.offset()} follows "
                   f"{headers['previous']}, and the last one taken was {place['seq']}")
    (show_event if feed == "events" else show_json)(place, headers, record)
    place["seq"], place["offset"] = headers["seq"], record.offset()
    return 1


def follow(options, path, place):
    consumer = Consumer({"bootstrap.servers": options.brokers,
                         "group.id": "none",  # the library wants a name; no group is joined
                         "enable.auto.commit": False, "auto.offset.reset": "earliest",
                         "enable.partition.eof": True})
    topic = f"{options.prefix}.{options.feed}"
    # Reading goes on with the record that was taken last. Where another one stands by now, the feed
    # was made anew: then it is read from its beginning, and what is old is dropped.
    resumed = place["offset"] is not None
    consumer.assign([TopicPartition(topic, 0, place["offset"] if resumed else OFFSET_BEGINNING)])
    unsaved = 0
    try:
        while True:
            record = consumer.poll(1.0)
            if record is None:
                continue
            at_end = record.error() and record.error().code() == KafkaError._PARTITION_EOF
            if record.error() and not at_end:
                raise KafkaException(record.error())
            if resumed:
                resumed = False
                if at_end or headers_of(record).get("seq") != place["seq"]:
                    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
                    continue
            if not at_end:
                unsaved += take(place, options.feed, record)
            if unsaved and (at_end or unsaved >= RECORDS_BETWEEN_SAVES):
                save(path, place)
                unsaved = 0
            if at_end and options.until_end:
                return
    finally:
        save(path, place)
        consumer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", default="127.0.0.1:9092")
    parser.add_argument("--prefix", default="kopilka")
    parser.add_argument("--feed", choices=BEGINNINGS, default="events")
    parser.add_argument("--place", help="the file that it keeps (default: FEED.place)")
    parser.add_argument("--until-end", action="store_true")
    options = parser.parse_args()
    path = options.place or f"{options.feed}.place"
    place = load(path, options.feed)
    try:
        follow(options, path, place)
    except (Stop, KafkaException) as why:
        sys.exit(f"follow.py: {why}")
    except KeyboardInterrupt:
        pass
    for member, kopecks in sorted(place["released"].items(), key=lambda item: int(item[0])):
        print(f"member {member}: {roubles(kopecks)} released")


if __name__ == "__main__":
    main()
