# Makes the surveys of this folder and what R's survey package answers about them.
#
#   Rscript make_answers.R          in this folder; Debian: r-base-core, r-cran-survey
#
# survey.csv    an invented survey: 6 strata of 2 PSUs, PSU codes that start again in each stratum, 2 SSUs in each
#               PSU; two waves in the same PSUs; counts for the finite population correction at both stages and the
#               same as shares; missing answers; replicate weights of five methods
# lonely.csv    the same without the second PSU of stratum 6
# estimates.csv, contrasts.csv   the answers, with 17 significant digits; empty: R has none
suppressMessages(library(survey))
options(survey.adjust.domain.lonely = FALSE, survey.lonely.psu = "fail", digits = 17)
set.seed(20210711)

# ---- the survey -----------------------------------------------------------------------------------------------
n <- 180
s <- data.frame(stratum = rep(1:6, each = 30), psu = rep(rep(1:2, each = 15), 6))
s$ssu <- rep(c(rep(1, 8), rep(2, 7)), 12)
s$weight <- c(12, 20, 31, 45, 18, 27)[s$stratum] + sample(0:9, n, TRUE)
s$n_psus <- c(9, 14, 20, 2, 30, 11)[s$stratum]          # stratum 4 holds all its PSUs
s$n_ssus <- 4 + (s$stratum + s$psu) %% 4
s$f_psus <- 2 / s$n_psus
s$f_ssus <- 2 / s$n_ssus
s$wave <- sample(c("2020", "2021"), n, TRUE)
s$status <- sample(c("NM", "IM", "RT"), n, TRUE, c(.6, .25, .15))
s$age <- sample(c("Y15T24", "Y25T44", "Y45T64"), n, TRUE, c(.3, .4, .3))
s$sex <- sample(c("F", "M", ""), n, TRUE, c(.5, .45, .05))
u <- rnorm(12)[interaction(s$stratum, s$psu, drop = TRUE)]
s$income <- round(exp(5 + .2 * u + .3 * (s$age == "Y25T44") - .2 * (s$status == "IM") + rnorm(n, 0, .5)), 2)
s$remittances <- round(s$income * rbeta(n, 1, 4), 2)
s$members <- sample(1:7, n, TRUE, c(1, 2, 4, 4, 3, 2, 1))
s$employed <- rbinom(n, 1, plogis(.3 + .5 * u - .6 * (s$status == "IM") + .4 * (s$wave == "2021")))
s$income[sample(n, 18)] <- NA
s$employed[sample(n, 12)] <- NA
p <- svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = s, nest = TRUE)
one <- svydesign(id = ~interaction(stratum, psu), weights = ~weight, data = s)
made <- list(
  brr = as.svrepdesign(p, type = "BRR", compress = FALSE),
  fay = as.svrepdesign(p, type = "Fay", fay.rho = .3, compress = FALSE),
  jkn = as.svrepdesign(p, type = "JKn", compress = FALSE),
  jk1 = as.svrepdesign(one, type = "JK1", compress = FALSE),
  bootstrap = as.svrepdesign(p, type = "bootstrap", replicates = 15, compress = FALSE)
)
for (m in names(made)) {
  w <- weights(made[[m]], "analysis")
  for (r in seq_len(ncol(w))) s[[sprintf("%s_%02d", m, r)]] <- w[, r]
}
write.csv(s, "survey.csv", row.names = FALSE, quote = FALSE, na = "")
lonely <- subset(s, !(stratum == 6 & psu == 2))[, !grepl("_[0-9]{2}$", names(s))]
write.csv(lonely, "lonely.csv", row.names = FALSE, quote = FALSE, na = "")

# ---- the designs, from the files as anybody reads them -----------------------------------------------------------
s <- read.csv("survey.csv", colClasses = c(wave = "character"))
lonely <- read.csv("lonely.csv", colClasses = c(wave = "character"))
rep_design <- function(prefix, type, ...) {
  svrepdesign(data = s, weights = ~weight, repweights = paste0("^", prefix, "_[0-9]+$"), type = type, ...)
}
designs <- list(
  clustered = svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = s, nest = TRUE),
  elements = svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = s),
  two_stage = svydesign(id = ~psu + ssu, strata = ~stratum, weights = ~weight, fpc = ~n_psus + n_ssus, data = s, nest = TRUE),
  shares = svydesign(id = ~psu + ssu, strata = ~stratum, weights = ~weight, fpc = ~f_psus + f_ssus, data = s, nest = TRUE),
  lonely = svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = lonely, nest = TRUE),
  brr = rep_design("brr", "BRR"),
  brr_mse = rep_design("brr", "BRR", mse = TRUE),
  fay = rep_design("fay", "Fay", rho = .3),
  jk1 = rep_design("jk1", "JK1", scale = 11 / 12),
  jkn = rep_design("jkn", "JKn", scale = 1, rscales = rep(.5, 12)),
  bootstrap = rep_design("bootstrap", "bootstrap")
)

# ---- estimates --------------------------------------------------------------------------------------------------
keep <- function(d, ok) d[which(ok), ]
domains <- list(all = list(), status = c("status"), `status;sex` = c("status", "sex"))
cells <- function(d, by) {
  if (!length(by)) return(list(all = rep(TRUE, nrow(d$variables))))
  v <- d$variables[by]; v[] <- lapply(v, function(x) ifelse(is.na(x) | x == "", "_U", x))
  k <- unique(v); out <- list()
  for (i in seq_len(nrow(k))) {
    name <- paste(by, unlist(k[i, ]), sep = "=", collapse = ";")
    out[[name]] <- Reduce(`&`, Map(function(x, y) x == y, v, k[i, ]))
  }
  out
}
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- data.frame(..., stringsAsFactors = FALSE)
bounds <- function(v, se, df) if (df > 0) v + c(-1, 1) * qt(.975, df) * se else c(NA, NA)
# The smallest value whose cumulated weight reaches p. This is qrule "math", but for two things: where p lies below the
# share of the smallest value, that takes the second smallest, and sums that reach p but for rounding are no tie to it.
smallest <- function(x, w, p) {
  o <- order(x)
  x[o][which(cumsum(w[o]) / sum(w) * (1 + 1e-12) >= p)[1]]
}
in_reach <- function(f, k) {
  if (!inherits(k, "svyrep.design")) return(TRUE)
  p <- as.vector(svymean(f, k, return.replicates = TRUE)$replicates)
  p > 0.001 & p < 0.999
}
write_answers <- function(d, file) {
  d[] <- lapply(d, function(x) if (is.double(x)) ifelse(is.finite(x), sprintf("%.17g", x), "") else x)
  write.csv(d, file, row.names = FALSE, na = "", quote = FALSE)
}

estimates <- function(name, d, rule) {
  for (by in domains) for (cell in names(cells(d, by))) {
    inside <- cells(d, by)[[cell]]
    for (e in list(c("mean", "income", ""), c("total", "income", ""), c("ratio", "remittances", "income"), c("prop", "employed", ""))) {
      x <- if (e[3] == "") "income" else e[3]
      y <- d$variables[[e[2]]]
      ok <- inside & !is.na(y) & (e[3] == "" | !is.na(d$variables[[x]]))
      k <- keep(d, ok)
      f <- reformulate(e[2])
      r <- tryCatch(switch(e[1], mean = svymean(f, k), prop = svymean(f, k), total = svytotal(f, k), ratio = svyratio(f, reformulate(x), k)),
                    error = function(err) NULL)
      if (is.null(r)) next
      df <- degf(k)
      put <- function(interval, ci) add(design = name, lonely_psu = rule, estimator = e[1], y = e[2], x = e[3], p = NA, interval = interval, domain = cell,
        n_obs = sum(ok), estimate = as.numeric(coef(r)), se = as.numeric(SE(r)), df = df, ci_lo = ci[1], ci_hi = ci[2])
      put("t", bounds(as.numeric(coef(r)), as.numeric(SE(r)), df))
      if (e[1] == "prop" && coef(r) > 0 && coef(r) < 1 && df > 0 && SE(r) > 1e-10) for (m in c("logit", "xlogit", "beta"))
        # R's confint loses t in a normal probability of 1 where df is 1; a replicate of 0 or 100 % has no logit
        if (m != "logit" || (df > 1 && all(in_reach(f, k)))) put(m, as.numeric(confint(suppressWarnings(svyciprop(f, k, method = m)))))
    }
    for (y in c("income", "members")) for (q in c(.25, .5)) for (m in c("mean", "xlogit", "beta")) {
      if (m != "mean" && inherits(d, "svyrep.design")) next      # R 4.1.1 makes the interval "mean" whatever is asked
      ok <- inside & !is.na(d$variables[[y]])
      k <- keep(d, ok)
      if (degf(k) <= 0 || sum(ok) < 8) next
      r <- tryCatch(suppressWarnings(svyquantile(reformulate(y), k, q, interval.type = m, qrule = smallest)[[1]]), error = function(err) NULL)
      if (!is.null(r)) add(design = name, lonely_psu = rule, estimator = "quantile", y = y, x = "", p = q, interval = c(mean = "t", xlogit = "xlogit", beta = "beta")[[m]],
        domain = cell, n_obs = sum(ok), estimate = r[1, 1], se = r[1, 4], df = degf(k), ci_lo = r[1, 2], ci_hi = r[1, 3])
    }
  }
}
for (name in setdiff(names(designs), "lonely")) estimates(name, designs[[name]], "fail")
for (rule in c("certainty", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  estimates("lonely", designs$lonely, rule)
}
options(survey.lonely.psu = "fail")
write_answers(do.call(rbind, rows), "estimates.csv")

# ---- contrasts --------------------------------------------------------------------------------------------------
rows <- list()
shares <- c(Y15T24 = 2, Y25T44 = 5, Y45T64 = 3)
contrast <- function(name, d, y, by, a, b, kind, standard = FALSE) {
  ok <- keep(d, !is.na(d$variables[[y]]) & d$variables[[by]] %in% c(a, b))
  if (standard) ok <- svystandardize(ok, by = ~age, over = reformulate(by), population = shares)
  v <- ok$variables
  sides <- data.frame(ya = v[[y]] * (v[[by]] == a), yb = v[[y]] * (v[[by]] == b), na = 1 * (v[[by]] == a), nb = 1 * (v[[by]] == b))
  one <- if (kind == "total") "ya" else "ya / na"
  other <- if (kind == "total") "yb" else "yb / nb"
  df <- degf(ok)
  for (scale in c("difference", "ratio")) {
    theta <- parse(text = paste0("(", one, ") ", if (scale == "ratio") "/" else "-", " (", other, ")"))[[1]]
    if (inherits(ok, "svyrep.design")) {
      r <- withReplicates(ok, function(w, data) eval(theta, as.list(colSums(w * sides))))
    } else {
      ok$variables <- cbind(v, sides)
      r <- svycontrast(svytotal(~ya + yb + na + nb, ok), list(d = theta))
    }
    value <- as.numeric(coef(r)); se <- as.numeric(SE(r)); null <- as.numeric(scale == "ratio")
    ci <- bounds(value, se, df)
    add(design = name, estimator = kind, y = y, by = by, a = a, b = b, scale = scale, standardised = as.integer(standard),
        estimate = value, se = se, df = df, ci_lo = ci[1], ci_hi = ci[2], p_value = 2 * pt(-abs((value - null) / se), df))
  }
}
for (name in c("clustered", "two_stage", "brr", "jkn")) for (k in list(c("income", "mean"), c("income", "total"), c("employed", "prop"))) {
  d <- designs[[name]]
  for (a in c("IM", "RT")) contrast(name, d, k[1], "status", a, "NM", k[2])
  contrast(name, d, k[1], "wave", "2021", "2020", k[2])
  if (k[2] != "total" && name == "clustered") for (a in c("IM", "RT")) contrast(name, d, k[1], "status", a, "NM", k[2], standard = TRUE)
}
found <- do.call(rbind, rows)
# Holm within design, estimator, y, scale and standardisation, over the two statuses
found$p_holm <- NA_real_
for (g in split(which(found$by == "status"), found[found$by == "status", c("design", "estimator", "y", "scale", "standardised")], drop = TRUE))
  found$p_holm[g] <- p.adjust(found$p_value[g], "holm")
write_answers(found, "contrasts.csv")
cat(R.version.string, "survey", as.character(packageVersion("survey")), "\n")
