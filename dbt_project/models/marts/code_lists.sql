{{ config(meta={'of': 'catalogue'}) }}

select
    code_list,
    code,
    parent_code,
    language_code,
    code_label
from {{ build_input('code_lists') }}
