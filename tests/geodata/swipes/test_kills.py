"""A load killed at any moment loses nothing, doubles nothing and is never half seen."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.building import ROOT
from tests.geodata.swipes.kills import FEWEST

KILLS, SECONDS = 200, 90  # whichever comes first: a kill costs 0.4 to 0.7 s of a core


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills need POSIX processes")
def test_kills_at_random_moments():
    """In a process of its own, which forks: pytest has threads."""
    command = [sys.executable, "-m", "tests.geodata.swipes.kills", str(KILLS), str(SECONDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) >= FEWEST
