"""A load killed at any moment loses nothing, doubles nothing and is never half seen."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.building import ROOT

KILLS = 100  # each costs 0.45 s of a core; `make soak` takes a thousand


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills need POSIX processes")
def test_a_hundred_kills():
    """In a process of its own, which forks: pytest has threads."""
    command = [sys.executable, "-m", "tests.geodata.swipes.kills", str(KILLS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{KILLS} kills")
