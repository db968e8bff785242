import { describeCodeEngine } from '../testing/code-engine-conformance.ts';
import { pythonVariants } from '../testing/python-variants.ts';

for (const variant of await pythonVariants()) describeCodeEngine(variant);
