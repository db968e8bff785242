import { describeCodeLimits } from '../testing/code-limits-suite.ts';
import { pyodideVariants } from '../testing/pyodide-variant.ts';

for (const variant of await pyodideVariants()) describeCodeLimits(variant);
