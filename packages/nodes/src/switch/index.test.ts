import { outputPortsOf } from '@navette/contracts';
import { runNode } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { switchNode } from './index.ts';
import { listSwitchPorts, switchParameters } from './parameters.ts';

function rule(operation: string, right: number) {
  return { conditions: [{ left: '{{ $json.n }}', operator: { type: 'number', operation }, right }] };
}
const rules = [rule('gt', 10), rule('gt', 5)];
const inputs = [{ json: { n: 20 } }, { json: { n: 7 } }, { json: { n: 1 } }];

function numbers(outputs: Record<string, { json: Record<string, unknown> }[]>) {
  return Object.fromEntries(
    Object.entries(outputs).map(([port, items]) => [port, items.map(({ json }) => json['n'])]),
  );
}

describe('switch by rules', () => {
  it('takes the first rule that holds and drops the rest', async () => {
    const { outputs } = await runNode(switchNode, { parameters: { rules }, inputs });
    expect(numbers(outputs)).toEqual({ 'case-0': [20], 'case-1': [7] });
    expect(outputs['case-1']).toEqual([{ json: { n: 7 }, pairedItem: { item: 1 } }]);
  });

  it('takes every rule that holds when asked to', async () => {
    const { outputs } = await runNode(switchNode, { parameters: { rules, allMatching: true }, inputs });
    expect(numbers(outputs)).toEqual({ 'case-0': [20], 'case-1': [20, 7] });
  });

  it('sends what fits nowhere to the fallback', async () => {
    const { outputs } = await runNode(switchNode, { parameters: { rules, fallback: 'extra' }, inputs });
    expect(numbers(outputs)).toEqual({ 'case-0': [20], 'case-1': [7], fallback: [1] });
  });
});

describe('switch by index', () => {
  const parameters = { mode: 'expression', index: '{{ $json.n }}', outputCount: 3 };

  it('goes by the number, also when it comes as text', async () => {
    const { outputs } = await runNode(switchNode, {
      parameters,
      inputs: [{ json: { n: 2 } }, { json: { n: '0' } }],
    });
    expect(numbers(outputs)).toEqual({ 'case-0': ['0'], 'case-1': [], 'case-2': [2] });
  });

  it.each([3, -1, 1.5, 'x', '', null])('%j is no output', async (n) => {
    const run = (fallback: string) =>
      runNode(switchNode, { parameters: { ...parameters, fallback }, inputs: [{ json: { n } }] });
    await expect(run('none')).rejects.toMatchObject({
      code: 'NODE_SWITCH_INDEX',
      params: { item: 0, last: 2 },
    });
    expect((await run('extra')).outputs['fallback']).toHaveLength(1);
  });
});

describe('ports', () => {
  it('follow the parameters', () => {
    const ports = (input: object) => listSwitchPorts(switchParameters.parse(input));
    expect(ports({})).toEqual(['fallback']);
    expect(ports({ mode: 'expression', outputCount: 2, fallback: 'extra' })).toEqual([
      'case-0',
      'case-1',
      'fallback',
    ]);
    expect(outputPortsOf(switchNode as never, switchParameters.parse({ rules }))).toEqual([
      'case-0',
      'case-1',
    ]);
  });
});
