/** Markdown pages as the tests of the documentation see them: code blocks, links, anchors. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toAnchor } from '../../scripts/reference/markdown.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface CodeBlock {
  /** "docs/guide/nodes.md:12" */
  place: string;
  /** "json"; "" when none is named. */
  language: string;
  /** What stands behind the language: "workflow file=orders.json". */
  info: string;
  text: string;
}

export interface Page {
  /** From the root of the repository. */
  path: string;
  text: string;
  blocks: CodeBlock[];
  links: { place: string; target: string }[];
  anchors: ReadonlySet<string>;
}

/** Pages that people read: the README, everything in docs, and what the templates say of themselves. */
export function listPages(): Page[] {
  const paths = globSync(['README.md', 'docs/**/*.md', 'workflows/*/README.md'], { cwd: root });
  return paths.sort().map((path) => readPage(path, readFileSync(join(root, path), 'utf8')));
}

export function readPage(path: string, text: string): Page {
  const blocks: CodeBlock[] = [];
  const links: Page['links'] = [];
  const anchors = new Set<string>();
  let open: { fence: string; block: CodeBlock; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const place = `${path}:${index + 1}`;
    const fence = /^ {0,5}(`{3,}) *(\S*) *(.*?) *$/.exec(line);
    if (open) {
      if (fence?.[1] === open.fence && fence[2] === '') {
        blocks.push({ ...open.block, text: open.lines.join('\n') });
        open = undefined;
      } else open.lines.push(line);
    } else if (fence) {
      open = {
        fence: fence[1]!,
        block: { place, language: fence[2]!, info: fence[3]!, text: '' },
        lines: [],
      };
    } else {
      readLine(line, place, links, anchors);
    }
  }
  if (open) throw new Error(`${open.block.place}: the code block has no end`);
  return { path, text, blocks, links, anchors };
}

function readLine(line: string, place: string, links: Page['links'], anchors: Set<string>): void {
  const heading = /^#{1,6} +(.+?) *$/.exec(line);
  if (heading) addAnchor(anchors, toAnchor(heading[1]!));
  for (const [, id] of line.matchAll(/<a id="([^"]+)">/g)) anchors.add(id!);
  const prose = line.replace(/`[^`]*`/g, (code) => '`'.repeat(code.length));
  for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) links.push({ place, target: target! });
}

/** A heading that comes again gets a number. */
function addAnchor(anchors: Set<string>, anchor: string): void {
  let unique = anchor;
  for (let number = 1; anchors.has(unique); number++) unique = `${anchor}-${number}`;
  anchors.add(unique);
}
