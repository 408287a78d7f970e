"""The interface of project_manager, for clients that were written for it: `/api/publishes/` …"""
