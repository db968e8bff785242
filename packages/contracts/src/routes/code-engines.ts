import { z } from 'zod';
import { codeEngines } from '../code-port.ts';
import { defineRoute } from '../route.ts';

export const codeEngineSchema = z.strictObject({
  engine: z.enum(codeEngines),
  available: z.boolean(),
  /** What holds its processes; null for one that is not available. */
  jail: z.enum(['bubblewrap', 'none']).nullable(),
  /** Native code runs in no jail, because the operator allows it. QuickJS needs none. */
  withoutJail: z.boolean(),
  /** What runs the code, where it depends on the machine: "python3 3.13.5". */
  runtime: z.string().nullable(),
  /** Why it is not available. */
  reason: z.string().nullable(),
});
export type CodeEngineView = z.infer<typeof codeEngineSchema>;

export const listCodeEngines = defineRoute({
  id: 'listCodeEngines',
  method: 'GET',
  path: '/api/v1/code-engines',
  tag: 'Nodes',
  summary: 'What runs code on this server, and whether a jail holds it',
  description:
    'Said of the process that answers. Where steps run in other processes, the log of a step says what held it: a line whose notice is without-jail.',
  access: 'signed-in',
  status: 200,
  responseKind: 'json',
  response: z.strictObject({ items: z.array(codeEngineSchema) }),
});
