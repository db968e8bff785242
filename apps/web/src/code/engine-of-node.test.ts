import { expect, test } from 'vitest';
import { engineOfNode } from './engine-of-node.ts';

test.each([
  [{ type: 'code', parameters: {} }, 'quickjs'],
  [{ type: 'code', parameters: { engine: 'v8', language: 'typescript' } }, 'v8'],
  // The engine is for scripts: one that was chosen before says nothing of Python.
  [{ type: 'code', parameters: { engine: 'v8', language: 'python' } }, 'python'],
  [{ type: 'code', parameters: { engine: '{{ $json.engine }}' } }, undefined],
  [{ type: 'program', parameters: { engine: 'v8' } }, 'quickjs'],
  [{ type: 'set', parameters: { engine: 'v8', language: 'python' } }, undefined],
])('%j runs on %s', (node, engine) => {
  expect(engineOfNode(node)).toBe(engine);
});
