/**
 * The state of an editor over one workflow: what the server has, what is on screen, and how to go back.
 *
 * 1. `past` holds every draft before the current one since the last save, oldest first, at most `historyLimit`.
 * 2. Changes with the same `group` in a row (one drag) count as one step of undo.
 * 3. A definition that arrives from the server replaces the draft only while nothing is unsaved.
 */
import type { WorkflowDefinition } from '@navette/contracts';
import { applyChange, type DefinitionChange } from './definition-change.ts';

export interface EditorState {
  /** The version that the draft started from; saving is refused when the server has another by then. */
  baseVersionId: string;
  saved: WorkflowDefinition;
  draft: WorkflowDefinition;
  past: readonly WorkflowDefinition[];
  group: string | undefined;
}

export type EditorAction =
  | { type: 'change'; change: DefinitionChange; group?: string }
  | { type: 'undo' }
  | { type: 'discard' }
  /** `force`: after a save, or when the reader gives up their own changes. */
  | { type: 'loaded'; versionId: string; definition: WorkflowDefinition; force?: boolean };

const historyLimit = 100;

export function createEditorState(versionId: string, definition: WorkflowDefinition): EditorState {
  return { baseVersionId: versionId, saved: definition, draft: definition, past: [], group: undefined };
}

export function isDirty(state: EditorState): boolean {
  return state.draft !== state.saved;
}

export function applyEditorAction(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'change': {
      const draft = applyChange(state.draft, action.change);
      if (draft === state.draft) return state;
      const grouped = action.group !== undefined && action.group === state.group;
      const past = grouped ? state.past : [...state.past, state.draft].slice(-historyLimit);
      return { ...state, draft, past, group: action.group };
    }
    case 'undo': {
      const draft = state.past.at(-1);
      if (!draft) return state;
      return { ...state, draft, past: state.past.slice(0, -1), group: undefined };
    }
    case 'discard':
      return { ...state, draft: state.saved, past: [], group: undefined };
    case 'loaded':
      if (action.versionId === state.baseVersionId && !action.force) return state;
      if (isDirty(state) && !action.force) return state;
      return createEditorState(action.versionId, action.definition);
  }
}
