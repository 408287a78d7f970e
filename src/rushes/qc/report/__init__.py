"""What the records of a tree say, for a client or a supervisor: as HTML, PDF, CSV and JSON."""
