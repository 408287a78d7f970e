"""Deliveries: approved Versions chosen, checked, named, packed and sent, and proven later."""
