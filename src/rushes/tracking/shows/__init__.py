"""Shows set up: from spreadsheets, cuts and templates to records and folders, planned first."""
