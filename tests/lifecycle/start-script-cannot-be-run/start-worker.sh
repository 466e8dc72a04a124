#!/bin/sh
set -e
exec python worker.py
