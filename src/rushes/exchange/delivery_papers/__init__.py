"""Papers with pictures that go with a delivery: a contact sheet, and a delivery note."""
