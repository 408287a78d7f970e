"""The worker: what goes on beside requests. Events are sealed, jobs done, webhooks told."""
