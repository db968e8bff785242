import { describeEngines } from '../code/describe-engines.ts';
import { openCodeEngines } from '../code/open-code-engines.ts';
import type { CodeSettings } from './code-settings.ts';
import type { Finding } from './doctor.ts';

/** Which engines for code run on this machine. One that does not is no obstacle to the start. */
export async function checkCode(settings: CodeSettings): Promise<Finding> {
  const engines = openCodeEngines(settings);
  try {
    const reports = await engines.report();
    const message = `Code: ${describeEngines(reports)}`;
    // Few workflows ask for Python; where it lacks the jail alone, V8 lacks it too.
    const needed = reports.filter(({ engine }) => engine !== 'python');
    if (needed.every(({ availability }) => availability.available)) {
      return { check: 'code', status: 'ok', message };
    }
    const help =
      'Install bubblewrap (package bubblewrap, command bwrap), or set NAVETTE_CODE_ALLOW_WITHOUT_JAIL=true for code that you trust. QuickJS needs neither.';
    return { check: 'code', status: 'warn', message, help };
  } finally {
    await engines.close();
  }
}
