"""The nodes of one cluster in one folder: written down, started, stopped, killed, asked."""

import fcntl
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import jars
import question
from jars import Trouble

HERE = pathlib.Path(__file__).parent
STARTED = "Kafka Server started"
CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"  # any 22 characters of base64 that stand for 16 bytes
START_TIMEOUT_S = 300  # a busy machine; 3 to 12 s on an idle one
# The last node to stop has no quorum left and would wait for one for five minutes.
STOP_TIMEOUT_S = 10
# Below what the kernel hands out by itself, so that a killed node finds its port free again.
PORTS = range(20000, 32000)
# A quick start, which short tests feel, or the full compiler, which long runs feel.
JVM = {"tests": ["-Xms64m", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"],
       "bench": ["-Xms256m", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"]}


class Node:
    """One JVM. Known by its number, its folder, and the pid that it was started with."""

    def __init__(self, folder, number, port, controller_port):
        self.folder = folder / f"node{number}"
        self.number, self.port, self.controller_port = number, port, controller_port
        self.properties = self.folder / "server.properties"
        self.log = self.folder / "server.log"
        self._pid_file = self.folder / "pid"

    def pid(self):
        """Nothing when it does not run; a pid that another process was given since is not its."""
        try:
            pid = int(self._pid_file.read_text())
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self.properties) in words else None

    def state(self):
        pid = self.pid()
        if pid is None:
            return "down"
        try:
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return "down"
        if stat.rpartition(")")[2].split()[0] in "Tt":
            return "paused"
        return "up" if self.has_started() else "starting"

    def has_started(self):
        return STARTED in self.log_text()

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.is_file() else ""

    def start(self, command, environment):
        # What an earlier run wrote would look like the new one's readiness.
        with open(self.log, "wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                cwd=self.folder, env=environment, start_new_session=True)
        self._pid_file.write_text(str(process.pid))
        return process

    def signal(self, number):
        pid = self.pid()
        if pid is not None:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass


class Cluster:
    """What `cluster.json` of a folder says, and the processes that belong to it."""

    def __init__(self, folder, written):
        self.folder = folder
        self.version = written["version"]
        self.jvm = written["jvm"]
        self.nodes = [Node(folder, **node) for node in written["nodes"]]

    @classmethod
    def at(cls, folder):
        """The cluster of this folder, or nothing."""
        file = folder / "cluster.json"
        try:
            return cls(folder, json.loads(file.read_text()))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise Trouble(f"{file} is not what this program wrote ({error}); "
                          f"delete {folder} and start anew") from error

    @classmethod
    def make(cls, folder, version, size, jvm, say):
        if folder.is_dir() and any(entry.name != "lock" for entry in folder.iterdir()):
            raise Trouble(f"{folder} holds something else; give --dir a new or empty folder")
        libraries = jars.fetch(version, say)
        ports = _free_ports(2 * size)
        nodes = [{"number": number + 1, "port": ports[2 * number],
                  "controller_port": ports[2 * number + 1]} for number in range(size)]
        cluster = cls(folder, {"version": version, "jvm": jvm, "nodes": nodes})
        say(f"formatting {_nodes(size)}")
        with ThreadPoolExecutor(size) as pool:
            list(pool.map(lambda node: cluster._format(node, libraries), cluster.nodes))
        # Last, so that a run that was cut short leaves nothing that looks like a cluster.
        scratch = folder / "cluster.json.new"
        scratch.write_text(json.dumps({"version": version, "jvm": jvm, "nodes": nodes}, indent=2))
        scratch.rename(folder / "cluster.json")
        return cluster

    def bootstrap(self):
        return ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def node(self, number):
        for node in self.nodes:
            if node.number == number:
                return node
        raise Trouble(f"there is no node {number} in {self.folder}; it has {len(self.nodes)}")

    def states(self):
        return {node.number: node.state() for node in self.nodes}

    def answers(self):
        """Whether every node runs and each knows of all."""
        everyone = [node.number for node in self.nodes]
        return (all(state == "up" for state in self.states().values())
                and all(question.brokers_known(node.port) == everyone for node in self.nodes))

    def start(self, nodes, say):
        """Starts those that do not run, all at once, and waits until they answer. What it started
        is stopped again when one of them fails."""
        libraries = jars.fetch(self.version, say)
        jars.require("java")
        started = {}
        for node in nodes:
            state = node.state()
            if state == "paused":
                raise Trouble(f"node {node.number} is paused; tools/kafka resume {node.number}")
            if state == "down":
                started[node] = node.start(self._command(node, libraries), _environment())
        try:
            self._wait(nodes, started, say)
        except BaseException:
            for process in started.values():
                process.kill()
            raise

    def stop(self, say):
        """Asks all, waits, then kills whoever still runs. Says how many that were."""
        for signal_number in (signal.SIGTERM, signal.SIGCONT):  # a paused one hears nothing
            for node in self.nodes:
                node.signal(signal_number)
        say(f"stopping {_nodes(len(self.nodes))}")
        self._wait_for_end(self.nodes, STOP_TIMEOUT_S)
        late = [node for node in self.nodes if node.pid() is not None]
        self.kill(late)
        return len(late)

    def kill(self, nodes):
        for node in nodes:
            node.signal(signal.SIGKILL)
        if not self._wait_for_end(nodes, STOP_TIMEOUT_S):
            raise Trouble(f"a node of {self.folder} does not end even when killed")

    def delete(self):
        shutil.rmtree(self.folder)

    @staticmethod
    def _wait_for_end(nodes, timeout_s):
        deadline = time.monotonic() + timeout_s
        while any(node.pid() is not None for node in nodes):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _wait(self, nodes, started, say):
        deadline = time.monotonic() + START_TIMEOUT_S
        begun = time.monotonic()
        others = [node.number for node in self.nodes if node.state() == "up"]
        wanted = sorted({*others, *(node.number for node in nodes)})
        while True:
            for node, process in started.items():
                if process.poll() is not None:
                    raise Trouble(f"node {node.number} ended by itself; the end of {node.log}:\n"
                                  + _last_words(node.log_text()))
            if all(node.has_started() for node in nodes) and all(
                    set(wanted) <= set(question.brokers_known(node.port)) for node in nodes):
                return
            if time.monotonic() > deadline:
                raise Trouble(f"not ready after {START_TIMEOUT_S} s; "
                              f"see {self.folder}/*/server.log")
            say(f"waiting for {_nodes(len(nodes))} to answer, "
                f"{time.monotonic() - begun:.0f} s", same_line=True)
            time.sleep(0.1)

    def _format(self, node, libraries):
        node.folder.mkdir(parents=True)
        voters = ",".join(f"{other.number}@127.0.0.1:{other.controller_port}"
                          for other in self.nodes)
        copies = min(3, len(self.nodes))
        node.properties.write_text((HERE / "node.properties").read_text().format(
            node=node.number, port=node.port, controller_port=node.controller_port, voters=voters,
            data=node.folder / "data", copies=copies, copies_min=2 if copies == 3 else 1))
        jars.require("java")
        done = subprocess.run(
            ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", *self._logging(),
             "-cp", f"{libraries}/*", "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID,
             "-c", str(node.properties)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            env=_environment())
        if done.returncode != 0:
            raise Trouble(f"Kafka {self.version} could not format {node.folder}:\n"
                          + _last_words(done.stdout))

    def _command(self, node, libraries):
        return ["java", *JVM[self.jvm], *self._logging(), "-cp", f"{libraries}/*", "kafka.Kafka",
                str(node.properties)]

    def _logging(self):
        if jars.is_kafka_3(self.version):
            return [f"-Dlog4j.configuration=file:{HERE / 'log4j.properties'}"]
        return [f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"]


class Lock:
    """Two runs on one folder take turns. REQUIRES: nobody deletes the folder but its holder."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "lock"

    def __enter__(self):
        self._file = open(self._path, "w", encoding="ascii")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        self._file.close()


def _environment():
    # JVM options meant for something else would change what the tests measure.
    return {name: value for name, value in os.environ.items()
            if name not in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "KAFKA_OPTS")}


def _free_ports(count):
    found = []
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise Trouble(f"no {count} free ports between {PORTS[0]} and {PORTS[-1]} on 127.0.0.1")


def _last_words(text):
    return "\n".join("  " + line for line in text.splitlines()[-15:])


def _nodes(count):
    return "one node" if count == 1 else f"{count} nodes"
