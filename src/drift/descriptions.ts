/** Every drift metric, described. */

import type { Better, MetricDescription } from '../model/metric-description.js';
import { DEFAULT_DRIFT_METRICS } from './catalogue.js';

const SIDE = 'finite or present values of the smaller period';
const SCIPY = (name: string): string => `SciPy ${name}`;
const EVIDENTLY = (name: string): string => `Evidently 0.7.23 ${name}`;
const NANNYML = (name: string): string => `NannyML 0.13.1 ${name}`;

type Range = MetricDescription['range'];
type Entry = readonly [name: string, range: Range, better: Better, formula: string, source: string, smallestN?: number];

const SHARE: Range = [0, 1];
const POSITIVE: Range = [0, null];

/** A p-value: lower is more drift, so higher is better. */
const p = (name: string, formula: string, source: string, smallestN = 1): Entry => [
  name,
  SHARE,
  'higher',
  formula,
  source,
  smallestN,
];

const NUMERIC: readonly Entry[] = [
  ['ks_statistic', SHARE, 'lower', 'max |F(x) - G(x)| of the empirical distribution functions', SCIPY('ks_2samp')],
  p('ks_p_asymp', 'P(D_n >= D) for one sample of round(mn/(m+n)) rows', SCIPY('ks_2samp(method="asymp")'), 2),
  p('ks_p_exact_or_auto', 'exact two-sample law of D up to 10,000 rows a side, else ks_p_asymp', SCIPY('ks_2samp')),
  p('ks_p_limit', 'limit law of Kolmogorov at sqrt(mn/(m+n)) D', SCIPY('special.kolmogorov')),
  [
    'ks_nannyml',
    SHARE,
    'lower',
    'D; from 10,000 reference rows on at 10,000 equal bins',
    NANNYML('kolmogorov_smirnov'),
  ],
  [
    'psi_decile',
    POSITIVE,
    'lower',
    'sum (c - r) ln(c / r) over the distinct deciles of the reference, a share of 0 as 0.0001',
    'N. Siddiqi, Credit Risk Scorecards (2006)',
  ],
  ['wasserstein', POSITIVE, 'lower', "integral |F(x) - G(x)| dx, in the column's unit", SCIPY('wasserstein_distance')],
  [
    'wasserstein_evidently',
    POSITIVE,
    'lower',
    'wasserstein / max(sd of the reference with ddof 0, 0.001)',
    EVIDENTLY('wasserstein'),
  ],
  [
    'wasserstein_nannyml',
    POSITIVE,
    'lower',
    'wasserstein; from 10,000 reference rows on at 10,000 equal bins',
    NANNYML('wasserstein'),
  ],
  ['energy_distance', POSITIVE, 'lower', 'sqrt(2 integral (F(x) - G(x))^2 dx)', SCIPY('energy_distance')],
  [
    'anderson_statistic',
    null,
    'lower',
    'standardised two-sample Anderson-Darling statistic with mid-ranks',
    SCIPY('anderson_ksamp(variant="midrank")'),
  ],
  p('anderson_p', 'parabola through the tabulated levels, held within [0.001, 0.25]', SCIPY('anderson_ksamp')),
  [
    'cramer_von_mises_statistic',
    POSITIVE,
    'lower',
    'U / (mn(m+n)) - (4mn - 1) / (6(m+n)), U from the mid-ranks',
    SCIPY('cramervonmises_2samp'),
    2,
  ],
  p('cramer_von_mises_p', 'exact up to 20 rows a side, else limit law', SCIPY('cramervonmises_2samp'), 2),
  [
    'mann_whitney_u',
    POSITIVE,
    'none',
    'pairs with the greater value in the reference, ties half',
    SCIPY('mannwhitneyu'),
  ],
  p('mann_whitney_p', 'two-sided, normal law with tie and continuity correction', SCIPY('mannwhitneyu')),
  p('mann_whitney_p_evidently', 'one-sided: reference is less', EVIDENTLY('mannw')),
  [
    't_statistic',
    [null, null],
    { closer: 0 },
    '(mean r - mean k) / sqrt(s^2 (1/m + 1/n)), pooled s^2',
    SCIPY('ttest_ind(equal_var=True)'),
  ],
  p('t_p', 'two-sided, m + n - 2 degrees of freedom', SCIPY('ttest_ind(equal_var=True)')),
  [
    'welch_statistic',
    [null, null],
    { closer: 0 },
    '(mean r - mean k) / sqrt(s_r^2/m + s_k^2/n)',
    SCIPY('ttest_ind(equal_var=False)'),
    2,
  ],
  p('welch_p', "two-sided, Satterthwaite's degrees of freedom", SCIPY('ttest_ind(equal_var=False)'), 2),
  [
    'mmd_squared',
    [null, null],
    'lower',
    'squared maximum mean discrepancy of the first 200 rows a side, Gaussian kernel of median width',
    EVIDENTLY('mmd_2samp'),
    2,
  ],
];

const CATEGORICAL: readonly Entry[] = [
  ['chi2_statistic', POSITIVE, 'lower', 'sum (o - e)^2 / e of the table period by category', SCIPY('chi2_contingency')],
  p('chi2_p', 'chi-square law with categories - 1 degrees of freedom', SCIPY('chi2_contingency(correction=False)')),
  p('chi2_p_pooled', 'as chi2_p, categories expected below 5 as one', 'W. Cochran, Biometrics 10 (1954)', 10),
  p('chi2_p_evidently', "current counts against the reference's, scaled", EVIDENTLY('chisquare')),
  ['chi2_nannyml', POSITIVE, 'lower', "chi2_statistic, Yates' correction for two categories", NANNYML('chi2')],
  ['g_statistic', POSITIVE, 'lower', '2 sum o ln(o / e)', SCIPY('chi2_contingency(lambda_="log-likelihood")')],
  p('g_p', 'chi-square law with categories - 1 degrees of freedom', SCIPY('chi2_contingency')),
  p('g_p_evidently', "current counts against the reference's, periods of equal size only", EVIDENTLY('g_test')),
  p('z_p', 'difference of two shares with pooled variance; at most two categories', EVIDENTLY('z')),
  ['total_variation', SHARE, 'lower', 'sum |r - c| / 2', EVIDENTLY('TVD')],
  ['l_infinity', SHARE, 'lower', 'max |r - c|', NANNYML('l_infinity')],
  ['cramers_v', SHARE, 'lower', 'sqrt(chi2_statistic / (m + n))', SCIPY('contingency.association(method="cramer")')],
  [
    'psi',
    POSITIVE,
    'lower',
    'sum (c - r) ln(c / r), a share of 0 as 0.0001',
    'N. Siddiqi, Credit Risk Scorecards (2006)',
  ],
];

const BOTH_KINDS: readonly Entry[] = [
  [
    'jensen_shannon',
    SHARE,
    'lower',
    'sqrt((KL(r || m) + KL(c || m)) / 2), base 2, over reference deciles or categories',
    'D. Endres and J. Schindelin (2003); SciPy jensenshannon(base=2)',
  ],
  [
    'jensen_shannon_evidently',
    [0, Math.sqrt(Math.LN2)],
    'lower',
    "the same to base e, Evidently's bins",
    EVIDENTLY('jensenshannon'),
  ],
  ['jensen_shannon_nannyml', SHARE, 'lower', "the same to base 2, NannyML's bins", NANNYML('jensen_shannon')],
  ['hellinger_evidently', SHARE, 'lower', 'sqrt(1 - sum sqrt(r c))', EVIDENTLY('hellinger')],
  ['hellinger_nannyml', SHARE, 'lower', 'sqrt(sum (sqrt r - sqrt c)^2) / sqrt 2', NANNYML('hellinger')],
  ['psi_evidently', POSITIVE, 'lower', "sum (r - c) ln(r / c), Evidently's bins and floor", EVIDENTLY('psi')],
  ['kl_evidently', POSITIVE, 'lower', "sum r ln(r / c), Evidently's bins and floor", EVIDENTLY('kl_div')],
];

const DATA_SET: readonly Entry[] = [
  [
    'default_score',
    null,
    'none',
    'p-value or distance, by size and number of distinct values',
    EVIDENTLY('ValueDrift'),
  ],
  [
    'dataset_share',
    SHARE,
    'lower',
    'features that the default test calls drifted / features',
    EVIDENTLY('DataDriftPreset'),
  ],
  ['dataset_count', POSITIVE, 'lower', 'features that the default test calls drifted', EVIDENTLY('DataDriftPreset')],
  [
    'pca_reconstruction_error',
    POSITIVE,
    'none',
    'mean length of what the components with more than 65 % of the variance leave of a row',
    NANNYML('DataReconstructionDriftCalculator'),
    2,
  ],
  ['pca_components', POSITIVE, 'none', 'components with more than 65 % of the variance', 'scikit-learn PCA(0.65)', 2],
  [
    'domain_classifier_auc_logistic',
    SHARE,
    { closer: 0.5 },
    'out-of-fold ROC AUC of a logistic regression that tells the periods apart',
    'scikit-learn LogisticRegression, StratifiedKFold(5)',
    2,
  ],
];

const FROM_ROWS = new Set([
  'mmd_squared',
  'pca_reconstruction_error',
  'pca_components',
  'domain_classifier_auc_logistic',
]);
const OF_FEATURES = new Set(['dataset_share', 'dataset_count']);

/** The catalogue of the family `drift`. */
export const driftCatalogue: readonly MetricDescription[] = [
  ...NUMERIC,
  ...CATEGORICAL,
  ...BOTH_KINDS,
  ...DATA_SET,
].map(([name, range, better, formula, source, smallestN]) => ({
  name,
  family: 'drift',
  tasks: [],
  needs: FROM_ROWS.has(name) ? ['reference', 'rows'] : ['reference'],
  range: range ?? [null, null],
  better,
  denominator: OF_FEATURES.has(name) ? 'features' : SIDE,
  smallestN: smallestN ?? 1,
  byDefault: DEFAULT_DRIFT_METRICS.has(name),
  formula,
  source,
}));
