"""Data Docs of Great Expectations: one page per table of a delivery, without any value of the data.

The pages are rendered one by one instead of as a site, so that two deliveries never write the same
file and a page depends on nothing but its delivery.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view.view import DefaultJinjaPageView

# counts and shares; everything else in a result (observed values, unexpected values, rows) is data
COUNTS = (
    "element_count",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_total",
    "unexpected_percent_nonmissing",
    "missing_count",
    "missing_percent",
)


def write_page(result: Any, page: Path, kwargs: Sequence[Mapping[str, Any]]) -> None:  # noqa: ANN401 - Great Expectations has no types
    """Render a validation result without values and put it in place at once.

    Args:
        result: What ``batch.validate`` returned.
        page: The HTML file to write.
        kwargs: The arguments of each expectation as its suite has them, by position.
    """
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    bare = ExpectationSuiteValidationResult(
        success=result.success,
        results=[
            _without_values(found, kwargs)
            for found in sorted(
                result.results, key=lambda f: int(f.expectation_config.meta["position"])
            )
        ],
        suite_name=result.suite_name,
        statistics=result.statistics,
        meta={"great_expectations_version": result.meta.get("great_expectations_version")},
    )
    html = DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(bare))  # type: ignore[no-untyped-call] # nobody typed it
    page.parent.mkdir(parents=True, exist_ok=True)
    beside = page.with_suffix(".part")
    beside.write_text(html, encoding="utf-8")
    os.replace(beside, page)  # noqa: PTH105 - the same call everywhere in the house


def _without_values(found: Any, kwargs: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - Great Expectations has no types
    counts = {name: found.result[name] for name in COUNTS if name in found.result}
    config = found.expectation_config
    declared = ExpectationConfiguration(
        type=config.type,
        kwargs=dict(kwargs[config.meta["position"]]),
        meta={"reason": config.meta["reason"]},
        severity=config.severity,
    )
    return ExpectationValidationResult(
        success=found.success,
        expectation_config=declared,
        result=counts,
        meta=found.meta,
        exception_info={
            "raised_exception": False,
            "exception_traceback": None,
            "exception_message": None,
        },
    )
