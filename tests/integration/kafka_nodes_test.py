#!/usr/bin/env python3
"""Several nodes on one log, under every fault once. Run it by contract/with_kafka.py --nodes 3."""

import os
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "node_trial"))

from command_line import PROGRAM, main  # noqa: E402
from faults import FAULTS  # noqa: E402
from feeds import PRODUCER_GAVE_UP  # noqa: E402
from trial import Trial  # noqa: E402

CLUSTER = os.environ.get("KOPILKA_KAFKA_DIR", "")
# Beyond it something hangs: a session of nodes is 6 s, one of brokers 3 s. Machines are busy.
OUTAGE_S_MAX = 45


class KafkaNodes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not CLUSTER:
            raise SystemExit("KOPILKA_KAFKA_DIR is not set; run this by contract/with_kafka.py")
        cls.trial = None
        cls.addClassCleanup(lambda: cls.trial.stop())
        cls.begin()

    @classmethod
    def begin(cls):
        """Nodes and topics of their own, on the same brokers."""
        if cls.trial:
            cls.trial.stop()
        scratch = tempfile.TemporaryDirectory(prefix="kopilka-nodes-")
        cls.addClassCleanup(scratch.cleanup)
        cls.trial = Trial(pathlib.Path(scratch.name), pathlib.Path(CLUSTER), PROGRAM)
        cls.trial.begin()

    def holds_under(self, fault):
        why_not = fault.why_not()
        if why_not:
            print(f"{fault.name}: SKIPPED, {why_not}", flush=True)
            self.skipTest(why_not)
        verdict = self.trial.run(fault)
        if verdict.why.startswith(PRODUCER_GAVE_UP):
            # The idempotent producer of librdkafka 2.0 may end for good when replicas are missing.
            # What it had handed over is then not known, and nothing can be judged.
            print(f"{fault.name}: once more, {verdict.why}", flush=True)
            self.begin()
            verdict = self.trial.run(fault)
        self.assertTrue(verdict.ok, verdict.why)
        print(verdict.line(), flush=True)
        self.assertLess(verdict.outage - verdict.starting, OUTAGE_S_MAX)


def test_of(fault):
    def test(self):
        self.holds_under(fault)
    return test


for number, each in enumerate(fault for fault in FAULTS if fault.bounded):
    setattr(KafkaNodes, f"test_{number}_{each.name.replace('-', '_')}", test_of(each))


if __name__ == "__main__":
    main()
