/** Attempts in Python, with what each of them has in front. */
import type { EscapeAttempt, EscapeClass } from './escape-attempt.ts';

/** `each`: what the acts gave or how they were refused. `escaped`: says that something was reached. */
export const pythonActs = `def each(*acts):
    out = []
    for act in acts:
        try:
            out.append(str(act())[:2000])
        except BaseException as error:
            out.append('refused: ' + type(error).__name__)
    return out
def escaped(value):
    return 'ESCAPED ' + str(value)`;

export function definePythonAttempt(
  head: string,
): (kind: EscapeClass, name: string, source: string) => EscapeAttempt {
  return (kind, name, source) => ({
    class: kind,
    name,
    language: 'python',
    source: `${head}${source.replace(/^\n/, '')}`,
  });
}
