/**
 * The libraries that code can import: well-kept packages and two of our own, all pure. They are read here, in the process
 * of the host, once, and travel as text with the tasks that import them: a runner reads no file for them.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CodeModule } from '../port.ts';

const require = createRequire(import.meta.url);

const readers = new Map<string, () => CodeModule[]>([
  ['luxon', readLuxon],
  ['zod', readZod],
  ['jmespath', () => [readCommonModule('jmespath', 'jmespath.js', ['search', 'compile'])]],
  ['papaparse', () => [readCommonModule('papaparse', 'papaparse.min.js', ['parse', 'unparse'])]],
  ['collections', () => [readOwn('collections')]],
  ['hashes', () => [readOwn('hashes')]],
]);

const luxonNames = [
  'DateTime',
  'Duration',
  'Interval',
  'Info',
  'Zone',
  'FixedOffsetZone',
  'IANAZone',
  'Settings',
];
const read = new Map<string, CodeModule[]>();

/** Names that `readCodeModules` knows. */
export const codeModuleNames: readonly string[] = [...readers.keys()];

/** The modules of these libraries, those that they import themselves included; unknown names are left out. */
export function readCodeModules(names: readonly string[]): CodeModule[] {
  return names.flatMap((name) => {
    const known = read.get(name) ?? readers.get(name)?.();
    if (known) read.set(name, known);
    return known ?? [];
  });
}

function folderOf(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

/** Luxon asks `Intl` for zones, which the first module brings where the engine has none. */
function readLuxon(): CodeModule[] {
  const { name, source } = readScript('luxon', 'build/global/luxon.min.js', 'luxon', luxonNames);
  return [
    { ...readOwn('intl'), name: 'luxon/intl' },
    { name, source: `import 'luxon/intl';\n${source}` },
  ];
}

/** A script that leaves its library in one variable. */
function readScript(name: string, path: string, variable: string, exported: readonly string[]): CodeModule {
  const text = readFileSync(join(folderOf(name), path), 'utf8').replace(
    /\n\/\/# sourceMappingURL=.*\s*$/,
    '',
  );
  return { name, source: `${text}\n;export default ${variable};\n${listExports(variable, exported)}` };
}

/** A module of the older kind, without imports. */
function readCommonModule(name: string, path: string, exported: readonly string[]): CodeModule {
  const text = readFileSync(join(folderOf(name), path), 'utf8');
  const source = [
    'const $module = { exports: {} };',
    `(function (module, exports, define, globalThis, self, window) {\n${text}\n}).call({}, $module, $module.exports);`,
    'const $library = $module.exports;',
    'export default $library;',
    listExports('$library', exported),
  ].join('\n');
  return { name, source };
}

function listExports(variable: string, exported: readonly string[]): string {
  return `export const { ${exported.join(', ')} } = ${variable};\n`;
}

/** Ours are plain JavaScript: nothing has to be taken out of them before they travel. */
function readOwn(name: string): CodeModule {
  const path = fileURLToPath(new URL(`./library/${name}.mjs`, import.meta.url));
  return { name, source: readFileSync(path, 'utf8') };
}

const relativeImport = /((?:from|import)\s*)(["'])(\.{1,2}\/[^"']+)\2/g;
const zodLocales = 'zod/v4/locales/index.js';

/** Zod comes as many files: each becomes a module named after its place, its error texts in the product's languages. */
function readZod(): CodeModule[] {
  const folder = folderOf('zod');
  const modules = new Map<string, string>();
  const add = (name: string, path: string): void => {
    if (modules.has(name)) return;
    const text =
      name === zodLocales
        ? "export { default as en } from './en.js';\nexport { default as fr } from './fr.js';\n"
        : readFileSync(join(folder, path), 'utf8');
    const imported: string[] = [];
    const source = text.replaceAll(
      relativeImport,
      (_match, head: string, quote: string, relative: string) => {
        const target = posix.join(posix.dirname(`zod/${path}`), relative);
        imported.push(target);
        return `${head}${quote}${target}${quote}`;
      },
    );
    modules.set(name, source);
    for (const target of imported) add(target, target.slice('zod/'.length));
  };
  add('zod', 'index.js');
  return [...modules].map(([name, source]) => ({ name, source }));
}
