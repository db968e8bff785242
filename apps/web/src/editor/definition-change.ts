/**
 * Edits of a workflow as values. Every way of editing (dragging on the canvas, the definition as text) makes change
 * objects, and one pure reducer applies them, so that undo, dirty state and saving are the same for all.
 */
import type { WorkflowDefinition } from '@navette/contracts';

export type DefinitionChange =
  | { type: 'nodes-moved'; positions: ReadonlyMap<string, readonly [number, number]> }
  | { type: 'definition-replaced'; definition: WorkflowDefinition };

/** The definition after a change; the same object when the change changes nothing. */
export function applyChange(definition: WorkflowDefinition, change: DefinitionChange): WorkflowDefinition {
  switch (change.type) {
    case 'definition-replaced':
      return JSON.stringify(change.definition) === JSON.stringify(definition)
        ? definition
        : change.definition;
    case 'nodes-moved': {
      let moved = false;
      const nodes = definition.nodes.map((node) => {
        const to = change.positions.get(node.id);
        if (!to || (to[0] === node.position[0] && to[1] === node.position[1])) return node;
        moved = true;
        return { ...node, position: [to[0], to[1]] as [number, number] };
      });
      return moved ? { ...definition, nodes } : definition;
    }
  }
}
