"""How a program of a test ends that is a client of the SDK.

A thread of the SDK may still be handing over the last answer, and before Python 3.14 the teardown of the interpreter
kills it: a program that did all its work ends in SIGSEGV or SIGABRT, about one time in ten.
"""

LEAVE = """
import os, sys
sys.stdout.flush()
os._exit(0)
"""
