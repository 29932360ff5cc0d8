// Who may import whom. The order of src/ is the way of the data; an arrow against it is refused, of types as well.
// What a workflow reaches at run time is another question: .dependency-cruiser.reach.cjs asks it.

/** Each row may import itself and what stands above it; the rooms of one row do not know each other, unless said below. */
const LINE = [
  ['numeric'],
  ['model'],
  ['profile'],
  ['quality', 'drift', 'metrics', 'fairness', 'runtime', 'estimation', 'anomaly', 'explain', 'segments', 'security'],
  ['measure'],
  ['privacy'],
  ['rules'],
  ['alerts'],
  ['incident'],
  ['response'],
];
/** Neighbours in one row that one may use nevertheless: a fairness figure is a performance figure by group. */
const NEIGHBOURS = { fairness: ['metrics'], estimation: ['metrics'], segments: ['metrics'], security: ['anomaly'] };

const rooms = LINE.flat();
const oneOf = (names) => `(${names.join('|')})`;

/** For each room: the rooms that it must not import. */
const againstTheLine = LINE.flatMap((row, at) =>
  row.flatMap((room) => {
    const allowed = new Set([room, ...LINE.slice(0, at).flat(), ...(NEIGHBOURS[room] ?? [])]);
    // The two rooms at the start know nothing at all: arithmetic is no part of the words, nor the words of arithmetic.
    if (room === 'model') allowed.delete('numeric');
    const refused = rooms.filter((other) => !allowed.has(other));
    if (refused.length === 0) return [];
    return {
      name: `line-${room}`,
      comment: `src/${room} may import ${[...allowed].map((name) => `src/${name}`).join(', ')}; the data do not flow back.`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: `^src/${oneOf(refused)}/` },
    };
  }),
);

/** Vendors in src/io, and the one place that knows each; processes (src/run) start and check everything, so they may. */
const vendor = (name, packages, home) => ({
  name: `vendor-${name}`,
  comment: `Only ${home} knows ${packages.join(', ')}: one place to change, one place to test.`,
  severity: 'error',
  from: { path: '^(src|activities|workflows)/', pathNot: ['^src/run/', home] },
  to: { path: `(^|/)node_modules/${oneOf(packages)}/` },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that imports nothing and that nobody imports does nothing.',
      severity: 'error',
      from: { orphan: true, path: '^(src|activities|workflows)/' },
      to: {},
    },
    {
      name: 'no-unresolved',
      comment: 'An import that leads nowhere hides every rule behind it.',
      severity: 'error',
      from: { path: '^(src|activities|workflows|test|bench|examples)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'rooms-are-known',
      comment: 'A new room of src/ gets its place in the line first (see LINE above).',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${oneOf([...rooms, 'io', 'run'])}/` },
      to: {},
    },
    {
      name: 'rooms-are-known-to',
      comment: 'A new room of src/ gets its place in the line first (see LINE above).',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: `^src/${oneOf([...rooms, 'io', 'run'])}/` },
    },
    ...againstTheLine,
    {
      name: 'pure-rooms-know-no-rim',
      comment: 'Pure stages get plain data and return plain data.',
      severity: 'error',
      from: { path: `^src/${oneOf(rooms)}/` },
      to: { path: '^(src/(io|run)|activities|workflows)/' },
    },
    {
      name: 'pure-rooms-use-no-packages',
      comment: 'No Node modules and no packages; src/model alone may use zod and yaml to check a definition.',
      severity: 'error',
      from: { path: `^src/${oneOf(rooms)}/` },
      to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/(zod|yaml)/' },
    },
    {
      name: 'pure-rooms-use-no-node',
      comment: 'A pure stage touches no files, wires or processes.',
      severity: 'error',
      from: { path: `^src/${oneOf(rooms)}/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'texts-are-parsed-in-model',
      comment: 'A definition is checked once, on its way in; so is the file of a model to explain.',
      severity: 'error',
      from: {
        path: `^src/${oneOf(rooms.filter((room) => room !== 'model'))}/`,
        pathNot: '^src/explain/model-file\\.ts$',
      },
      to: { path: '(^|/)node_modules/(zod|yaml)/' },
    },
    {
      name: 'io-knows-its-neighbour-only',
      comment:
        'src/io imports pure stages and its own vendor; Temporal, activities and processes are not its business.',
      severity: 'error',
      from: { path: '^src/io/' },
      to: { path: '^(src/run|activities|workflows)/|(^|/)node_modules/@temporalio/' },
    },
    vendor('mysql', ['mysql2'], '^src/io/mysql/'),
    vendor('slack', ['@slack/web-api'], '^src/io/slack'),
    vendor('mail', ['nodemailer'], '^src/io/(email|mail)'),
    vendor('parquet', ['hyparquet', 'hyparquet-compressors'], '^src/io/parquet'),
    {
      name: 'activities-stay-thin',
      comment: 'Activities join pure stages and neighbours; workflows and processes are above them.',
      severity: 'error',
      from: { path: '^activities/' },
      to: { path: '^(src/run|workflows)/|(^|/)node_modules/@temporalio/(worker|workflow|testing|envconfig)/' },
    },
    {
      name: 'workflows-know-the-contract-only',
      comment: 'Of activities a workflow knows the contract (its types); of the rest the pure stages.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^(activities|src/(io|run))/', pathNot: '^activities/contract\\.ts$' },
    },
    {
      name: 'workflows-use-no-packages',
      comment: 'Whatever else a workflow imported would run inside the sandbox, on every replay.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/@temporalio/(workflow|common)/' },
    },
    {
      name: 'workflows-use-no-node',
      comment: 'The sandbox has no Node modules.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nothing-imports-run',
      comment: 'Processes stand on top; what others need of them belongs into a stage or a neighbour.',
      severity: 'error',
      from: { path: '^(src|activities|workflows)/', pathNot: '^src/run/' },
      to: { path: '^src/run/' },
    },
    {
      name: 'client-stands-alone',
      comment: 'Producers take the client without the product: it imports nothing but itself.',
      severity: 'error',
      from: { path: '^client/' },
      to: { pathNot: '^client/' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'The product does not rest on its tests, benches and examples.',
      severity: 'error',
      from: { path: '^(src|activities|workflows)/' },
      to: { path: '^(test|bench|examples|setup)/' },
    },
    {
      name: 'no-development-packages',
      comment: 'What the product runs on is a dependency, not a development dependency.',
      severity: 'error',
      from: { path: '^(src|activities|workflows)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
    moduleSystems: ['es6', 'cjs'],
  },
};
