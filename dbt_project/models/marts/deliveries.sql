select * exclude (file_name) from {{ build_input("deliveries") }}
