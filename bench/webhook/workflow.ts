import type { WorkflowDefinitionInput } from '@navette/contracts';
import { path } from './order.ts';

/** webhook → set fields → if → set fields → respond: what bench/peers/node-red-flow.json does, node by node. */
export const orderWorkflow: WorkflowDefinitionInput = {
  nodes: [
    {
      id: 'order',
      name: 'Order',
      type: 'webhook-trigger',
      parameters: { methods: ['POST'], path, respond: 'node' },
    },
    {
      id: 'take-over',
      name: 'Take over',
      type: 'set-fields',
      parameters: {
        include: 'none',
        fields: [
          { name: 'customer', value: '{{ $json.body.customer }}' },
          { name: 'amount', value: '{{ $json.body.amount }}' },
          { name: 'source', value: 'webhook' },
        ],
      },
    },
    {
      id: 'large',
      name: 'Large order',
      type: 'if',
      parameters: {
        conditions: [
          { left: '{{ $json.amount }}', operator: { type: 'number', operation: 'gte' }, right: 100 },
        ],
      },
    },
    {
      id: 'mark',
      name: 'Mark',
      type: 'set-fields',
      parameters: {
        fields: [
          { name: 'tier', value: 'large' },
          { name: 'review', value: true },
        ],
      },
    },
    {
      id: 'answer',
      name: 'Answer',
      type: 'respond-to-webhook',
      parameters: { respondWith: 'first-item', status: 200 },
    },
  ],
  edges: [
    { from: 'order', to: 'take-over' },
    { from: 'take-over', to: 'large' },
    { from: 'large', fromPort: 'true', to: 'mark' },
    { from: 'large', fromPort: 'false', to: 'answer' },
    { from: 'mark', to: 'answer' },
  ],
};
