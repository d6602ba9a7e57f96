# One image for every Airflow process, exactly what requirements.lock names.
FROM python:3.11.13-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 50000 --gid 0 --create-home airflow \
    && install --directory --owner airflow --group 0 /data /opt/airflow /opt/migstat

WORKDIR /opt/migstat
COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

COPY pyproject.toml README.md ./
COPY plugins ./plugins
COPY dags ./dags
COPY dbt_project ./dbt_project
COPY expectations ./expectations
COPY include ./include
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --editable . \
    && chown --recursive airflow:0 /opt/migstat

USER airflow
ENV AIRFLOW_HOME=/opt/airflow MIGSTAT_PROJECT=/opt/migstat MIGSTAT_HOME=/data
ENTRYPOINT ["tini", "--"]
CMD ["airflow", "info"]
