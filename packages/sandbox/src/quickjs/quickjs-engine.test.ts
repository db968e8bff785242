import { describeCodeEngine } from '../testing/code-engine-conformance.ts';
import { quickJsVariants } from '../testing/quickjs-variants.ts';

for (const variant of await quickJsVariants()) describeCodeEngine(variant);
