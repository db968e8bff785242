import { hostPatternSchema, policyNameSchema } from '@navette/contracts';

export interface ProgramHeader {
  allowedHosts?: string[];
  policy?: string;
}

/**
 * What the comments at the top of a program say of its node: `// navette: allowed-hosts api.example.com, *.example.org` and
 * `// navette: policy calm`. Throws an Error with the line for one that says something else.
 */
export function readProgramHeader(source: string): ProgramHeader {
  const header: ProgramHeader = {};
  for (const [index, line] of source.split('\n').entries()) {
    const comment = /^\s*\/\/(.*)$/.exec(line);
    if (!comment && line.trim() !== '') break;
    const [, word, rest = ''] = /^\s*navette:\s*(\S*)\s*(.*)$/.exec(comment?.[1] ?? '') ?? [];
    if (word === undefined) continue;
    if (word === 'allowed-hosts') {
      const hosts = rest.split(/[\s,]+/).filter(Boolean);
      for (const host of hosts)
        if (!hostPatternSchema.safeParse(host).success) fail(index, `"${host}" is no host`);
      header.allowedHosts = [...(header.allowedHosts ?? []), ...hosts];
    } else if (word === 'policy') {
      if (!policyNameSchema.safeParse(rest.trim()).success)
        fail(index, `"${rest.trim()}" is no name of a policy`);
      header.policy = rest.trim();
    } else fail(index, `"${word}" is not "allowed-hosts" or "policy"`);
  }
  return header;
}

function fail(index: number, detail: string): never {
  throw new Error(`line ${index + 1}: ${detail}`);
}
