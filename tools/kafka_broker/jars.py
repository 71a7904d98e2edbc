"""The jars of a Kafka version, fetched once from Maven Central and kept."""

import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent

# Tested; any other full version is taken at its word.
SUPPORTED = {"3.9": "3.9.1", "4.x": "4.3.1"}
RELOAD4J = ["-Dlogging.group=org.slf4j", "-Dlogging.artifact=slf4j-reload4j",
            "-Dlogging.version=1.7.36"]


class Trouble(Exception):
    """What went wrong and what to do, for people."""


def full_version(text):
    version = SUPPORTED.get(text, text)
    if version.count(".") != 2 or not version.replace(".", "").isdigit():
        raise Trouble(f"{text} is no version of Kafka that is known here; "
                      f"take {' or '.join(SUPPORTED)}, or write it in full, as {SUPPORTED['4.x']}")
    return version


def is_kafka_3(version):
    return version.startswith("3.")


def cache():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "kopilka" / "kafka"


def folder_of(version):
    return cache() / f"jars-{version}"


def require(program):
    if shutil.which(program) is None:
        raise Trouble(f"there is no {program} here; tools/setup --kafka installs it")


def fetch(version, say):
    """The folder of the version's jars. It appears whole or not at all."""
    folder = folder_of(version)
    if folder.is_dir():
        return folder
    require("mvn")
    folder.parent.mkdir(parents=True, exist_ok=True)
    say(f"fetching Kafka {version} from Maven Central, about 45 MB; once")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as scratch:
        jars = pathlib.Path(scratch) / "jars"
        done = subprocess.run(
            ["mvn", "-B", "-q", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
             "-DincludeScope=runtime", f"-DoutputDirectory={jars}", f"-Dkafka.version={version}",
             *(RELOAD4J if is_kafka_3(version) else [])],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            reason = [line for line in done.stdout.splitlines() if "ERROR" in line][:3]
            raise Trouble(f"Maven could not fetch Kafka {version}:\n  "
                          + "\n  ".join(reason or ["it gave no reason"])
                          + "\nthe network or the version number is at fault; run it again")
        try:
            jars.rename(folder)
        except OSError:  # another run was quicker
            if not folder.is_dir():
                raise
    return folder
