# Means by R's survey package, one margin: Rscript means.R FEW.csv FILE.csv. A few rows first, then
# the clock starts when the data are in memory; prints JSON like benchmarks.estimates_work.
suppressMessages(library(survey))
for (file in commandArgs(TRUE)) {
  data <- read.csv(file, stringsAsFactors = TRUE)
  took <- system.time({
    design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = data)
    found <- svyby(~income_1 + income_2 + income_3 + income_4, ~status, design, svymean)
  })
}
pairs <- function(values) {
  paste0("{", paste0("\"", found$status, "\": ", sprintf("%.17g", values), collapse = ", "), "}")
}
cat(sprintf(
  "{\"work\": {\"wall\": %f, \"cpu\": %f}, \"value\": %s, \"error\": %s}\n",
  took[["elapsed"]], took[["user.self"]] + took[["sys.self"]],
  pairs(found$income_1), pairs(SE(found)[, 1])
))
