import { describeCodeEngine } from '../testing/code-engine-conformance.ts';
import { pyodideVariants } from '../testing/pyodide-variants.ts';

for (const variant of await pyodideVariants()) describeCodeEngine(variant);
