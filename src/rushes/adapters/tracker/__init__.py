"""Trackers of assets: what else holds a studio's shots and versions.

`connect(address)` gives what opens the tracker at that address, or where the settings say: a
function of the settings, for each tracker has its own section there.
"""
