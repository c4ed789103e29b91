"""Processes for the tests of a store: each parts from one that has loaded what all of them need, and does no more.

So that a test which kills many need not wait for each to load the same libraries.
"""

import multiprocessing

__all__ = ["PROCESSES"]

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["rosc_map.store", "rosc_map.partnership.partnership"])
