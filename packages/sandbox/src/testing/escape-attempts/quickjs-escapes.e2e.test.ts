import { quickJsVariants } from '../quickjs-variants.ts';
import { describeEscapes } from './describe-escapes.ts';
import { languageAttempts } from './language-attempts.ts';
import { machineAttempts } from './machine-attempts.ts';

for (const { name, open } of await quickJsVariants()) {
  describeEscapes(name, open, [...languageAttempts, ...machineAttempts]);
}
