select
    delivery_id,
    survey_code,
    wave,
    country_code,
    state,
    delivery_sequence,
    delivery_round,
    superseded_by,
    n_rows_in,
    n_accepted,
    n_quarantined,
    undeclared_columns,
    reason,
    registered_at,
    decided_at
from {{ build_input('deliveries') }}
