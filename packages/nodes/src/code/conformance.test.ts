import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Item } from '@navette/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { isCode, type RecordedCase, runCodeNodes } from './testing/n8n-workflow.ts';
import { openCodePort } from './testing/open-code-port.ts';

/** Cases recorded from n8n's own tests. They are not part of this repository; without them nothing is compared. */
const folder = new URL('../../../../../shared/conformance/n8n/workflows/', import.meta.url);

const port = openCodePort();
afterAll(() => port.close());

function readCases(): RecordedCase[] {
  return readdirSync(folder)
    .map((name): RecordedCase => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
    .filter(({ workflow }) => workflow.nodes.some(isCode));
}

const toJson = (items: readonly Item[]) => items.map(({ json }) => json);

describe.skipIf(!existsSync(folder))('n8n: Code, Function and Function Item', () => {
  it('run through the Code node and give what was recorded', async () => {
    const cases = readCases();
    let ran = 0;
    let compared = 0;
    const wrong: string[] = [];
    for (const recorded of cases) {
      try {
        for (const { expected, node, outputs } of await runCodeNodes(recorded, port.code)) {
          if (isCode(node)) ran += 1;
          if (!expected) continue;
          compared += 1;
          expect(outputs.slice(0, expected.length).map(toJson), node.name).toEqual(expected.map(toJson));
        }
      } catch (error) {
        wrong.push(`${recorded.id}: ${(error as Error).message.slice(0, 300)}`);
      }
    }
    console.log(`n8n code: ${ran} nodes of ${cases.length} workflows ran, ${compared} outputs compared`);
    expect(wrong).toEqual([]);
    expect(ran).toBeGreaterThan(100);
    expect(compared).toBeGreaterThan(5);
  }, 120_000);
});

if (!existsSync(folder)) console.log('n8n code: skipped, the recorded cases are not beside the repository');
