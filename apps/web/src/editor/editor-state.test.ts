import { type WorkflowDefinition, workflowDefinitionSchema } from '@navette/contracts';
import { describe, expect, test } from 'vitest';
import {
  applyEditorAction,
  createEditorState,
  type EditorAction,
  type EditorState,
  isDirty,
} from './editor-state.ts';

const definition = workflowDefinitionSchema.parse({
  nodes: [
    { id: 'a', name: 'A', type: 'no-op', position: [0, 0] },
    { id: 'b', name: 'B', type: 'no-op', position: [220, 0] },
  ],
});

function move(x: number, group?: string): EditorAction {
  const change = { type: 'nodes-moved', positions: new Map([['a', [x, 0] as const]]) } as const;
  return { type: 'change', change, ...(group === undefined ? {} : { group }) };
}

function run(state: EditorState, ...actions: EditorAction[]): EditorState {
  return actions.reduce(applyEditorAction, state);
}

const xOf = (state: EditorState) => state.draft.nodes[0]!.position[0];
const first = createEditorState('ver_1', definition);

describe('changes', () => {
  test('make the draft dirty, keep what they do not touch, and can be undone one by one', () => {
    const state = run(first, move(10), move(20));
    expect([xOf(state), isDirty(state), state.past.length]).toEqual([20, true, 2]);
    expect(state.draft.nodes[1]).toBe(definition.nodes[1]);
    expect(xOf(run(state, { type: 'undo' }))).toBe(10);
    const back = run(state, { type: 'undo' }, { type: 'undo' }, { type: 'undo' });
    expect(back.draft).toBe(definition);
    expect(isDirty(back)).toBe(false);
  });

  test('of one drag are one step of undo', () => {
    const state = run(first, move(1, 'drag 1'), move(2, 'drag 1'), move(3, 'drag 1'), move(9, 'drag 2'));
    expect(state.past).toHaveLength(2);
    expect(xOf(run(state, { type: 'undo' }))).toBe(3);
    expect(xOf(run(state, { type: 'undo' }, { type: 'undo' }))).toBe(0);
  });

  test('that change nothing leave the state alone', () => {
    expect(applyEditorAction(first, move(0))).toBe(first);
    const copy = structuredClone(definition);
    const action = { type: 'change', change: { type: 'definition-replaced', definition: copy } } as const;
    expect(applyEditorAction(first, action)).toBe(first);
  });

  test('keep at most a hundred steps', () => {
    const state = run(first, ...Array.from({ length: 150 }, (_, index) => move(index + 1)));
    expect(state.past).toHaveLength(100);
  });
});

describe('what arrives from the server', () => {
  const other: WorkflowDefinition = { ...definition, nodes: [] };

  test('replaces a draft without changes', () => {
    const state = run(first, { type: 'loaded', versionId: 'ver_2', definition: other });
    expect([state.baseVersionId, state.draft]).toEqual(['ver_2', other]);
  });

  test('does not overwrite unsaved changes unless asked to', () => {
    const dirty = run(first, move(10));
    expect(run(dirty, { type: 'loaded', versionId: 'ver_2', definition: other })).toBe(dirty);
    const forced = run(dirty, { type: 'loaded', versionId: 'ver_2', definition: other, force: true });
    expect([forced.baseVersionId, isDirty(forced), forced.past]).toEqual(['ver_2', false, []]);
  });

  test('is given up for the saved draft with discard', () => {
    expect(run(first, move(10), { type: 'discard' }).draft).toBe(definition);
  });
});
