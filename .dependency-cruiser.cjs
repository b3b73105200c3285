const to = (path, pathNot) => ({ path, ...(pathNot ? { pathNot } : {}) })
const contract = '^preload/contract/'
const own = '^(main|preload|renderer|remote-scripts|test)/'

/** Who may import whom. docs/architecture.md says why; test/rules plants a violation of each. */
module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      severity: 'error',
      from: { path: '^main/core/', pathNot: '\\.test\\.ts$' },
      to: to('.', `^main/core/|${contract}`),
    },
    {
      name: 'contract-needs-zod-only',
      severity: 'error',
      from: { path: contract, pathNot: '\\.test\\.ts$' },
      to: to('.', `${contract}|node_modules/zod/`),
    },
    {
      name: 'probe-needs-itself-and-kit',
      severity: 'error',
      from: { path: '^remote-scripts/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: to('.', `^remote-scripts/$1/|^remote-scripts/_kit/|${contract}|node_modules/zod/`),
    },
    // Ports may hold code that every adapter must share; what it needs are the contract's values, never a library.
    {
      name: 'ports-need-core-and-contract',
      severity: 'error',
      from: { path: '^main/ports/', pathNot: '\\.test\\.ts$' },
      to: to('.', `^main/ports/|^main/core/|${contract}`),
    },
    {
      name: 'services-need-no-adapter',
      severity: 'error',
      from: { path: '^main/services/', pathNot: '\\.test\\.ts$' },
      to: to(
        '.',
        `^main/services/|^main/core/|^main/ports/|${contract}|^remote-scripts/index\\.ts$|^remote-scripts/_kit/|node_modules/(zod|yaml)/|^(node:)?(crypto|path)$`,
      ),
    },
    {
      name: 'adapters-stand-alone',
      severity: 'error',
      from: { path: '^main/adapters/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: to(own, `^main/adapters/$1/|^main/core/|^main/ports/|${contract}`),
    },
    { name: 'nothing-imports-hosts', severity: 'error', from: { pathNot: '^main/hosts/|^test/' }, to: to('^main/hosts/') },
    {
      name: 'renderer-needs-contract-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: to('^(main|remote-scripts|test)/|^preload/(?!contract/)'),
    },
    {
      name: 'features-stand-alone',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: to('^renderer/features/', '^renderer/features/$1/'),
    },
    {
      name: 'electron-at-home',
      severity: 'error',
      from: {
        path: own,
        pathNot: '^main/hosts/electron\\.ts$|^main/adapters/pdf/electron-printer\\.ts$|^preload/index\\.ts$|^test/electron/',
      },
      to: to('node_modules/electron/|^electron$'),
    },
    {
      name: 'ssh2-at-home',
      severity: 'error',
      from: { path: own, pathNot: '^main/adapters/(ssh|lab)/|^test/' },
      to: to('node_modules/ssh2/'),
    },
    {
      name: 'sqlite-at-home',
      severity: 'error',
      from: { path: own, pathNot: '^main/adapters/sqlite/|^test/' },
      to: to('node_modules/better-sqlite3/'),
    },
    {
      name: 'plotly-at-home',
      severity: 'error',
      from: { path: own, pathNot: '^renderer/charts/|^test/' },
      to: to('node_modules/plotly\\.js'),
    },
    {
      name: 'nothing-imports-test',
      severity: 'error',
      from: { path: '^(main|preload|renderer|remote-scripts)/', pathNot: '\\.test\\.tsx?$' },
      to: to('^test/'),
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(main|preload|renderer|remote-scripts)/',
        pathNot: '\\.(test\\.tsx?|d\\.ts|mjs)$|/probe\\.ts$|^main/hosts/|^preload/index\\.ts$|^main/adapters/lab/tool\\.ts$',
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/fixtures/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.main.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
}
