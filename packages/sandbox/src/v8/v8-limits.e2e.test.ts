import { describeCodeLimits } from '../testing/code-limits-suite.ts';
import { v8Variants } from '../testing/v8-variants.ts';

for (const variant of await v8Variants()) describeCodeLimits(variant);
