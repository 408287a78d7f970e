"""The history of the schema. What has landed never changes: whoever migrates later gets the same.

So nothing here imports what Rushes does today, and SQL stands in files of its own in `sql`.
"""

from importlib.resources import files


def sql(name: str) -> str:
    """The text of `sql/NAME.sql`."""
    return files(__name__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
