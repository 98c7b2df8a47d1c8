/** The direction of the house: cli -> monitor -> tracker -> engine-client, and all of them may use drmaa2. */

/** Each package, and what it may use beside itself: packages of the house, and packages from outside. */
const may = {
  drmaa2: { house: [], outside: [] },
  'engine-client': { house: [], outside: ['undici'] },
  tracker: { house: ['drmaa2', 'engine-client'], outside: ['rxjs', 'eventemitter3'] },
  monitor: { house: ['drmaa2', 'engine-client', 'tracker'], outside: ['rxjs', 'prom-client'] },
  cli: {
    house: ['drmaa2', 'engine-client', 'tracker', 'monitor'],
    outside: ['commander', 'picocolors', 'rxjs', 'string-width'],
  },
};

const tests = '\\.test\\.[tj]s$|/real-engine/|/fixtures/|/test-support/';

const direction = Object.entries(may).flatMap(([name, { house, outside }]) => [
  {
    name: `${name}-house`,
    comment: `${name} may use ${house.join(', ') || 'no other package'} of the house`,
    severity: 'error',
    from: { path: `^packages/${name}/`, pathNot: tests },
    to: { path: '^packages/([^/]+)/', pathNot: [`^packages/${name}/`, ...house.map((other) => `^packages/${other}/`)] },
  },
  {
    name: `${name}-outside`,
    comment: `${name} may use ${outside.join(', ') || 'nothing'} from outside at run time`,
    severity: 'error',
    from: { path: `^packages/${name}/`, pathNot: tests },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
      pathNot: outside.map((other) => `node_modules/${other}/`),
    },
  },
]);

export default {
  forbidden: [
    ...direction,
    {
      name: 'core-is-pure',
      comment:
        'the core folder takes data and gives data: no rxjs, no undici, nothing of Node.js, only types of the engine client',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/core/', pathNot: tests },
      to: { dependencyTypesNot: ['type-only'], pathNot: ['^packages/[^/]+/src/core/', '^packages/drmaa2/'] },
    },
    {
      name: 'prom-client-behind-its-subpath',
      comment: 'who does not export metrics has no prom-client installed',
      severity: 'error',
      from: { path: '^packages/', pathNot: [tests, '^packages/monitor/src/prometheus/'] },
      to: { path: 'node_modules/prom-client/' },
    },
    {
      name: 'nobody-reaches-into-a-package',
      comment: 'packages are used through their entry',
      severity: 'error',
      from: { path: '^(packages/([^/]+)|test|bench|examples)/' },
      to: {
        path: '^packages/[^/]+/(src|dist)/',
        pathNot: [
          '^packages/$2/',
          '^packages/[^/]+/(src|dist)/index\\.',
          '^packages/drmaa2/(src|dist)/file-store/index\\.',
          '^packages/monitor/(src|dist)/(dashboard|prometheus)/index\\.',
        ],
      },
    },
    {
      name: 'packages-do-not-know-their-tests',
      severity: 'error',
      from: { path: '^packages/', pathNot: tests },
      to: { path: `^(test|bench|examples)/|${tests}` },
    },
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
      mainFields: ['types', 'main'],
    },
    combinedDependencies: false,
  },
};
