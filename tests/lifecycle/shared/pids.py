"""Prints the processes of this folder that have a word in their command line; exit 1 where there is none."""
import os
import sys

found = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            line = file.read().replace("\0", " ")
        if os.readlink(f"/proc/{pid}/cwd") == os.getcwd() and sys.argv[1] in line and "pids.py" not in line:
            found.append(pid)
    except OSError:
        pass
print("alive:", *found)
sys.exit(not found)
