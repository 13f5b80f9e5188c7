"""Grafana's boards from one typed source: `make boards` writes config/grafana/dashboards/.

Names of steps come from workers/pipeline.py, names of metrics are checked against runtime/metrics.py by
tests/test_boards.py, which also holds the files to what is built here.
"""
