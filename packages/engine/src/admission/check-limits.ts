import type { WorkflowSettings } from '@navette/contracts';
import { compileTemplate } from '@navette/expression';
import { NavetteError } from '@navette/kit';

interface LimitIssue {
  /** JSON pointer into the definition. */
  path: string;
  message: string;
}

/** What is wrong with the keys of the limits of a workflow, as far as it can be known before it runs. */
export function checkLimits({ concurrency, rateLimit, trigger }: WorkflowSettings): LimitIssue[] {
  return [
    ...checkKey('/settings/concurrency/key', concurrency?.key),
    ...checkKey('/settings/rateLimit/key', rateLimit?.key),
    ...checkKey('/settings/trigger/key', trigger?.key),
  ];
}

function checkKey(path: string, template: string | undefined): LimitIssue[] {
  if (template === undefined) return [];
  try {
    const compiled = compileTemplate(template);
    if (!compiled.isExpression) {
      const message = 'must be an expression over the item of the trigger, such as "{{ $json.customer }}"';
      return [{ path, message }];
    }
    const [name] = compiled.references.nodes;
    if (name === undefined) return [];
    return [{ path, message: `refers to "${name}", but no node has run when the key is worked out` }];
  } catch (error) {
    if (!NavetteError.is(error)) throw error;
    return [{ path, message: error.message }];
  }
}
