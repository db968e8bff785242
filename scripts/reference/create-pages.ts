import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinNodes } from '../../packages/nodes/src/index.ts';
import { listErrors } from './list-error-tables.ts';
import { renderApi } from './render-api.ts';
import { renderErrors } from './render-errors.ts';
import { renderHelpBlocks } from './render-help-blocks.ts';
import { renderMetrics } from './render-metrics.ts';
import { renderNodes, renderNodeTable } from './render-nodes.ts';
import { renderTypesOfPrograms } from './render-types-of-programs.ts';
import { replaceBlocks } from './replace-blocks.ts';

/** Every page that is generated, wholly or in part: its path from the root, and what it should hold. */
export async function createPages(root: string): Promise<Map<string, string>> {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  return new Map([
    ['docs/reference/nodes.md', renderNodes(builtinNodes)],
    ['docs/reference/errors.md', renderErrors(await listErrors(root))],
    ['docs/reference/api.md', renderApi()],
    // As text: it declares names for programs, not for the sources around it.
    ['apps/cli/src/program/navette.d.ts.txt', renderTypesOfPrograms(builtinNodes)],
    [
      'docs/guide/monitoring.md',
      replaceBlocks(read('docs/guide/monitoring.md'), new Map([['metrics', renderMetrics()]])),
    ],
    ['docs/guide/cli.md', replaceBlocks(read('docs/guide/cli.md'), renderHelpBlocks())],
    [
      'docs/guide/nodes.md',
      replaceBlocks(read('docs/guide/nodes.md'), new Map([['nodes', renderNodeTable(builtinNodes)]])),
    ],
  ]);
}
