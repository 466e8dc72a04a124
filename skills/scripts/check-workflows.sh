#!/bin/sh
TEMPORAL_SKILL_SCRIPTS=${0%/*} exec "$(dirname "$(readlink -f "$0")")/lib/run" check-workflows "$@"
