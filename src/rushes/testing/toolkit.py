"""The earlier toolkit's folder as its documentation shows it: its settings and example shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

RENDERS = Path("examples/shows/demo_show/shots/shot010/renders")
TOOLKIT_YAML = """\
shows_root: "examples/shows"

naming:
  frame_prefix: "frame_"
  frame_padding: 4
  frame_ext: ".exr"

thresholds:
  disk_warning_mb: 500

tracking:
  backend: "json"
  json_path: "data/tracking_db.json"

publishing:
  publish_root: "published"
"""
_EXAMPLES = Path(__file__).parents[3] / "examples"  # of this checkout


def set_up(folder: Path) -> Path:
    """Have the example shows and the settings file in `folder`."""
    shutil.copytree(_EXAMPLES / "shows", folder / "examples" / "shows")
    (folder / "toolkit.yaml").write_text(TOOLKIT_YAML)
    return folder


@pytest.fixture
def toolkit(home: Path) -> Path:
    """The toolkit's own folder, with its example shows and its settings file."""
    return set_up(home)
