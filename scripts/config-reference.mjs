/**
 * Writes the table of docs/guide/configuration.md from the configuration schema. `--check` writes nothing and fails
 * when the committed table differs. Runs on the pinned Node (24).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeConfigTable } from '../apps/server/src/config/config-reference.ts';

const target = fileURLToPath(new URL('../docs/guide/configuration.md', import.meta.url));
const begin = '<!-- settings: made by scripts/config-reference.mjs, do not edit below -->';
const end = '<!-- settings: end -->';

const committed = readFileSync(target, 'utf8');
const [before, rest] = committed.split(begin);
const after = rest?.split(end)[1];
if (after === undefined) throw new Error(`${target} has lost its marks`);
const wanted = `${before}${begin}\n${encodeConfigTable()}\n${end}${after}`;

if (!process.argv.includes('--check')) {
  writeFileSync(target, wanted);
} else if (wanted !== committed) {
  console.error(
    'docs/guide/configuration.md is not in step with the schema. Run: node scripts/config-reference.mjs',
  );
  process.exitCode = 1;
}
