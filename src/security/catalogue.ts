/** Every metric of security, described. */

import type { MetricDescription, MetricNeed } from '../model/metric-description.js';

type Entry = Pick<MetricDescription, 'name' | 'denominator' | 'formula' | 'source'> &
  Partial<Pick<MetricDescription, 'needs' | 'range' | 'better'>>;

const TEXTS = 'sampled rows (at most 5,000) whose text is present';

const pii = (kind: string, what: string, source: string): Entry => ({
  name: kind === '' ? 'pii_rate' : `pii_${kind}_rate`,
  denominator: TEXTS,
  formula: `texts that hold ${what} / texts looked at, the first 1,000 characters of each`,
  source,
});

const CALLER: readonly MetricNeed[] = ['caller'];
const NAMED = 'rows that name their caller';

const ENTRIES: readonly Entry[] = [
  pii('', 'any of the kinds below', 'own'),
  pii('email', 'an e-mail address', 'RFC 5322, the forms in use'),
  pii('phone', 'a telephone number, international or written as a national one', 'ITU-T E.164'),
  pii('card', "a payment card's number: issuer, length, Luhn's check digit", 'ISO/IEC 7812-1'),
  pii('iban', "an account's number: country, length, remainder 1 by 97", 'ISO 13616'),
  pii(
    'national_id',
    "a person's national number with check digit (CN, BE, DE, ES, FI, FR, IT, PL, SE)",
    'GB 11643-1999 (ISO 7064 MOD 11-2) and the rules of each country',
  ),
  pii('ip', 'an internet address, version 4 or 6', 'RFC 791, RFC 4291'),
  pii('secret', 'a key or token: a maker’s mark, a private key, a long random word', "the makers' formats; own"),
  {
    name: 'out_of_range_row_share',
    needs: ['reference'],
    denominator: 'rows',
    formula: 'rows with a numeric feature outside the lowest and highest value of the reference / rows',
    source: 'own',
  },
  {
    name: 'new_category_row_share',
    needs: ['reference'],
    denominator: 'rows',
    formula: 'rows with a category that the reference does not know / rows',
    source: 'own',
  },
  {
    name: 'isolated_row_share',
    needs: ['reference'],
    denominator: 'rows scored (complete; at most 5,000)',
    formula:
      "rows that the reference's isolation forest scores above the 0.99 quantile of the reference's scores / rows",
    source: 'F. Liu, K. Ting and Z.-H. Zhou, ICDM 2008',
  },
  {
    name: 'callers',
    needs: CALLER,
    range: [0, null],
    better: 'none',
    denominator: NAMED,
    formula: 'different callers',
    source: 'own',
  },
  {
    name: 'top_caller_share',
    needs: CALLER,
    denominator: NAMED,
    formula: 'rows of the busiest caller / rows that name their caller',
    source: 'own',
  },
  {
    name: 'probing_share',
    needs: CALLER,
    denominator: NAMED,
    formula: "rows that differ from the same caller's row before in at most one feature / rows that name their caller",
    source: 'own; queries of this kind: F. Tramèr et al., USENIX Security 2016',
  },
  {
    name: 'longest_probing_run',
    needs: CALLER,
    range: [1, null],
    denominator: NAMED,
    formula: 'rows of the longest chain of such rows by one caller',
    source: 'own',
  },
];

/** The catalogue of the family `security`. */
export const securityCatalogue: readonly MetricDescription[] = ENTRIES.map((entry) => ({
  tasks: [],
  needs: [],
  range: [0, 1],
  better: 'lower',
  smallestN: 1,
  byDefault: true,
  ...entry,
  family: 'security',
}));
