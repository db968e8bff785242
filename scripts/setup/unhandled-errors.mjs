/** A reporter for Vitest that writes what failed outside of every test to NAVETTE_UNHANDLED_ERRORS, where anything did. */
import { writeFileSync } from 'node:fs';

export default class UnhandledErrors {
  onTestRunEnd(_modules, errors) {
    const path = process.env.NAVETTE_UNHANDLED_ERRORS;
    if (path && errors.length > 0) writeFileSync(path, errors.map((error) => error.message).join('\n'));
  }
}
