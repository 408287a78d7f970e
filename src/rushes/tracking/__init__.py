"""Names, versions and states of the work: which version of which task on which shot it is."""
