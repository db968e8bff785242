/** Commands of a page that say of themselves whether they are run: by a comment in front of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodeBlock, type Page, readPage, root } from './read-page.ts';

export interface MarkedBlock extends CodeBlock {
  /** "tested: NAME" runs them; "not run: REASON" says why not. Undefined: it says nothing. */
  mark: { kind: 'tested' | 'not run'; text: string } | undefined;
}

/** The shell blocks of the page, in order. */
export function listMarkedBlocks(page: Page): MarkedBlock[] {
  const lines = page.text.split('\n');
  return page.blocks
    .filter((block) => block.language === 'sh')
    .map((block) => {
      const [before = ''] = lines
        .slice(0, Number(block.place.split(':')[1]) - 1)
        .filter((line) => line.trim() !== '')
        .slice(-1);
      const [, kind, text] = /^<!-- (tested|not run): (.+) -->$/.exec(before) ?? [];
      return { ...block, mark: kind ? { kind: kind as 'tested' | 'not run', text: text! } : undefined };
    });
}

/** The commands of docs/guide/PAGE.md that are tested under that name. */
export function readTestedBlock(page: string, name: string): string {
  const path = `docs/guide/${page}.md`;
  const blocks = listMarkedBlocks(readPage(path, readFileSync(join(root, path), 'utf8')));
  const block = blocks.find(({ mark }) => mark?.kind === 'tested' && mark.text === name);
  if (!block) throw new Error(`${path} has no commands for ${name}`);
  return block.text;
}
