"""A demo studio: one show of real media, with faults that are known."""

from rushes.testing.demo.build import DemoStudio, build_demo
from rushes.testing.demo.plants import PLANTS, Fault, Plant

__all__ = ["PLANTS", "DemoStudio", "Fault", "Plant", "build_demo"]
