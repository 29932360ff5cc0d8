// What a workflow reaches at run time, over any number of files. Types are left out here: they vanish when compiled, and
// following them through the activities' contract would accuse innocent files.
const { options } = require('./.dependency-cruiser.cjs');

module.exports = {
  forbidden: [
    {
      name: 'workflow-reaches-the-world',
      comment: 'A workflow would carry this module into the sandbox: decide in an activity, or import the type only.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        reachable: true,
        path: '^(src/(io|run)|activities)/|(^|/)node_modules/(mysql2|@slack/web-api|nodemailer|@temporalio/(client|worker|activity))/',
      },
    },
    {
      name: 'workflow-reaches-node',
      comment: 'The workflow sandbox has no Node modules.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        reachable: true,
        path: '^(node:)?(assert|async_hooks|buffer|child_process|cluster|crypto|dgram|dns|events|fs|http|http2|https|inspector|module|net|os|path|perf_hooks|process|readline|stream|string_decoder|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(/|$)',
      },
    },
  ],
  options: { ...options, tsPreCompilationDeps: false },
};
