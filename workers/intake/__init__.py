"""Doors, one a file; each ends in Ledger.append.

admission.py says what a document may look like, for every door alike. files.py is the command
line's door, http.py the port's, broker.py the one for Celery and AMQP people.
"""
