/**
 * Fills the generated blocks of a page that people write: what stands between `<!-- generated: NAME -->` and
 * `<!-- end of NAME -->`. Throws when the page lacks a block, or has one that nobody generates.
 */
export function replaceBlocks(page: string, blocks: ReadonlyMap<string, readonly string[]>): string {
  const filled = new Set<string>();
  const result = page.replace(
    /<!-- generated: ([^>]+?) -->\n[\s\S]*?<!-- end of \1 -->/g,
    (_, name: string) => {
      const lines = blocks.get(name);
      if (!lines) throw new Error(`Nothing generates the block "${name}"`);
      filled.add(name);
      return `<!-- generated: ${name} -->\n${lines.join('\n')}\n<!-- end of ${name} -->`;
    },
  );
  const missing = [...blocks.keys()].filter((name) => !filled.has(name));
  if (missing.length > 0) throw new Error(`The page has no block for ${missing.join(', ')}`);
  return result;
}
