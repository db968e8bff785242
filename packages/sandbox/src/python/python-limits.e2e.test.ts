import { describeCodeLimits } from '../testing/code-limits-suite.ts';
import { pythonVariants } from '../testing/python-variants.ts';

for (const variant of await pythonVariants()) describeCodeLimits(variant);
