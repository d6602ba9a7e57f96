"""How Airflow runs the parts: assets, doorbells, tasks, and the command that starts it all.

The only subpackage that may import Airflow, and only in the modules that DAG files and the
triggerer load; ``main_job`` starts Airflow's processes and imports none of it.
"""
