"""A real standalone cluster on loopback: one master and two workers, each its own process."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE_S = 60
WORKER_MEMORY, EXECUTOR_MEMORY = "1g", "640m"


def why_not() -> str:
    """Why Spark cannot run here; empty when it can."""
    java = shutil.which("java")
    if java is None:
        return "no Java on this machine; Spark needs Java 17 or newer"
    text = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    found = re.search(r'version "(\d+)', text)
    if not found or int(found.group(1)) < 17:
        return f"Spark needs Java 17 or newer, here is {text.splitlines()[0]}"
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed"
    return ""


class Cluster:
    """Processes of a cluster; `url` is its master's address."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.home = Path(pyspark.__file__).parent
        self.folder = folder
        self.url = f"spark://127.0.0.1:{_free_port()}"
        self.master = self._start("master.Master", "--port", self.url.rsplit(":", 1)[1])
        self.workers: list[subprocess.Popen] = []

    def add_worker(self) -> None:
        """Start a worker of one core."""
        options = ["--cores", "1", "--memory", WORKER_MEMORY, "--work-dir"]
        name = f"worker-{len(self.workers)}"
        options += [str(self.folder / name), self.url]
        self.workers.append(self._start("worker.Worker", *options))

    def kill_worker(self, number: int) -> None:
        """Kill a worker and its executor, as a machine that loses its power."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)
        self.workers[number].wait()

    def wait_for_workers(self) -> None:
        """Wait until the master knows every worker."""
        deadline = time.monotonic() + PATIENCE_S
        log = self.folder / "master.Master.log"
        while log.read_text(errors="replace").count("Registering worker") < len(self.workers):
            if time.monotonic() > deadline or self.master.poll() is not None:
                raise TimeoutError(log.read_text(errors="replace")[-2000:])
            time.sleep(0.1)

    def stop(self) -> None:
        """End every process that was started."""
        for process in [*self.workers, self.master]:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, role: str, *options: str) -> subprocess.Popen:
        command = [str(self.home / "bin" / "spark-class"), f"org.apache.spark.deploy.{role}"]
        command += ["--host", "127.0.0.1", "--webui-port", "0", *options]
        environment = {
            **os.environ,
            "SPARK_HOME": str(self.home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_NO_DAEMONIZE": "1",
        }
        with (self.folder / f"{role}.log").open("ab") as log:
            return subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster with two workers."""
    cluster = Cluster(folder)
    try:
        cluster.add_worker()
        cluster.add_worker()
        cluster.wait_for_workers()
        yield cluster
    finally:
        cluster.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
