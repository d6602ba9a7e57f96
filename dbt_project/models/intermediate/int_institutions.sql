{{ unit_records('institutions') }}
