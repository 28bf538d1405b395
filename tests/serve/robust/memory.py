"""The memory of a process, as Linux tells it in /proc."""

from pathlib import Path


def resident(pid):
    """The bytes that a process holds now."""
    return _told(pid, "VmRSS")


def peak_growth(pid, act):
    """By how many bytes a process was larger at most, while something was done, than before."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak is measured anew
    before = resident(pid)
    act()
    return _told(pid, "VmHWM") - before


def _told(pid, name):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
