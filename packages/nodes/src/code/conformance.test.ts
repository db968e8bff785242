import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Item } from '@navette/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { findMissingType, isCode, type RecordedCase, runCodeNodes } from './testing/n8n-workflow.ts';
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

const isConnected = ({ workflow }: RecordedCase, name: string) =>
  Object.values(workflow.connections).some(({ main = [] }) =>
    main.some((targets) => targets?.some(({ node }) => node === name)),
  );

const toJson = (items: readonly Item[]) => items.map(({ json }) => json);

describe.skipIf(!existsSync(folder))('n8n: Code, Function and Function Item', () => {
  it('run through the Code node and give what was recorded', async () => {
    const cases = readCases();
    let ran = 0;
    let compared = 0;
    const wrong: string[] = [];
    /** How many were left out, by the type of a node before them that is not run here. */
    const leftOut: Record<string, number> = {};
    for (const recorded of cases) {
      const unseen = new Set(recorded.workflow.nodes.filter(isCode));
      try {
        for (const { expected, node, outputs } of await runCodeNodes(recorded, port.code)) {
          if (unseen.delete(node)) ran += 1;
          if (!expected) continue;
          compared += 1;
          expect(outputs.slice(0, expected.length).map(toJson), node.name).toEqual(expected.map(toJson));
        }
      } catch (error) {
        wrong.push(`${recorded.id}: ${(error as Error).message.slice(0, 300)}`);
        continue;
      }
      for (const node of unseen) {
        const reason = findMissingType(recorded, node) ?? 'nothing';
        leftOut[reason] = (leftOut[reason] ?? 0) + 1;
        const isLoose = reason === 'nothing' && isConnected(recorded, node.name);
        if (isLoose) wrong.push(`${recorded.id}: ${node.name} did not run, for no reason`);
      }
    }
    const reasons = Object.entries(leftOut).map(([type, count]) => `${count} behind ${type}`);
    const left = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
    console.log(
      `n8n code: ${ran} nodes of ${cases.length} workflows ran, ${compared} outputs compared; ${left} left out (${reasons.join(', ')})`,
    );
    expect(wrong).toEqual([]);
    expect(ran).toBeGreaterThan(100);
    expect(left).toBeLessThan(ran / 10);
    expect(compared).toBeGreaterThan(5);
  }, 120_000);
});

if (!existsSync(folder)) console.log('n8n code: skipped, the recorded cases are not beside the repository');
