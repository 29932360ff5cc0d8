// What the compiler cannot see: forgotten promises, impure stages, and globals that would make a workflow's replay differ.
// The arrows between folders are checked by dependency-cruiser; here stands only what an editor should show at once.
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const PURE = 'src/**/*.ts';
const RIM = ['src/io/**/*.ts', 'src/run/**/*.ts'];
const WORKFLOWS = 'workflows/**/*.ts';
const TESTS = 'test/**/*.ts';

const banned = (names, message) => names.map((name) => ({ name, message }));

/** Clock, chance, environment and wires: a pure stage gets each as an argument. */
const worldGlobals = [
  ...[
    'process',
    'performance',
    'crypto',
    'fetch',
    'Buffer',
    'Temporal',
    'navigator',
    'console',
    'globalThis',
    'global',
  ],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'require', '__dirname', '__filename'],
];
/** Absent from the workflow sandbox, or not the same on replay. */
const sandboxGlobals = [
  ...worldGlobals,
  ...['structuredClone', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'Worker', 'MessageChannel'],
];

const NO_DEFAULT = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name: a thing has one name everywhere.' },
  {
    selector: 'ExportAllDeclaration',
    message: 'Re-export by name, so that a reader can find where a name comes from.',
  },
];
/** A test that does not run proves nothing, and its absence is not seen. */
const LEFT_OUT = [
  {
    selector:
      'MemberExpression[object.name=/^(it|test|describe|suite|bench)$/][property.name=/^(skip|only|todo|skipIf|runIf|fails)$/]',
    message: 'Every test runs, always: repair it or delete it.',
  },
  {
    selector: 'CallExpression > MemberExpression[object.name=/^(context|task|ctx)$/][property.name="skip"]',
    message: 'Every test runs, always: repair it or delete it.',
  },
];
const CLOCK = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'A pure stage has no clock: take the time as an argument.',
  },
  {
    selector: 'CallExpression[callee.name="Date"]',
    message: 'A pure stage has no clock: take the time as an argument.',
  },
  {
    selector:
      'MemberExpression[property.name=/^((get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds)|getTimezoneOffset|toLocale(Date|Time)String)$/]',
    message: 'That depends on the machine’s time zone: use the UTC methods, or a named zone.',
  },
];
const RAISES = [
  {
    selector: 'ThrowStatement > NewExpression[callee.name=/Error$/]',
    message: 'A workflow throws ApplicationFailure only: any other error makes its task retry for ever.',
  },
  {
    selector: 'BinaryExpression[operator="**"]',
    message: 'A workflow branches on verdicts and counts, never on floating-point arithmetic of its own.',
  },
];
const CLOCK_PROPERTIES = [
  { object: 'Date', property: 'now', message: 'A pure stage has no clock: take the time as an argument.' },
  { object: 'Math', property: 'random', message: 'Randomness is an argument: see numeric/random.ts.' },
];
/** ECMAScript lets engines approximate these, so a newer Node could turn a replay into another branch. */
const APPROXIMATED = [
  ...['acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp', 'expm1', 'hypot'],
  ...['log', 'log10', 'log1p', 'log2', 'pow', 'sin', 'sinh', 'sqrt', 'tan', 'tanh'],
].map((property) => ({
  object: 'Math',
  property,
  message: 'A workflow computes no figures: engines may approximate this one differently.',
}));

const typed = {
  rules: {
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/explicit-module-boundary-types': 'error',
    '@typescript-eslint/no-confusing-void-expression': [
      'error',
      { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
    ],
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  },
};

export default defineConfig(
  globalIgnores(['dist/', '.plumbline/', 'coverage/', 'test/golden/cases/', 'test/replay/histories/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...NO_DEFAULT],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, typed],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  {
    // Counted loops over typed arrays: the bound stands in the loop, and the compiler cannot see it.
    files: [PURE, TESTS, 'bench/**/*.ts'],
    ignores: RIM,
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: [PURE],
    ignores: RIM,
    rules: {
      'no-restricted-globals': [
        'error',
        ...banned(worldGlobals, 'A pure stage does not touch the world: take it as an argument.'),
      ],
      'no-restricted-properties': ['error', ...CLOCK_PROPERTIES],
      'no-restricted-syntax': ['error', ...NO_DEFAULT, ...CLOCK],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              // Relative files, and the two libraries that turn a text into a checked definition.
              regex: '^(?!\\.{1,2}/|zod$|yaml$)',
              message: 'A pure stage imports no packages and no Node modules; the rim (src/io, src/run) does.',
            },
            { regex: '(^|/)(io|run|activities|workflows|test)/', message: 'A pure stage does not know the rim.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/io/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^@temporalio/', message: 'A neighbour knows nothing of Temporal: activities join the two.' },
          ],
        },
      ],
    },
  },
  {
    files: [WORKFLOWS],
    rules: {
      'no-restricted-globals': [
        'error',
        ...banned(sandboxGlobals, 'Not the same on replay, or absent from the workflow sandbox.'),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use uuid4 of @temporalio/workflow, or decide in an activity.' },
        ...APPROXIMATED,
      ],
      'no-restricted-syntax': ['error', ...NO_DEFAULT, ...RAISES],
      // `void` is no excuse here: a command that nobody awaits is lost when the workflow ends.
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex:
                '^(?!\\./|\\.\\./src/(?!io/|run/)|\\.\\./activities/contract\\.js$|@temporalio/(workflow|common)$)',
              message:
                'A workflow imports @temporalio/workflow, @temporalio/common, pure stages and the types of the contract.',
            },
            {
              regex: 'activities/contract\\.js$',
              allowTypeImports: true,
              message: 'Import the contract’s types only: a value would pull activities into the workflow bundle.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['activities/**/*.ts'],
    rules: { '@typescript-eslint/require-await': 'off' },
  },
  {
    files: [TESTS],
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      'max-lines-per-function': 'off',
      'no-restricted-syntax': ['error', ...NO_DEFAULT, ...LEFT_OUT],
    },
  },
  {
    // Tools' own configuration: each expects a default export.
    files: ['eslint.config.js', 'vitest.config.ts'],
    rules: { 'no-restricted-syntax': 'off', 'max-lines-per-function': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      ecmaVersion: 2023,
      globals: {
        ...Object.fromEntries(
          [
            'process',
            'console',
            'Buffer',
            'URL',
            'URLSearchParams',
            'TextDecoder',
            'TextEncoder',
            'fetch',
            'performance',
          ].map((name) => [name, 'readonly']),
        ),
        ...Object.fromEntries(
          [
            'setTimeout',
            'clearTimeout',
            'setInterval',
            'clearInterval',
            'setImmediate',
            'AbortController',
            'AbortSignal',
          ].map((name) => [name, 'readonly']),
        ),
      },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { module: 'readonly', require: 'readonly', __dirname: 'readonly' },
    },
  },
);
