"""The program as a user calls it: a store in a scratch directory, calls, and command lines."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ.get("KOPILKA", "")
STORE_KEY = "5b" * 32
TIMEOUT_S = 120
# Brokers, when the logs are to be on Kafka (contract/with_kafka.py); empty: each in its directory.
KAFKA = os.environ.get("KOPILKA_KAFKA", "")


def place(data, kafka=KAFKA):
    """What tells the program where a store is. On Kafka each directory has topics of its own."""
    if not kafka:
        return ["--data", data]
    return ["--data", data, "--kafka", kafka, "--kafka-prefix", data.strip("/").replace("/", "-")]


def clock(minutes):
    """RFC 3339 of a minute after noon of 1 March 2019 in Moscow; one a command keeps the order."""
    days, rest = divmod(12 * 60 + minutes, 24 * 60)
    return f"2019-03-{1 + days:02}T{rest // 60:02}:{rest % 60:02}:00+03:00"


class Lines:
    """Command lines in time order, each with a key of its own."""

    def __init__(self):
        self._texts = []
        self._time = 0

    def add(self, command, **fields):
        self._time = fields.pop("minute", self._time)
        key = fields.pop("key", f"{command}-{len(self._texts) + 1}")
        self._texts.append(json.dumps({"command": command, "key": key, "at": clock(self._time),
                                       **fields}))
        return self

    def raw(self, text):
        self._texts.append(text)
        return self

    def __len__(self):
        return len(self._texts)

    def text(self):
        return "".join(line + "\n" for line in self._texts)


def union(members=1):
    """A tree of organisations, one shop, and members 1 to N, each with a card and an account."""
    lines = Lines()
    lines.add("register_organization", organization_id=1, kind="central", name="Union")
    lines.add("register_organization", organization_id=10, kind="regional", parent_id=1,
              name="Region")
    lines.add("register_organization", organization_id=101, kind="primary", parent_id=10,
              name="School 7")
    lines.add("register_partner", partner_id=7, name="Example Shop")
    lines.add("publish_terms", partner_id=7, channel="online", valid_from="2019-03-01",
              freeze_days=30,
              tariffs=[{"code": "goods", "percent": "10", "commission_percent": "12"}])
    for member in range(1, members + 1):
        number = f"{7700000000 + member}"
        lines.add("admit_member", member_id=member, organization_id=101, category="working",
                  admitted_on="2018-09-01", name=f"Anna Example {member}", phone="+79160000042")
        lines.add("issue_card", member_id=member, number=number, form="plastic")
        lines.add("open_account", member_id=member, number=number)
    return lines


def purchases(lines, count, members):
    """Clicks and purchases of 100.00, ten a minute; every seventh message comes twice."""
    for n in range(count):
        member = 1 + n % members
        minute = 1 + n // 10
        when = clock(minute)
        lines.add("register_click", member_id=member, partner_id=7, click_id=f"click-{n}",
                  minute=minute)
        message = {"partner_id": 7, "action_id": f"A-{n}", "status": "new", "status_at": when,
                   "purchase_at": when, "click_id": f"click-{n}",
                   "lines": [{"line": 1, "amount": "100.00"}]}
        lines.add("report_purchase", key=f"purchase-{n}", **message)
        if n % 7 == 0:
            lines.add("report_purchase", key=f"again-{n}", **message)
    return lines


class StoreTest(unittest.TestCase):
    """Each test has a scratch directory; `self.data` is a store there once `init` was called."""

    def setUp(self):
        self.scratch = tempfile.mkdtemp(prefix="kopilka-test-")
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)
        self.data = self.path("store")

    def path(self, name):
        return os.path.join(self.scratch, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def call(self, *args, data=None, stdin=None):
        """The finished process, whatever its exit code."""
        return subprocess.run([PROGRAM, *args, *place(data or self.data)], capture_output=True,
                              text=True, encoding="utf-8", input=stdin, timeout=TIMEOUT_S,
                              check=False)

    def start(self, *args, data=None, **more):
        return subprocess.Popen([PROGRAM, *args, *place(data or self.data)], text=True,
                                encoding="utf-8", **more)

    def expect(self, code, *args, data=None, stdin=None):
        done = self.call(*args, data=data, stdin=stdin)
        self.assertEqual(done.returncode, code, f"{args}: {done.stdout[-2000:]}{done.stderr}")
        return done

    def json(self, *args, data=None):
        return json.loads(self.expect(0, *args, "--json", data=data).stdout)

    def init(self, data=None):
        key = self.write("store.key", STORE_KEY + "\n")
        self.expect(0, "init", "--store-key", key, data=data)

    def load(self, lines, name="lines.ndjson", code=0):
        """Imports lines and returns their answers."""
        path = self.write(name, lines.text())
        done = self.expect(code, "import", path)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def digests(self, data=None):
        """What the log folds to, by name; what is kept beside it must agree."""
        report = self.json("log", "verify", data=data)
        self.assertTrue(report["ok"], report)
        return {row["name"]: row["digest"] for row in report["derived"]}


def main():
    if not os.access(PROGRAM, os.X_OK):
        raise SystemExit("set KOPILKA to the program to test")
    unittest.main()
