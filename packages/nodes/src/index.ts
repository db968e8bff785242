import type { AnyNodeDefinition } from '@navette/node-sdk';
import { dataNodes } from './data-nodes.ts';
import { ioNodes } from './io-nodes.ts';

export { readCodeAsk } from './code/read-code-ask.ts';
export { builtinCredentialTypes, listSecrets } from './credential-types/index.ts';
export { adviseProgram } from './program/advise-program.ts';
export { dataNodes, ioNodes };

/** Every node type that ships with the product. */
export const builtinNodes: readonly AnyNodeDefinition[] = [...dataNodes, ...ioNodes];
