#!/usr/bin/env python3
"""Feeds say what the log says, to followers in two languages. Run it by contract/with_kafka.py."""

import datetime
import json
import subprocess
import time

from command_line import KAFKA, StoreTest, main, place, purchases, union
from followers import Followers

LANGUAGES = ("python", "javascript")
FEEDS = ("events", "outcomes", "payouts")
MEMBERS = 3
PATIENCE_S = 60
MOSCOW = datetime.timezone(datetime.timedelta(hours=3))
PAYOUT_FIELDS = {"ext_ref", "method", "amount", "destination", "sent_at", "processor"}
PHONE = "+79160000042"
SEALED_BOX_BYTES = 48  # what libsodium's sealed box adds

DELETE_TOPICS = """
import sys
from confluent_kafka.admin import AdminClient
client = AdminClient({"bootstrap.servers": sys.argv[1]})
for deleted in client.delete_topics(sys.argv[2:]).values():
    deleted.result(30)
"""


def history():
    """Purchases of 2019, long released: the days since then are open, and today."""
    now = datetime.datetime.now(MOSCOW)
    return purchases(union(MEMBERS), 300, MEMBERS).raw(json.dumps(
        {"command": "open_business_day", "key": "today", "date": now.date().isoformat(),
         "at": now.isoformat(timespec="seconds")}))


def live_commands():
    """Lines for the feed of commands, and the status that each must be answered with."""
    now = datetime.datetime.now(MOSCOW).isoformat(timespec="seconds")
    sale = {"command": "report_purchase", "partner_id": 7, "action_id": "B-1", "status": "new",
            "status_at": now, "purchase_at": now, "click_id": "unknown",
            "lines": [{"line": 1, "amount": "10.00"}]}
    said = [
        ("accepted", {"command": "add_destination", "key": "l-1", "member_id": 1,
                      "method": "phone", "value": PHONE}),
        ("accepted", {"command": "request_withdrawal", "key": "l-2", "member_id": 1,
                      "method": "phone", "amount": "500.00"}),
        ("accepted", {"command": "send_withdrawal", "key": "l-3", "member_id": 1,
                      "request_key": "l-2", "processor": "bank"}),
        ("invalid", "this is not JSON"),
        ("duplicate", {"command": "request_withdrawal", "key": "l-2", "member_id": 1,
                       "method": "phone", "amount": "500.00"}),
        ("accepted", {"command": "settle_withdrawal", "key": "l-4", "member_id": 1,
                      "request_key": "l-2", "processor_fee": "5.00"}),
        ("refused", {"command": "open_account", "key": "l-5", "member_id": 404}),
        ("invalid", {"command": "block_card", "key": "l-6", "number": "7700000001", "at": now}),
        ("accepted", {**sale, "key": "l-7"}),
        ("accepted", {"command": "request_withdrawal", "key": "l-8", "member_id": 1,
                      "method": "phone", "amount": "100.00"}),
        ("accepted", {"command": "send_withdrawal", "key": "l-9", "member_id": 1,
                      "request_key": "l-8"}),
    ]
    return [(status, line if isinstance(line, str) else json.dumps(line)) for status, line in said]


def kopecks(text):
    return int(text.replace(".", ""))


def roubles(amount):
    return f"{amount // 100}.{amount % 100:02}"


def line_of(told):
    """What a follower must print of an event that `log tail` tells."""
    event = told["event"]
    about = next((event[name] for name in ("member", "organization", "partner") if name in event),
                 "")
    fields = ""
    if event["type"] == "PurchaseRecorded":
        fields = (f" member={event['member']} action={event['action_id']}"
                  f" cashback={event['cashback']}")
    elif event["type"] == "FreezeExpired":
        released = kopecks(event["to_available"]) + kopecks(event["to_debt"])
        fields = f" member={event['member']} released={roubles(released)}"
    return f"{told['position']} {event['type']} key={about}{fields}"


class KafkaFollowers(StoreTest):
    @classmethod
    def setUpClass(cls):
        cls.followers = Followers()
        cls.addClassCleanup(cls.followers.close)

    def setUp(self):
        self.assertTrue(KAFKA, "KOPILKA_KAFKA is not set; run this by contract/with_kafka.py")
        super().setUp()
        self.prefix = place(self.data)[-1]
        self.sent = 0

    # --- a node, and what goes to it --------------------------------------------------------------

    def start_node(self):
        log = open(self.path("node.log"), "a", encoding="utf-8")
        self.addCleanup(log.close)
        self.node = self.start("node", "run", stdout=log, stderr=log)
        self.addCleanup(self.stop_node, self.node)
        self.sent = 0
        self.wait_until_published()

    def stop_node(self, node):
        node.terminate()
        node.wait(PATIENCE_S)

    def wait_until_published(self):
        """Until everything that was sent since it started is answered, and all is published."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            status = self.json("node", "status")
            if (status.get("role") == "owner" and status["published"] == status["position"]
                    and status["answered"] >= self.sent):
                return
            time.sleep(0.2)
        with open(self.path("node.log"), encoding="utf-8") as log:
            self.fail(f"the node is not done after {PATIENCE_S} s: {status}\n{log.read()}")

    def send(self, lines):
        self.kcat("-P", "-t", f"{self.prefix}.inbound", "-l",
                  self.write("commands.ndjson", "".join(line + "\n" for line in lines)))
        self.sent += len(lines)
        self.wait_until_published()

    def kcat(self, *args):
        return subprocess.run(["kcat", "-b", KAFKA, *args], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, check=True, timeout=PATIENCE_S).stdout

    def read(self, feed, form):
        """Everything in a feed, in kcat's form of a record."""
        read = self.kcat("-C", "-q", "-e", "-o", "beginning", "-t", f"{self.prefix}.{feed}", "-f",
                         form)
        return read.decode(errors="replace")

    def feed(self, name):
        """Values of a feed as JSON."""
        return [json.loads(line) for line in self.read(name, "%s\n").splitlines()]

    def filled(self):
        """A store with years behind it and a node at work; what it answers to the live commands."""
        self.init()
        self.load(history())
        self.start_node()
        said = live_commands()
        self.send([line for _, line in said])
        return [status for status, _ in said]

    # --- followers --------------------------------------------------------------------------------

    def words(self, language, feed="events", name=""):
        return self.followers.command(
            language, "--brokers", KAFKA, "--prefix", self.prefix, "--feed", feed, "--place",
            self.path(f"{language}-{feed}{name}.place"))

    def follow(self, language, feed="events", name="", code=0):
        """What a follower prints until it is at the end; and what it says, when it stops."""
        done = subprocess.run([*self.words(language, feed, name), "--until-end"], text=True,
                              capture_output=True, timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, code, f"{language}: {done.stdout}{done.stderr}")
        return done.stdout.splitlines() if code == 0 else (done.stdout.splitlines(), done.stderr)

    def told(self):
        done = self.expect(0, "log", "tail", "--from", "1", "--limit", "1000000", "--json")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def released(self, told):
        """The closing lines: how much was released to whom."""
        sums = {}
        for event in (each["event"] for each in told):
            if event["type"] == "FreezeExpired":
                sums[event["member"]] = (sums.get(event["member"], 0) +
                                         kopecks(event["to_available"]) + kopecks(event["to_debt"]))
        return {member: roubles(amount) for member, amount in sorted(sums.items())}

    def expected(self):
        told = self.told()
        return [line_of(each) for each in told] + [
            f"member {member}: {amount} released" for member, amount in self.released(told).items()]

    # --- what is promised -------------------------------------------------------------------------

    def test_followers_say_what_the_log_and_the_balances_say(self):
        statuses = self.filled()
        expected = self.expected()
        released = self.released(self.told())
        self.assertEqual(released, {member: "1000.00" for member in range(1, MEMBERS + 1)})
        self.assertEqual(self.json("member", "balance", "3")["available"], released[3])
        paid = self.json("member", "balance", "1")
        self.assertEqual((paid["available"], paid["in_flight"]), ("400.00", "100.00"))

        outcomes = self.feed("outcomes")
        self.assertEqual([each["status"] for each in outcomes], statuses)
        self.assertEqual([each["offset"] for each in outcomes], list(range(len(statuses))))
        for language in LANGUAGES:
            with self.subTest(language):
                self.assertEqual(self.follow(language), expected)
                for feed in ("outcomes", "payouts"):
                    lines = [line.split(" ", 1)[1] for line in self.follow(language, feed)]
                    self.assertEqual([json.loads(line) for line in lines], self.feed(feed))
                self.assertEqual(self.follow(language), expected[-MEMBERS:], "nothing is new")

    def test_processors_see_what_they_need_and_nothing_else(self):
        self.filled()
        payouts = self.feed("payouts")
        self.assertEqual([each["amount"] for each in payouts], ["500.00", "100.00"])
        listed = {each["ext_ref"] for each in self.json("withdrawal", "list")["withdrawals"]}
        self.assertEqual({each["ext_ref"] for each in payouts}, listed)
        for payout in payouts:
            self.assertLessEqual(payout.keys(), PAYOUT_FIELDS)
            self.assertEqual(payout["method"], "phone")
            self.assertEqual(len(bytes.fromhex(payout["destination"])),
                             SEALED_BOX_BYTES + len(PHONE))
        self.assertEqual([each.get("processor") for each in payouts], ["bank", None])
        keys = self.read("payouts", "%k\n").split()
        self.assertEqual(keys, [each["ext_ref"] for each in payouts])
        for names in self.read("payouts", "%h\n").split():
            self.assertRegex(names, r"^seq=\d+,previous=\d+,store=[0-9a-f]{32}$")
        for feed in FEEDS:
            everything = self.read(feed, "%k %h %s\n")
            self.assertNotIn(PHONE, everything)
            self.assertNotIn("Anna Example", everything)

    def test_a_follower_that_is_killed_goes_on_where_it_was(self):
        self.filled()
        expected = self.expected()
        for language in LANGUAGES:
            with self.subTest(language):
                # A narrow pipe, so that it is where its reader is: behind the releases.
                process = subprocess.Popen(self.words(language), stdout=subprocess.PIPE, text=True,
                                           pipesize=4096)
                first = [process.stdout.readline().rstrip("\n") for _ in range(1500)]
                process.kill()
                first += process.stdout.read().split("\n")[:-1]  # the last may be half a line
                process.stdout.close()
                process.wait()
                second = self.follow(language)
                self.assertEqual(first, expected[:len(first)])
                self.assertTrue(any("FreezeExpired" in line for line in first))
                self.assertFalse(any("FreezeExpired" in line for line in second))
                self.assertLess(len(first), len(expected) - MEMBERS, "it was killed in the middle")
                self.assertEqual(second, expected[-len(second):])
                self.assertGreaterEqual(len(first) + len(second), len(expected), "none is missing")
                self.assertLess(len(second), len(expected), "it did not begin anew")

    def put_event(self, offset, seq, previous):
        """Puts the record of the events' feed at an offset there once more, under another place."""
        topic = f"{self.prefix}.events"
        one = ["-C", "-q", "-c", "1", "-o", str(offset), "-t", topic, "-f"]
        with open(self.path("value"), "wb") as value:
            value.write(self.kcat(*one, "%s"))
        headers = dict(pair.split("=", 1) for pair in self.kcat(*one, "%h").decode().split(","))
        headers |= {"seq": str(seq), "previous": str(previous)}
        words = [word for name, text in headers.items() for word in ("-H", f"{name}={text}")]
        self.kcat("-P", "-t", topic, "-k", self.kcat(*one, "%k").decode(), *words,
                  self.path("value"))

    def test_what_comes_twice_is_dropped_and_a_gap_stops(self):
        self.init()
        self.load(union(1))
        self.start_node()
        for language in LANGUAGES:
            self.follow(language)
        self.put_event(3, 4, 3)  # as one puts it out who was believed dead
        self.send(['{"command":"open_account","key":"late","member_id":404}'])
        expected = self.expected()
        for language in LANGUAGES:
            with self.subTest(language):
                self.assertEqual(self.follow(language), expected[-1:])
                self.assertEqual(self.follow(language, name="-anew"), expected)
        last = len(expected)
        self.put_event(3, last + 6, last + 5)
        for language in LANGUAGES:
            with self.subTest(language):
                for _ in range(2):
                    printed, why = self.follow(language, code=1)
                    self.assertEqual(printed, [])
                    self.assertIn(f"a gap: {last + 6} at offset {last + 1}", why)
                    self.assertIn(f"the last one taken was {last}", why)
                printed, why = self.follow(language, name="-third", code=1)
                self.assertEqual(printed, expected)
                self.assertIn("a gap", why)

    def test_feeds_that_were_deleted_are_published_again(self):
        self.init()
        self.load(union(1))
        self.start_node()
        for seq in (4, 5):  # so that offsets will differ
            self.put_event(seq - 1, seq, seq - 1)
        self.send([line for _, line in live_commands()])
        before = {feed: self.follow("python", feed) for feed in FEEDS}
        self.assertEqual(before["events"], self.expected())
        for feed in FEEDS:
            self.follow("javascript", feed)
        self.stop_node(self.node)
        topics = [f"{self.prefix}.{feed}" for feed in FEEDS]
        self.followers.run_python(DELETE_TOPICS, KAFKA, *topics)
        self.start_node()
        for language in LANGUAGES:
            for feed in FEEDS:
                with self.subTest(language, feed=feed):
                    self.assertEqual(self.follow(language, feed, name="-anew"), before[feed])
                    self.assertEqual(self.follow(language, feed), [], "nothing is new")
        self.send([f'{{"command":"open_account","key":"late-{n}","member_id":404}}'
                   for n in range(2)])
        for language in LANGUAGES:
            with self.subTest(language):
                self.assertEqual(self.follow(language), self.expected()[-2:])
                self.assertEqual(len(self.follow(language, "outcomes")), 2)

    def test_the_readme_can_be_typed_as_it_stands(self):
        self.init()
        self.start_node()
        self.followers.forget_places()
        printed = {}
        for text in self.followers.commands:
            printed[text] = self.followers.run_readme(text, KAFKA, self.prefix)
            if "kcat -P" in text:
                self.sent += 12 if "-l commands.ndjson" in text else 1
                self.wait_until_published()

        def of(word):
            return "".join(out for text, out in printed.items() if word in text).splitlines()

        self.assertEqual(self.sent, 13)
        outcomes = of(".outcomes -o beginning")
        self.assertEqual(len(outcomes), 13)
        for line in outcomes:
            self.assertIn('"status":"accepted"', line)
            self.assertTrue(line.startswith("seq="), line)
        events = [line_of(each) for each in self.told()]
        self.assertEqual(len(events), 14)
        self.assertIn("cashback=125.00", events[-1])
        self.assertEqual(len(of(".events -o beginning")), 1 + len(events), "the payout's line too")
        self.assertEqual(of("python/follow.py")[:14], events)
        self.assertEqual(of("python/follow.py"), of("javascript/follow.js"))
        self.assertEqual(len(of("javascript/follow.js")), 14 + 13 + 1)


if __name__ == "__main__":
    main()
