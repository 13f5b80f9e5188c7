"""The store in SQLite (embedded) or PostgreSQL: ddl/ makes the tables, schema.py names them, write.py
decides and inserts, read.py, find.py and explain.py answer, retain.py keeps it bounded.
"""

from workers.adapters.sql_store.store import SqlStore

__all__ = ["SqlStore"]
