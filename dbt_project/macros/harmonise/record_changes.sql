{# Records of a survey's table that a delivery added, edited or withdrew, against the delivery of the wave before it.

   Snapshots hold everything so far: a record that was there and is not any more is withdrawn. What is appended adds and
   edits only. Compared by record key and the hash of what passed the border. #}
{% macro record_changes(survey, table, files) -%}
    {%- set mode = var('surveys')[survey].modes -%}
(
    with deliveries as (
        select *, lag(delivery_id) over (partition by wave order by delivery_sequence, delivery_round) as previous_id
        from (
            {%- for file in files %}
            select
                '{{ file.wave }}' as wave, '{{ mode[file.wave] }}' as mode, '{{ file.delivery_id }}' as delivery_id,
                {{ file.sequence }} as delivery_sequence, {{ file.round }} as delivery_round
            {{ 'union all' if not loop.last }}
            {%- endfor %}
        ) as listed
    ),

    records as (
        select wave, delivery_id, delivery_sequence, delivery_round, _record_key as record_key, _payload_hash as payload_hash
        from ({{ raw_rows(files) }}) as raw
    ),

    -- what a record looked like before a delivery: in the delivery before it, or ever where deliveries are appended
    seen as (
        select
            deliveries.wave, deliveries.delivery_id, before.record_key, before.payload_hash
        from deliveries
        inner join records as before
            on deliveries.wave = before.wave
            and (
                (deliveries.mode = 'snapshot' and before.delivery_id = deliveries.previous_id)
                or (
                    deliveries.mode = 'append'
                    and (before.delivery_sequence < deliveries.delivery_sequence or (
                        before.delivery_sequence = deliveries.delivery_sequence
                        and before.delivery_round < deliveries.delivery_round
                    ))
                )
            )
        qualify row_number() over (
            partition by deliveries.wave, deliveries.delivery_id, before.record_key
            order by before.delivery_sequence desc, before.delivery_round desc
        ) = 1
    ),

    compared as (
        select
            deliveries.wave,
            deliveries.delivery_id,
            deliveries.previous_id,
            deliveries.mode,
            coalesce(records.record_key, seen.record_key) as record_key,
            records.payload_hash,
            seen.payload_hash as previous_hash
        from records
        full outer join seen
            on records.wave = seen.wave and records.delivery_id = seen.delivery_id and records.record_key = seen.record_key
        inner join deliveries on deliveries.delivery_id = coalesce(records.delivery_id, seen.delivery_id)
        where deliveries.previous_id is not null
    )

    select
        '{{ survey }}' as survey_code,
        wave,
        '{{ table }}' as table_name,
        delivery_id,
        previous_id as previous_delivery_id,
        record_key,
        case when previous_hash is null then 'added' when payload_hash is null then 'withdrawn' else 'edited' end as change
    from compared
    where (payload_hash is null and mode = 'snapshot') or previous_hash is null or payload_hash <> previous_hash
)
{%- endmacro %}


{% macro no_record_changes() -%}
    select
        cast(null as string) as survey_code, cast(null as string) as wave, cast(null as string) as table_name,
        cast(null as string) as delivery_id, cast(null as string) as previous_delivery_id,
        cast(null as string) as record_key, cast(null as string) as change
    where 1 = 0
{%- endmacro %}
