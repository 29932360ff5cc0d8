/**
 * The parts of a text that detectors look at. Every text is walked once, and every part is of bounded length, so that no
 * text, however it was made, costs more than a few steps for each of its characters.
 */

/** Longest part that anything looks for: keys and tokens are shorter. */
const LONGEST = 1024;

function isWordCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 43 ||
    code === 45 ||
    code === 46 ||
    code === 47 ||
    code === 61 ||
    code === 95
  );
}

/** Runs of letters, digits and `+ - . / = _`, cut off at 1,024 characters. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  for (let from = 0; from < text.length; from++) {
    if (!isWordCode(text.charCodeAt(from))) continue;
    let to = from + 1;
    while (to < text.length && isWordCode(text.charCodeAt(to))) to++;
    words.push(text.slice(from, Math.min(to, from + LONGEST)));
    from = to;
  }
  return words;
}

export interface DigitRun {
  /** The digits without what stands between them. */
  readonly digits: string;
  /** As written. */
  readonly text: string;
  /** Characters before and behind; empty at the ends of the text. */
  readonly before: string;
  readonly behind: string;
}

/** Most digits of a run that anything looks for; a longer one is a number of another kind. */
const MOST_DIGITS = 24;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Characters that may stand between two digits of one number: `+49 (0)170`. */
const MOST_BETWEEN = 2;

/** Runs of digits with at most two of `between` from one digit to the next, such as `4111 1111 1111 1111`. */
export function digitRuns(text: string, between: string): readonly DigitRun[] {
  const runs: DigitRun[] = [];
  let at = 0;
  while (at < text.length) {
    if (!isDigit(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const from = at;
    let digits = '';
    let end = at;
    while (at < text.length) {
      if (isDigit(text.charCodeAt(at))) {
        if (digits.length <= MOST_DIGITS) digits += text[at] as string;
        end = ++at;
        continue;
      }
      let next = at;
      while (next - at < MOST_BETWEEN && next < text.length && between.includes(text[next] as string)) next++;
      if (next === at || !isDigit(text.charCodeAt(next))) break;
      at = next;
    }
    at = Math.max(at, end);
    if (digits.length <= MOST_DIGITS) {
      runs.push({ digits, text: text.slice(from, end), before: text[from - 1] ?? '', behind: text[end] ?? '' });
    }
  }
  return runs;
}
