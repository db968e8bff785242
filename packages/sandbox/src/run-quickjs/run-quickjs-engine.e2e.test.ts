import { describeCodeEngine } from '../testing/code-engine-conformance.ts';
import { describeCodeLimits } from '../testing/code-limits-suite.ts';
import { describeEscapes } from '../testing/escape-attempts/describe-escapes.ts';
import { languageAttempts } from '../testing/escape-attempts/language-attempts.ts';
import { runVariant } from '../testing/quickjs-variants.ts';

describeCodeEngine(runVariant);
describeCodeLimits(runVariant);
describeEscapes(runVariant.name, runVariant.open, languageAttempts);
