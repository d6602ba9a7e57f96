{{ unit_records('locations') }}
