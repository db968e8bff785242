import { describeCodeEngine } from '../testing/code-engine-conformance.ts';
import { v8Variants } from '../testing/v8-variants.ts';

for (const variant of await v8Variants()) describeCodeEngine(variant);
