/**
 * Which package of the workspace may import which: the table of the architecture. Arrows point towards the kit. A new
 * package needs a row here and a reason in docs/adr.
 */
export const importTable: Readonly<Record<string, readonly string[]>> = {
  'packages/kit': [],
  'packages/contracts': ['kit'],
  'packages/expression': ['kit'],
  'packages/http': ['kit'],
  'packages/engine': ['kit', 'contracts', 'expression'],
  'packages/node-sdk': ['kit', 'contracts'],
  'packages/store': ['kit', 'contracts', 'engine'],
  'packages/dispatch': ['kit', 'engine'],
  'packages/sandbox': ['kit', 'contracts'],
  'packages/ai': ['kit', 'contracts', 'http', 'node-sdk'],
  'packages/nodes': ['kit', 'contracts', 'expression', 'node-sdk'],
  'packages/interop': ['kit', 'contracts'],
  'packages/testing': ['kit', 'contracts', 'expression', 'store'],
  'apps/web': ['kit', 'contracts'],
  'apps/cli': ['kit', 'contracts'],
  'apps/server': [
    'kit',
    'contracts',
    'expression',
    'http',
    'engine',
    'node-sdk',
    'store',
    'dispatch',
    'sandbox',
    'ai',
    'nodes',
    'interop',
  ],
};

/** The entries of packages that only tests may import ("@navette/engine/testing"). */
export const testOnlyEntries: readonly string[] = ['testing', 'simulation'];

/**
 * What a test in that package may import on top, without a place in package.json: the tools of the root, the testing
 * package, and for the packages named here what their tests put together.
 */
export const testOnlyImports: Readonly<Record<string, readonly string[]>> = {
  'packages/dispatch': ['contracts', 'store'],
  'packages/engine': ['node-sdk', 'nodes'],
  'packages/nodes': ['engine', 'expression', 'http', 'sandbox'],
};

/** Tests that hold programs for the sandbox as texts: what those import is no package of ours. */
export const programTexts =
  /^packages\/(sandbox\/src|nodes\/src\/code)\/(.*\.test\.ts|.*\/testing\/.*|testing\/.*|.*-attempts\.ts)$/;

/** Third-party packages that only these workspaces may use: each hides behind a port elsewhere. */
export const restrictedPackages: Readonly<Record<string, readonly string[]>> = {
  fastify: ['apps/server'],
  'better-auth': ['apps/server'],
  pino: ['apps/server'],
  pg: ['packages/store', 'apps/server'],
  kysely: ['packages/store', 'apps/server'],
  pyodide: ['packages/sandbox'],
  undici: ['packages/http'],
  bullmq: ['packages/dispatch'],
  ioredis: ['packages/dispatch', 'apps/server'],
  ai: ['packages/ai'],
  react: ['apps/web'],
};
