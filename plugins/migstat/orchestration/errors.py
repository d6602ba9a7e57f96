"""Why Airflow could not be run to the end; each text says why and where to look."""


class OrchestrationError(Exception):
    """The main job can't go on."""


class AirflowRunsAlreadyError(OrchestrationError):
    """Another Airflow works on the same folder."""


class ComponentFailedError(OrchestrationError):
    """A component dies again and again, or Airflow's database can't be prepared."""


class RunFailedError(OrchestrationError):
    """The run can't reach its end."""
