import { readFileSync } from 'node:fs';
import type { Item } from '@navette/contracts';
import { createPythonEngine } from '@navette/sandbox';
import { runNode } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { code as codeNode } from './index.ts';
import { openCodePort } from './testing/open-code-port.ts';

interface Block {
  language: string;
  kind: string;
  text: string;
}

const guide = readFileSync(new URL('../../../../docs/guide/code-steps.md', import.meta.url), 'utf8');
const blocks: Block[] = [...guide.matchAll(/^```(\w+) ?(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
  language: match[1]!,
  kind: match[2]!,
  text: match[3]!,
}));
const items: Item[] = JSON.parse(blocks.find(({ kind }) => kind === 'items')!.text);
const languages: Readonly<Record<string, string>> = { js: 'javascript', ts: 'typescript', python: 'python' };
const examples = blocks.flatMap((block, index) =>
  block.language in languages && block.kind !== ''
    ? [{ ...block, result: blocks[index + 1]!, title: block.text.split('\n')[0]! }]
    : [],
);

const python = createPythonEngine({ withoutJail: 'allow' });
const hasPython = (await python.availability()).available;
await python.close();
const runnable = examples.filter(({ language }) => hasPython || language !== 'python');
if (!hasPython) console.log('The Python examples of the guide: skipped, Python cannot run here');
const port = openCodePort();
afterAll(() => port.close());

describe('the guide to code steps', () => {
  it('has examples in every language', () => {
    expect(new Set(examples.map(({ language }) => language))).toEqual(new Set(Object.keys(languages)));
    expect(examples.length).toBeGreaterThanOrEqual(8);
  });

  it.each(runnable)('$language: $title', async ({ kind, language, result, text }) => {
    expect(result.kind).toBe('result');
    const { outputs } = await runNode(codeNode, {
      parameters: { language: languages[language]!, mode: kind, source: text },
      inputs: items,
      nodes: new Map([['Orders', items]]),
      code: port.code,
    });
    expect(outputs['main']!.map(({ json }) => json)).toEqual(JSON.parse(result.text));
  });

  it('names every library', () => {
    for (const name of port.code.modules) expect(guide).toContain(`| \`${name}\` |`);
  });
});
