/** From the text of a policy file to what it says, or to what is wrong with it: which field, and what to do. */
import { decodeId, isRecord } from '@navette/kit';
import type { z } from 'zod';
import { type DefaultPolicyFile, defaultPolicyFile, type PolicyFile, policyFile } from './policy.ts';

export interface PolicyProblem {
  /** Within the folder: "projects/prj_….json". */
  file: string;
  /** "ceiling.limits.cpuMs"; empty for the file as a whole. */
  field: string;
  message: string;
  help: string;
}

export type PolicyDocument =
  | { kind: 'default'; file: string; content: DefaultPolicyFile }
  /** `name`: the bare id of the project. */
  | { kind: 'project'; file: string; name: string; content: PolicyFile }
  | { kind: 'named'; file: string; name: string; content: PolicyFile };

export const policyNamePattern = /^[a-z][a-z0-9-]{0,63}$/;

type Place = Pick<PolicyDocument, 'kind'> & { name?: string };

/** What stands in a file of that name; the problem when none belongs there. */
export function placePolicyFile(file: string): Place | PolicyProblem {
  if (file === 'default.json') return { kind: 'default' };
  const [, folder, name] = /^(projects|named)\/([^/]+)\.json$/.exec(file) ?? [];
  if (folder === 'projects') {
    const id = decodeId('project', name!);
    if (id !== undefined) return { kind: 'project', name: id };
    const help =
      'Name it after the id of the project: projects/prj_….json. `navette policies show` says the id.';
    return { file, field: '', message: 'its name is not the id of a project', help };
  }
  if (folder === 'named') {
    if (policyNamePattern.test(name!)) return { kind: 'named', name: name! };
    const help = 'Name it with lower-case letters, digits and dashes, at most 64: named/heavy.json.';
    return { file, field: '', message: 'its name cannot be the name of a policy', help };
  }
  const help =
    'Policies are default.json, projects/<project id>.json and named/<name>.json. Move or remove this file.';
  return { file, field: '', message: 'no policy is read from there', help };
}

export function readPolicyFile(
  file: string,
  text: string,
): { document: PolicyDocument } | { problems: PolicyProblem[] } {
  const place = placePolicyFile(file);
  if ('message' in place) return { problems: [place] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = { file, field: '', message: describeSyntax(error as SyntaxError, text) };
    return {
      problems: [{ ...problem, help: 'Mend the JSON. Comments and trailing commas are not allowed.' }],
    };
  }
  const repeated = findRepeatedKey(text);
  if (repeated !== undefined) {
    const message = `it says ${JSON.stringify(repeated)} twice in one object`;
    return { problems: [{ file, field: repeated, message, help: 'Remove one of them.' }] };
  }
  const schema = place.kind === 'default' ? defaultPolicyFile : policyFile;
  const parsed = schema.safeParse(value);
  if (parsed.success) return { document: { ...place, file, content: parsed.data } as PolicyDocument };
  return { problems: parsed.error.issues.flatMap((issue) => describeIssue(file, issue, value)) };
}

function describeIssue(file: string, issue: z.core.$ZodIssue, value: unknown): PolicyProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const field = [...path, key].join('.');
      const help =
        field === 'defaults.allowedHosts'
          ? 'Hosts have no default: name them in the step, and allow them in "ceiling" or "otherProjects".'
          : 'Remove it, or correct its name; docs/guide/policies.md has all fields.';
      return { file, field, message: 'there is no such field', help };
    });
  }
  const help =
    path.length === 0 && !isRecord(value)
      ? 'Begin with { "version": 1 }.'
      : path[0] === 'version'
        ? 'Write "version": 1.'
        : 'Correct it; docs/guide/policies.md has all fields with their bounds.';
  return [{ file, field: path.join('.'), message: issue.message, help }];
}

function describeSyntax({ message }: SyntaxError, text: string): string {
  const at = /at position (\d+)/.exec(message);
  if (!at) return 'it is no JSON: it ends too early';
  const before = text.slice(0, Number(at[1])).split('\n');
  return `it is no JSON: line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

/** A key that an object has twice. JSON.parse takes the last one, and whoever reviews the file may see the first. */
function findRepeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
