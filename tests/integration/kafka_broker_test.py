"""tools/kafka: real brokers of each supported version, as a person or a test calls it."""

import json
import pathlib
import subprocess
import tempfile
import time
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "kafka"
TIMEOUT_S = 600


def call(*words, directory):
    return subprocess.run([TOOL, *words, "--dir", directory], capture_output=True, text=True,
                          timeout=TIMEOUT_S, check=False)


def kcat(bootstrap, *words, given=""):
    return subprocess.run(["kcat", "-b", bootstrap, *words], input=given, capture_output=True,
                          text=True, timeout=TIMEOUT_S, check=True).stdout


class BrokerTest(unittest.TestCase):
    def setUp(self):
        self._scratch = tempfile.TemporaryDirectory(prefix="kopilka-kafka-")
        self.addCleanup(self._scratch.cleanup)
        self.directory = pathlib.Path(self._scratch.name) / "cluster"
        self.addCleanup(lambda: call("down", directory=self.directory))

    def call(self, *words, code=0):
        done = call(*words, directory=self.directory)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        return done

    def status(self, code=0):
        return json.loads(self.call("status", "--json", code=code).stdout)

    def states(self, code=0):
        return [node["state"] for node in self.status(code)["nodes"]]

    def produces_and_consumes(self, bootstrap):
        # Topics are not made by asking for them, and kcat cannot make one.
        topic = f"test-{time.monotonic_ns()}"
        jars = pathlib.Path(self.status()["jars"])
        subprocess.run(["java", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*",
                        "org.apache.kafka.tools.TopicCommand", "--bootstrap-server", bootstrap,
                        "--create", "--topic", topic], check=True, capture_output=True,
                       timeout=TIMEOUT_S)
        kcat(bootstrap, "-P", "-t", topic, "-p", "0", "-X", "acks=all", given="one\ntwo\n")
        self.assertEqual(kcat(bootstrap, "-C", "-t", topic, "-p", "0", "-e", "-q"), "one\ntwo\n")

    def one_node(self, version, full):
        self.assertEqual(self.status(code=1)["state"], "absent")
        bootstrap = self.call("up", "--version", version).stdout.strip()
        again = self.call("up")
        self.assertEqual(again.stdout.strip(), bootstrap)
        self.assertIn("was up already", again.stderr)
        facts = self.status()
        self.assertEqual([facts["state"], facts["version"], facts["bootstrap"]],
                         ["up", full, bootstrap])
        self.produces_and_consumes(bootstrap)
        self.call("down")
        self.assertEqual(self.states(code=1), ["down"])
        self.call("down")

    def test_version_3_9_answers_and_stops(self):
        self.one_node("3.9", "3.9.1")

    def test_version_4_answers_and_stops(self):
        self.one_node("4.x", "4.3.1")

    def test_nodes_are_killed_paused_resumed_and_started_and_nothing_acknowledged_is_lost(self):
        bootstrap = self.call("up", "--nodes", "3").stdout.strip()
        self.assertEqual(len(bootstrap.split(",")), 3)
        self.produces_and_consumes(bootstrap)
        self.call("kill", "2")
        self.call("kill", "2", code=1)
        self.call("pause", "3")
        self.assertEqual(self.states(code=1), ["up", "down", "paused"])
        self.call("start", "3", code=1)
        self.call("resume", "3")
        self.call("start", "2")
        self.assertEqual(self.states(), ["up", "up", "up"])
        self.produces_and_consumes(bootstrap)
        self.call("pause", "1")
        self.call("down", "--delete")
        self.assertFalse(self.directory.exists())

    def test_wishes_that_differ_from_what_is_there_are_refused(self):
        self.call("up", "--version", "2", code=1)
        self.call("up")
        refused = self.call("up", "--nodes", "3", code=1)
        self.assertIn("--nodes 1", refused.stderr)
        self.call("kill", "3", code=1)
        self.call("status", "--nodes", code=2)


if __name__ == "__main__":
    unittest.main()
