import { describeCodeLimits } from '../testing/code-limits-suite.ts';
import { quickJsVariants } from '../testing/quickjs-variants.ts';

for (const variant of await quickJsVariants()) describeCodeLimits(variant);
