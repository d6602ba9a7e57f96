"""The rows of bad input that other modules than ``test_bad_input`` prove, and the test of each."""

from pathlib import Path

import pytest

ELSEWHERE = {
    "an unknown survey, an undeclared wave": "test_drop_zone::"
    "test_what_is_misplaced_is_refused_with_the_nearest_name_and_a_remedy",
    "path tricks in names": "test_drop_zone::"
    "test_names_with_control_characters_and_path_tricks_are_refused_and_kept_readable",
    "a link out of the zone": "test_drop_zone::"
    "test_a_link_that_leaves_the_zone_is_refused_and_not_followed",
    "an empty file": "test_drop_zone::test_an_empty_file_is_refused_and_taken_once_it_has_bytes",
    "more bytes than allowed": "test_drop_zone::"
    "test_a_file_past_the_size_limit_is_refused_before_it_is_hashed",
    "a set with a bad file": "test_intake_sets::test_one_bad_file_refuses_the_whole_set",
    "a set that lacks a file": "test_intake_sets::"
    "test_an_incomplete_set_waits_and_is_taken_in_with_its_last_file",
    "an undeclared column": "test_intake_take_in::"
    "test_undeclared_columns_are_listed_and_do_not_pass",
    "impossible values, duplicate keys, dates, weights": "test_intake_take_in::"
    "test_a_bad_row_is_held_back_with_its_rule",
    "orphan members": "test_intake_parents::"
    "test_members_without_an_accepted_household_are_held_back",
    "private values in a refusal": "test_intake_privacy::test_no_private_value_is_in_a_refusal",
    "a kill at any step": "test_intake_kills::"
    "test_a_kill_after_any_step_changes_nothing_in_the_end",
    "every way a parser dies": "test_readers_jail::"
    "test_a_parser_that_dies_is_a_refused_delivery_at_once",
    "a parser without end": "test_readers_jail::"
    "test_a_parser_that_does_not_end_is_stopped_with_its_children",
    "a parser without measure": "test_readers_jail::test_the_limits_are_set_on_the_child_itself",
    "an archive of junk, links or climbing paths": "test_readers_xlsx::"
    "test_an_archive_no_export_looks_like_is_refused",
    "an archive too big unpacked": "test_readers_xlsx::test_an_archive_too_big_unpacked_is_refused",
    "an SPSS file truncated between values": "test_readers_spss_sav::"
    "test_values_that_fill_no_whole_cases_are_refused_by_the_count_alone",
    "a refusal is never retried": "test_tasks::"
    "test_a_refused_delivery_ends_skipped_with_its_reason_and_is_not_a_fault",
    "private values in the log of the verdict": "test_intake_privacy::"
    "test_what_the_engine_of_expectations_stumbles_over_is_not_logged",
    "what a killed run had read": "test_intake_kills::"
    "test_what_a_killed_run_had_read_is_swept_by_the_next",
    "a survey's declaration, raw file or shared model fails": "test_build_failures::"
    "test_a_failure_in_a_shared_model_is_traced_to_its_survey",
    "a name no copy can bear": "test_drop_zone::"
    "test_a_name_longer_than_every_copy_of_the_file_can_have_is_refused",
    "a folder that may not be listed": "test_drop_zone::"
    "test_a_folder_that_may_not_be_listed_is_refused_and_the_others_are_taken",
    "names that a terminal would obey": "test_intake_commands::"
    "test_the_status_shows_names_that_others_chose_as_they_are",
    "a row lost on the way": "test_intake_take_in::"
    "test_a_row_lost_on_the_way_to_the_raw_store_is_our_fault_and_stores_nothing",
    "an answer no code covers": "test_build::"
    "test_an_answer_without_a_code_counts_once_per_record_as_last_handed_in",
    "more of them than the survey accepts": "test_build_failures::"
    "test_more_unmapped_answers_than_the_survey_accepts",
    "estimates follow a withdrawn or edited record": "test_build::"
    "test_a_corrected_delivery_adds_edits_and_withdraws_by_key",
    "one survey fails while it is built": "test_build_failures::"
    "test_a_staging_model_that_does_not_run",
    "its DAG says so": "test_tasks::"
    "test_a_survey_that_failed_fails_the_build_by_name_and_is_not_tried_again",
    "a machine's fault at one delivery": "test_intake_commands::"
    "test_a_fault_of_the_machine_at_one_delivery_leaves_the_others_taken_in",
    "builds killed while readers read": "test_build_processes::"
    "test_readers_see_whole_states_while_builds_are_killed",
    "worker, scheduler and build killed": "test_kill::"
    "test_kills_at_ten_random_moments_change_no_public_table",
    "an indicator whose variables the survey lacks": "test_report_declarations::"
    "test_an_indicator_whose_variables_the_survey_lacks_is_told_with_its_line",
    "two surveys with one code": "test_declarations::test_a_problem_is_told_with_its_file_and_line",
    "two surveys with one record key": "test_intake_privacy::"
    "test_record_keys_are_the_survey_s_and_link_keys_the_country_s",
    "an answer mapped twice, a code or area of no list": "test_staging_declarations::"
    "test_a_mapping_that_can_not_be_right_is_told_with_its_line",
    "a weight on another scale than the wave before": "test_build_failures::"
    "test_weights_on_another_scale_than_the_wave_before_until_the_survey_accepts_them",
    "an area of no list, a weight on another scale": "test_data_tests::"
    "test_a_data_test_finds_the_cases_planted_for_it_and_no_other",
    "a rounds file restating history": "test_rules::test_the_claim_holds",
}


@pytest.mark.parametrize("test", ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_rows_proved_elsewhere_are_there(test: str):
    module, name = test.split("::")
    (file,) = Path(__file__).parents[1].rglob(f"{module}.py")
    text = file.read_text(encoding="utf-8")
    assert f"\ndef {name}(" in text
