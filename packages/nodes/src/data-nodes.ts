import type { AnyNodeDefinition } from '@navette/node-sdk';
import { aggregate } from './aggregate/index.ts';
import { code } from './code/index.ts';
import { dateTime } from './date-time/index.ts';
import { filter } from './filter/index.ts';
import { forEach } from './for-each/index.ts';
import { ifNode } from './if/index.ts';
import { limit } from './limit/index.ts';
import { loop } from './loop/index.ts';
import { markdown } from './markdown/index.ts';
import { merge } from './merge/index.ts';
import { noOp } from './no-op/index.ts';
import { removeDuplicates } from './remove-duplicates/index.ts';
import { setFields } from './set-fields/index.ts';
import { sort } from './sort/index.ts';
import { splitOut } from './split-out/index.ts';
import { stopWithError } from './stop-with-error/index.ts';
import { summarize } from './summarize/index.ts';
import { switchNode } from './switch/index.ts';

/** Nodes that work on items alone: pure, without network, files or secrets. */
export const dataNodes: AnyNodeDefinition[] = [
  aggregate,
  code,
  dateTime,
  filter,
  forEach,
  ifNode,
  limit,
  loop,
  markdown,
  merge,
  noOp,
  removeDuplicates,
  setFields,
  sort,
  splitOut,
  stopWithError,
  summarize,
  switchNode,
] as AnyNodeDefinition[];
