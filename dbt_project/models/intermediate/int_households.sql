{{ unit_records('households') }}
