import { encodeId } from '@navette/kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CodeLimits } from '../port.ts';
import { defaultPolicy } from './policy.ts';
import { type PolicyAsk, type PolicyReading, PolicySet } from './policy-set.ts';

const project = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
const other = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c';
const projectFile = `projects/${encodeId('project', project)}.json`;

const file = (name: string, content: object): PolicyReading => ({
  file: name,
  text: JSON.stringify({ version: 1, ...content }),
});
const read = (...readings: PolicyReading[]) => PolicySet.create().update(readings);
const resolve = (
  set: PolicySet,
  asks: PolicyAsk[] = [{ by: 'step', allowedHosts: [] }],
  projectId = project,
) => set.resolve({ projectId, asks });
const step = (allowedHosts: string[], rest: Partial<PolicyAsk> = {}): PolicyAsk => ({
  by: 'step',
  allowedHosts,
  ...rest,
});

describe('limits', () => {
  test('are the shipped defaults where nobody says anything', () => {
    expect(resolve(read()).limits).toEqual(defaultPolicy.defaults.limits);
  });

  test.each([
    { project: 60_000, step: 90_000, expected: 60_000, place: `policies/${projectFile}: limits.wallMs` },
    { project: 60_000, step: 10_000, expected: 10_000, place: 'the step: parameters.limits' },
    { project: undefined, step: 90_000, expected: 90_000, place: 'the step: parameters.limits' },
    { project: 60_000, step: undefined, expected: 60_000, place: `policies/${projectFile}: limits.wallMs` },
    {
      project: 86_400_000,
      step: 86_400_000,
      expected: 3_600_000,
      place: 'policies/default.json: ceiling.limits.wallMs',
    },
  ])('of project $project and step $step are $expected', ({ expected, place, ...says }) => {
    const set = read(...(says.project ? [file(projectFile, { limits: { wallMs: says.project } })] : []));
    const policy = resolve(set, [step([], says.step ? { limits: { wallMs: says.step } } : {})]);
    expect(policy.limits.wallMs).toBe(expected);
    expect(policy.originOf('wallMs').place).toBe(place);
  });

  test('of named policies narrow in turn: workflow, then step', () => {
    const set = read(
      file('named/long.json', { limits: { wallMs: 600_000, cpuMs: 1_000 } }),
      file('named/short.json', { limits: { wallMs: 5_000 } }),
    );
    const policy = resolve(set, [{ by: 'workflow', policy: 'long' }, step([], { policy: 'short' })]);
    expect([policy.limits.wallMs, policy.limits.cpuMs]).toEqual([5_000, 1_000]);
    const back = resolve(set, [{ by: 'workflow', policy: 'short' }, step([], { policy: 'long' })]);
    expect(back.limits.wallMs).toBe(5_000);
    expect(back.originOf('wallMs')).toMatchObject({ place: 'policies/named/short.json: limits.wallMs' });
  });

  test('of a program are free of defaults for calls, and of all but the ceiling for time', () => {
    const set = read(file(projectFile, { limits: { wallMs: 100, calls: 50 } }));
    const asks: PolicyAsk[] = [{ by: 'program', allowedHosts: [] }];
    expect(set.resolve({ projectId: project, asks, isProgram: true }).limits).toMatchObject({
      wallMs: 3_600_000,
      calls: 50,
    });
    expect(set.resolve({ projectId: other, asks, isProgram: true }).limits.calls).toBe(100_000);
  });

  test('never exceed any layer, whatever is asked for', () => {
    const names = Object.keys(defaultPolicy.ceiling.limits) as (keyof CodeLimits)[];
    const limits = fc.record(
      Object.fromEntries(names.map((name) => [name, fc.integer({ min: 32 * 1024, max: 2 ** 26 })])),
      { requiredKeys: [] },
    ) as fc.Arbitrary<Partial<CodeLimits>>;
    fc.assert(
      fc.property(limits, limits, limits, (ofStep, ofWorkflow, ofProgram) => {
        const asks: PolicyAsk[] = [
          { by: 'workflow', limits: ofWorkflow },
          { by: 'program', limits: ofProgram },
          { by: 'step', limits: ofStep },
        ];
        const resolved = resolve(read(), asks).limits;
        for (const name of names) {
          const said = [ofStep, ofWorkflow, ofProgram].flatMap((each) => each[name] ?? []);
          const bound = Math.min(defaultPolicy.ceiling.limits[name], ...said);
          expect(resolved[name]).toBe(said.length ? bound : defaultPolicy.defaults.limits[name]);
        }
      }),
    );
  });
});

describe('hosts', () => {
  const allows = (set: PolicySet, asks: PolicyAsk[], host: string, port = 443) =>
    resolve(set, asks).refuseHost(host, port) === undefined;

  test('are none where the step names none, whatever policies allow', () => {
    const set = read(file(projectFile, { allowedHosts: ['*'] }));
    for (const asks of [[], [step([])], [{ by: 'workflow', allowedHosts: ['*'] } as PolicyAsk]]) {
      expect(resolve(set, asks).allowedHosts).toEqual([]);
      expect(allows(set, asks, 'example.com')).toBe(false);
    }
  });

  test.each([
    // asked by the step, host, port, allowed under ['*.example.com', 'api.other.org:8443']
    [['a.example.com'], 'a.example.com', 443, true],
    [['*'], 'a.example.com', 443, true],
    [['*'], 'example.com', 443, false],
    [['*'], 'evil.net', 443, false],
    [['evil.net'], 'evil.net', 443, false],
    [['*.com'], 'a.example.com', 443, true],
    [['*.com'], 'b.com', 443, false],
    [['A.EXAMPLE.COM.'], 'a.example.com', 443, true],
    [['a.example.com'], 'A.Example.com.', 443, true],
    [['a.example.com:8443'], 'a.example.com', 443, false],
    [['api.other.org'], 'api.other.org', 8443, true],
    [['api.other.org'], 'api.other.org', 443, false],
    [['api.other.org:443'], 'api.other.org', 8443, false],
    [['*'], 'a.example.com.evil.net', 443, false],
    [['*'], 'evil-example.com', 443, false],
    [['*'], 'a.exаmple.com', 443, false],
    [['*'], '127.0.0.1', 443, false],
    [['*.example.com', 'evil.net'], 'evil.net', 443, false],
  ] as const)('%j to %s:%i: %s', (asked, host, port, expected) => {
    const set = read(file(projectFile, { allowedHosts: ['*.example.com', 'api.other.org:8443'] }));
    expect(allows(set, [step([...asked])], host, port)).toBe(expected);
  });

  test('are bound by each layer by itself', () => {
    const set = read(
      file('default.json', { ceiling: { allowedHosts: ['*.example.com', '*.example.org'] } }),
      file(projectFile, { allowedHosts: ['*.example.com'] }),
      file('named/one.json', { allowedHosts: ['a.example.com', 'a.example.org'] }),
    );
    const asks: PolicyAsk[] = [
      { by: 'workflow', policy: 'one', allowedHosts: ['*'] },
      step(['a.example.com', 'b.example.com', 'a.example.org', '*']),
    ];
    expect(resolve(set, asks).allowedHosts).toEqual(['a.example.com']);
    const refusedBy = (host: string) => resolve(set, asks).refuseHost(host, 443)?.params['place'];
    expect(refusedBy('a.example.com')).toBeUndefined();
    expect(refusedBy('b.example.com')).toBe('policies/named/one.json: allowedHosts');
    expect(refusedBy('a.example.org')).toBe(`policies/${projectFile}: allowedHosts`);
  });

  test('of code that a program calls are bound by those of the program', () => {
    const asks: PolicyAsk[] = [{ by: 'program', allowedHosts: ['a.example.com'] }, step(['*'])];
    expect(resolve(read(), asks).allowedHosts).toEqual(['a.example.com']);
    expect(resolve(read(), asks).refuseHost('b.net', 80)?.params['place']).toBe(
      'the program: parameters.allowedHosts',
    );
  });

  test('that the merged list has are those that every layer allows', () => {
    const hosts = ['*', 'a.test', '*.test', '*.a.test', 'b.a.test', 'b.a.test:81', '*.test:82', 'c.net:81'];
    const list = fc.uniqueArray(fc.constantFrom(...hosts), { maxLength: 4 });
    const target = fc.constantFrom('a.test', 'b.a.test', 'x.test', 'x.b.a.test', 'c.net', 'test', 'd.org');
    fc.assert(
      fc.property(list, list, list, target, fc.constantFrom(80, 81, 82), (p, w, s, host, port) => {
        const set = read(file(projectFile, { allowedHosts: p }));
        const policy = resolve(set, [{ by: 'workflow', allowedHosts: w }, step(s)]);
        const byMerged = resolve(read(), [step([...policy.allowedHosts])]);
        expect(policy.refuseHost(host, port) === undefined).toBe(
          byMerged.refuseHost(host, port) === undefined,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('node types of programs', () => {
  test('are those that every layer allows', () => {
    const set = read(
      file(projectFile, { allowedNodeTypes: ['http-request', 'ai-*', 'wait'] }),
      file('named/ai.json', { allowedNodeTypes: ['ai-*', 'http-*', 'set'] }),
    );
    const policy = resolve(set, [{ by: 'program', policy: 'ai' }]);
    expect(policy.allowedNodeTypes).toEqual(['http-request', 'ai-*']);
    const allowed = (type: string) => policy.refuseNodeType(type) === undefined;
    expect(['http-request', 'ai-agent', 'wait', 'set', 'http-other', 'code'].filter(allowed)).toEqual([
      'http-request',
      'ai-agent',
    ]);
  });

  test('have a default, which a project may change', () => {
    const defaults = file('default.json', { defaults: { allowedNodeTypes: ['set'] } });
    expect(resolve(read(defaults)).allowedNodeTypes).toEqual(['set']);
    const own = read(defaults, file(projectFile, { allowedNodeTypes: ['wait'] }));
    expect(resolve(own).allowedNodeTypes).toEqual(['wait']);
    expect(resolve(own, undefined, other).allowedNodeTypes).toEqual(['set']);
  });
});

describe('files', () => {
  test('of other projects say nothing of this one; "otherProjects" is for those without a file', () => {
    const set = read(
      file('default.json', { otherProjects: { limits: { cpuMs: 1_000 }, allowedHosts: [] } }),
      file(projectFile, { limits: { cpuMs: 2_000 }, allowedHosts: ['a.test'] }),
    );
    expect(resolve(set, [step(['a.test'])])).toMatchObject({ allowedHosts: ['a.test'] });
    expect(resolve(set).limits.cpuMs).toBe(2_000);
    const theirs = resolve(set, [step(['a.test'], { limits: { cpuMs: 5_000 } })], other);
    expect([theirs.limits.cpuMs, theirs.allowedHosts]).toEqual([1_000, []]);
    expect(theirs.originOf('cpuMs').place).toBe('policies/default.json: otherProjects.limits.cpuMs');
  });

  test('that break keep what they said; those that never said anything refuse what they are for', () => {
    const good = read(file(projectFile, { limits: { cpuMs: 2_000 } }));
    const kept = good.update([{ file: projectFile, text: '{ "version": 1, "limits": { "cpuMs": 9' }]);
    expect(kept.files[0]).toMatchObject({ state: 'kept', problems: [{ file: projectFile, field: '' }] });
    expect(resolve(kept).limits.cpuMs).toBe(2_000);
    const again = kept.update([{ file: projectFile, reason: 'it cannot be read (EACCES)' }]);
    expect(resolve(again).limits.cpuMs).toBe(2_000);

    const broken = read({ file: projectFile, text: '{}' }, file('named/fine.json', {}));
    expect(() => resolve(broken)).toThrow(
      expect.objectContaining({ code: 'POLICY_BROKEN', message: expect.stringContaining(projectFile) }),
    );
    expect(resolve(broken, undefined, other).limits).toEqual(defaultPolicy.defaults.limits);
    expect(() => resolve(read({ file: 'default.json', text: '[]' }))).toThrow(/policies\/default\.json/);
    const named = read({ file: 'named/calm.json', text: '' });
    expect(resolve(named).limits).toEqual(defaultPolicy.defaults.limits);
    expect(() => resolve(named, [step([], { policy: 'calm' })])).toThrow(/named\/calm\.json/);
  });

  test('that are gone say nothing; a folder that is gone keeps everything', () => {
    const good = read(file(projectFile, { limits: { cpuMs: 2_000 } }));
    expect(resolve(good.keep('there is no folder')).limits.cpuMs).toBe(2_000);
    expect(resolve(good.update([])).limits.cpuMs).toBe(10_000);
    expect(() => resolve(PolicySet.create().withoutFolder('EACCES'))).toThrow(/EACCES/);
  });

  test.each(['constructor', '__proto__', 'toString', '../default', 'a/b'])(
    'a policy "%s" is unknown',
    (name) => {
      expect(() => resolve(read(), [step([], { policy: name })])).toThrow(
        expect.objectContaining({ code: 'POLICY_UNKNOWN' }),
      );
    },
  );
});
