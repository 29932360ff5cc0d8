/** Every drift measure by its name: what it applies to, and whether it is measured unasked. */

import { andersonP, andersonStatistic } from './anderson-darling.js';
import type { CategoryMeasure } from './category-pair.js';
import {
  chi2Nannyml,
  chi2P,
  chi2PEvidently,
  chi2PPooled,
  chi2Statistic,
  gP,
  gPEvidently,
  gStatistic,
} from './chi-square.js';
import { cramerVonMisesP, cramerVonMisesStatistic } from './cramer-von-mises.js';
import { cramersVOfPeriods } from './cramers-v.js';
import { energyDistance } from './energy-distance.js';
import {
  hellingerEvidently,
  hellingerEvidentlyOfCategories,
  hellingerNannyml,
  hellingerNannymlOfCategories,
} from './hellinger.js';
import {
  jensenShannon,
  jensenShannonEvidently,
  jensenShannonEvidentlyOfCategories,
  jensenShannonNannyml,
  jensenShannonNannymlOfCategories,
  jensenShannonOfCategories,
} from './jensen-shannon.js';
import { ksNannyml, ksPAsymptotic, ksPExactOrAuto, ksPLimit, ksStatistic } from './kolmogorov-smirnov.js';
import { klEvidently, klEvidentlyOfCategories } from './kullback-leibler.js';
import { mannWhitneyP, mannWhitneyPEvidently, mannWhitneyU } from './mann-whitney.js';
import { mmdSquared } from './maximum-mean-discrepancy.js';
import type { NumericMeasure } from './numeric-pair.js';
import { psiDecile, psiEvidently, psiEvidentlyOfCategories, psiOfCategories } from './population-stability.js';
import { zP } from './proportion-z.js';
import { lInfinity, totalVariation } from './share-distances.js';
import { tP, tStatistic, welchP, welchStatistic } from './student.js';
import { wasserstein, wassersteinEvidently, wassersteinNannyml } from './wasserstein.js';

export const numericMeasures: ReadonlyMap<string, NumericMeasure> = new Map([
  ['ks_statistic', ksStatistic],
  ['ks_p_asymp', ksPAsymptotic],
  ['ks_p_exact_or_auto', ksPExactOrAuto],
  ['ks_p_limit', ksPLimit],
  ['ks_nannyml', ksNannyml],
  ['psi_decile', psiDecile],
  ['psi_evidently', psiEvidently],
  ['wasserstein', wasserstein],
  ['wasserstein_evidently', wassersteinEvidently],
  ['wasserstein_nannyml', wassersteinNannyml],
  ['jensen_shannon', jensenShannon],
  ['jensen_shannon_evidently', jensenShannonEvidently],
  ['jensen_shannon_nannyml', jensenShannonNannyml],
  ['hellinger_evidently', hellingerEvidently],
  ['hellinger_nannyml', hellingerNannyml],
  ['kl_evidently', klEvidently],
  ['energy_distance', energyDistance],
  ['anderson_statistic', andersonStatistic],
  ['anderson_p', andersonP],
  ['cramer_von_mises_statistic', cramerVonMisesStatistic],
  ['cramer_von_mises_p', cramerVonMisesP],
  ['mann_whitney_u', mannWhitneyU],
  ['mann_whitney_p', mannWhitneyP],
  ['mann_whitney_p_evidently', mannWhitneyPEvidently],
  ['t_statistic', tStatistic],
  ['t_p', tP],
  ['welch_statistic', welchStatistic],
  ['welch_p', welchP],
  ['mmd_squared', mmdSquared],
]);

export const categoryMeasures: ReadonlyMap<string, CategoryMeasure> = new Map([
  ['chi2_statistic', chi2Statistic],
  ['chi2_p', chi2P],
  ['chi2_p_pooled', chi2PPooled],
  ['chi2_p_evidently', chi2PEvidently],
  ['chi2_nannyml', chi2Nannyml],
  ['g_statistic', gStatistic],
  ['g_p', gP],
  ['g_p_evidently', gPEvidently],
  ['z_p', zP],
  ['total_variation', totalVariation],
  ['l_infinity', lInfinity],
  ['cramers_v', cramersVOfPeriods],
  ['psi', psiOfCategories],
  ['psi_evidently', psiEvidentlyOfCategories],
  ['jensen_shannon', jensenShannonOfCategories],
  ['jensen_shannon_evidently', jensenShannonEvidentlyOfCategories],
  ['jensen_shannon_nannyml', jensenShannonNannymlOfCategories],
  ['hellinger_evidently', hellingerEvidentlyOfCategories],
  ['hellinger_nannyml', hellingerNannymlOfCategories],
  ['kl_evidently', klEvidentlyOfCategories],
]);

/** What cycles measure: cheap, from profiles, and judged by the default rules or asked for by people. */
export const DEFAULT_DRIFT_METRICS: ReadonlySet<string> = new Set([
  'ks_statistic',
  'ks_p_asymp',
  'psi_decile',
  'wasserstein',
  'jensen_shannon',
  'chi2_statistic',
  'chi2_p',
  'chi2_p_pooled',
  'total_variation',
  'psi',
  'cramers_v',
]);

/** Of all features, one by one or together; measured only on request, the last three from rows. */
export const DATASET_METRICS = [
  'default_score',
  'dataset_share',
  'dataset_count',
  'pca_reconstruction_error',
  'pca_components',
  'domain_classifier_auc_logistic',
] as const;
