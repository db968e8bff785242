/**
 * Adds to package-lock.json the packages for other platforms that npm left out. A registry mirror may lack some of
 * them; npm then drops them from the lockfile without a word, and `npm ci` refuses that lockfile on every machine. Their
 * versions are exact in the package that asks for them, and their platform is in their name.
 *
 * Run it after every change of dependencies. `--check` writes nothing and fails when something is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const systems = new Set(['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'sunos', 'win32']);
const processors = new Set(['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']);

const lockPath = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(lockPath, 'utf8'));
const missing = findMissing(lock.packages);

if (process.argv.includes('--check')) {
  for (const { path, parent } of missing)
    console.error(`package-lock.json lacks ${path}, wanted by ${parent}`);
  if (missing.length > 0) console.error('Run: node scripts/complete-lockfile.mjs');
  process.exitCode = missing.length > 0 ? 1 : 0;
} else if (missing.length > 0) {
  for (const { path, entry } of missing) lock.packages[path] = entry;
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(lockPath, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} packages of other platforms added`);
}

function findMissing(packages) {
  const found = [];
  for (const [parent, { optionalDependencies = {}, dev, devOptional }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isResolved(packages, parent, name) || found.some((one) => one.path === `node_modules/${name}`))
        continue;
      if (!/^\d+\.\d+\.\d+/.test(version))
        throw new Error(`${parent} wants ${name}@${version}: not an exact version`);
      const flags = dev ? { dev } : devOptional ? { devOptional } : {};
      const { cpu, libc, os } = parsePlatform(name);
      const entry = { version, cpu, ...flags, ...(libc ? { libc } : {}), optional: true, os };
      found.push({ path: `node_modules/${name}`, parent, entry });
    }
  }
  return found;
}

/** Looks from the folder of the parent upwards, as Node does. */
function isResolved(packages, parent, name) {
  let at = parent;
  for (;;) {
    if (packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`]) return true;
    if (at === '') return false;
    at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1));
  }
}

/** "@oxc-parser/binding-linux-arm-musleabihf" → linux, arm, musl. */
function parsePlatform(name) {
  const words = name.split(/[/-]/);
  const os = words.find((word) => systems.has(word));
  const cpu = words.find((word) => processors.has(word));
  if (!cpu || (!os && cpu !== 'wasm32')) throw new Error(`The platform of ${name} is not in its name`);
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : undefined;
  return { os: os ? [os] : undefined, cpu: [cpu], libc };
}
