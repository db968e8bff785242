import { expect, test } from 'vitest';
import { readPolicyFile } from './read-policy-file.ts';

const problems = (file: string, text: string) => {
  const read = readPolicyFile(file, text);
  return 'problems' in read ? read.problems.map(({ field, message }) => [field, message]) : [];
};
const project = 'projects/prj_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b.json';

test('files of each kind are read', () => {
  const change = {
    limits: { wallMs: 60_000 },
    allowedHosts: ['API.example.com:443'],
    allowedNodeTypes: ['ai-*'],
  };
  const text = JSON.stringify({ version: 1, description: 'For night runs', ...change });
  expect(readPolicyFile(project, text)).toMatchObject({
    document: { kind: 'project', name: '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', content: change },
  });
  expect(readPolicyFile('named/night-runs.json', text)).toMatchObject({
    document: { kind: 'named', name: 'night-runs' },
  });
  const server = JSON.stringify({ version: 1, ceiling: change, otherProjects: change });
  expect(readPolicyFile('default.json', server)).toMatchObject({ document: { kind: 'default' } });
});

test.each([
  ['default.json', '', [['', 'it is no JSON: it ends too early']]],
  ['default.json', '{\n  "version": 1,\n}', [['', 'it is no JSON: line 3, column 1']]],
  ['default.json', '[]', [['', expect.stringContaining('object')]]],
  ['default.json', '{}', [['version', 'must be 1']]],
  ['default.json', '{ "version": 2 }', [['version', 'must be 1']]],
  ['default.json', '{ "version": 1, "limits": {} }', [['limits', 'there is no such field']]],
  [
    'default.json',
    '{ "version": 1, "defaults": { "allowedHosts": ["*"] } }',
    [['defaults.allowedHosts', 'there is no such field']],
  ],
  ['named/a.json', '{ "version": 1, "limits": { "cpuMs": -1 } }', [['limits.cpuMs', expect.any(String)]]],
  ['named/a.json', '{ "version": 1, "limits": { "cpu": 1 } }', [['limits.cpu', 'there is no such field']]],
  [
    'named/a.json',
    '{ "version": 1, "allowedHosts": ["a.test", "http://b.test"] }',
    [['allowedHosts.1', expect.stringContaining('must be a host')]],
  ],
  [
    'named/a.json',
    '{ "version": 1, "allowedNodeTypes": ["*-request"] }',
    [['allowedNodeTypes.0', expect.stringContaining('must be a node type')]],
  ],
  [
    'named/a.json',
    '{ "version": 1, "allowedHosts": [], "allowedHosts": ["*"] }',
    [['allowedHosts', 'it says "allowedHosts" twice in one object']],
  ],
  [
    'named/a.json',
    '{ "version": 1, "limits": { "cpuMs": 5, "\\u0063puMs": 50000 } }',
    [['cpuMs', 'it says "cpuMs" twice in one object']],
  ],
  ['projects/acme.json', '{ "version": 1 }', [['', 'its name is not the id of a project']]],
  ['named/A B.json', '{ "version": 1 }', [['', 'its name cannot be the name of a policy']]],
  ['other.json', '{ "version": 1 }', [['', 'no policy is read from there']]],
  ['default.yaml', 'version: 1', [['', 'no policy is read from there']]],
  ['named/a/b.json', '{ "version": 1 }', [['', 'no policy is read from there']]],
])('%s with %j is refused with its field', (file, text, expected) => {
  expect(problems(file, text)).toEqual(expected);
});

test('a key that two objects have is no repetition', () => {
  const text =
    '{ "version": 1, "description": "a \\"limits\\": {", "defaults": { "limits": {} }, "ceiling": { "limits": {} } }';
  expect(problems('default.json', text)).toEqual([]);
});

test('every problem says what to do', () => {
  const read = readPolicyFile('named/a.json', '{ "version": 1, "hosts": [], "limits": { "wallMs": "1 s" } }');
  expect('problems' in read && read.problems).toHaveLength(2);
  for (const { help } of 'problems' in read ? read.problems : [])
    expect(help).toMatch(/docs\/guide\/policies\.md/);
});
