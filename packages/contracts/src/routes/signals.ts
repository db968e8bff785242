import { z } from 'zod';
import { idSchema, jsonObjectSchema } from '../id-schema.ts';
import { correlationKeySchema, signalNameSchema } from '../message.ts';
import { defineRoute } from '../route.ts';

const tag = 'Executions';
const run = { scope: 'executions:run' } as const;

/** One item from an object, several from a list; one empty item when left out. */
const payloadSchema = z.union([jsonObjectSchema, z.array(jsonObjectSchema).max(10_000)]);

export const sendSignal = defineRoute({
  id: 'sendSignal',
  method: 'POST',
  path: '/api/v1/executions/:executionId/signals/:name',
  tag,
  summary: 'Send a signal into an execution',
  description:
    'A step that waits for the name goes on with the payload. A signal that comes before its wait is kept; several are taken in the order they came. One that comes after the end of the execution is a 409.',
  access: run,
  params: z.strictObject({ executionId: idSchema('execution'), name: signalNameSchema }),
  body: z.strictObject({ payload: payloadSchema.optional() }),
  status: 202,
  responseKind: 'json',
  response: z.strictObject({ messageId: idSchema('message') }),
  idempotent: true,
  errors: ['SIGNAL_EXECUTION_ENDED', 'SIGNAL_TOO_MANY'],
});

export const sendWorkflowSignal = defineRoute({
  id: 'sendWorkflowSignal',
  method: 'POST',
  path: '/api/v1/workflows/:workflowId/signals/:name',
  tag,
  summary: 'Send a signal to whichever execution of a workflow waits under a key',
  description:
    'For those who know an order number but no execution. Of several that wait, the one that has waited longest takes it. If none waits, it is kept for 30 days for the first that will; `executionId` is null then.',
  access: run,
  params: z.strictObject({ workflowId: idSchema('workflow'), name: signalNameSchema }),
  body: z.strictObject({ key: correlationKeySchema, payload: payloadSchema.optional() }),
  status: 202,
  responseKind: 'json',
  response: z.strictObject({
    messageId: idSchema('message'),
    executionId: idSchema('execution').nullable(),
  }),
  idempotent: true,
  errors: ['SIGNAL_TOO_MANY'],
});
