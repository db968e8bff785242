/**
 * Writes docs/reference/{nodes,errors,api}.md, the generated blocks of docs/guide/{cli,monitoring,nodes}.md and the types of
 * programs from the sources.
 * `--check` writes nothing and fails when a committed page differs. Runs on the pinned Node (24).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPages } from './reference/create-pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const [path, text] of await createPages(root)) {
  const target = join(root, path);
  const committed = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (committed === text) continue;
  if (process.argv.includes('--check')) reportDifference(path, committed, text);
  else writeFileSync(target, text);
}
if (process.exitCode) console.error('Run: node scripts/generate-reference.ts');

function reportDifference(path: string, committed: string, expected: string): void {
  const [theirs, ours] = [committed.split('\n'), expected.split('\n')];
  const line = ours.findIndex((one, index) => one !== theirs[index]);
  const at = line < 0 ? ours.length : line;
  console.error(`${path} is not what the sources say. Line ${at + 1}:`);
  console.error(`  expected ${JSON.stringify(ours[at])}`);
  console.error(`  found    ${JSON.stringify(theirs[at])}`);
  process.exitCode = 1;
}
