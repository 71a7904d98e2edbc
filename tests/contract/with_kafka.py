#!/usr/bin/env python3
"""Runs a program with a Kafka of its own, and stops it afterwards.

  with_kafka.py [--version 3.9|4.x] [--nodes 1|3] PROGRAM [ARGUMENT...]

The program finds the brokers' addresses in KOPILKA_KAFKA, and in KOPILKA_KAFKA_DIR what to give
tools/kafka as --dir. There is a topic `ill_made.log`, whose settings no log could live with.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "kafka"


def call(*words):
    return subprocess.run([TOOL, *words], stdout=subprocess.PIPE, text=True, check=True).stdout


def make_ill_topic(facts):
    subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{facts['jars']}/*",
         "org.apache.kafka.tools.TopicCommand", "--bootstrap-server", facts["bootstrap"],
         "--create", "--topic", "ill_made.log", "--partitions", "2",
         "--config", "retention.ms=1000", "--config", "max.message.bytes=1000"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", default="4.x")
    parser.add_argument("--nodes", default="1")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kopilka-kafka-") as scratch:
        directory = os.path.join(scratch, "cluster")
        try:
            facts = json.loads(call("up", "--json", "--version", options.version,
                                    "--nodes", options.nodes, "--dir", directory))
            make_ill_topic(facts)
            environment = {**os.environ, "KOPILKA_KAFKA": facts["bootstrap"],
                           "KOPILKA_KAFKA_DIR": directory}
            return subprocess.run(options.program, env=environment, check=False).returncode
        finally:
            call("down", "--dir", directory)


if __name__ == "__main__":
    sys.exit(main())
