import { expressionErrors } from '../errors.ts';
import { optionalText, textArgument } from '../methods/arguments.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { Namespace, View } from '../runtime/values.ts';
import { createMembers } from './native.ts';

/** `$prevNode`; undefined for the first node of an execution. */
export function createPrevNode({ scope }: Evaluation): object | undefined {
  return scope.prevNode && { ...scope.prevNode };
}

/** `$execution`, with links to steps that wait and the custom data that may be read. */
export function createExecution({ scope }: Evaluation): object {
  const { id, mode, resumeUrl, resumeFormUrl, customData } = scope.execution;
  return {
    id,
    mode,
    resumeUrl,
    resumeFormUrl,
    links: new Namespace(
      createMembers({
        resume: (evaluation, [node]) => scope.execution.links?.resume(optionalText(evaluation, node)),
        approval: (evaluation, [person, node]) =>
          scope.execution.links?.approval(
            textArgument(evaluation, person, 'links.approval'),
            optionalText(evaluation, node),
          ),
      }),
    ),
    customData: new Namespace(
      createMembers({
        get: (evaluation, [key]) => customData?.get(textArgument(evaluation, key, 'customData.get')),
        getAll: () => Object.fromEntries(customData ?? []),
        set: refuseSetting,
        setAll: refuseSetting,
      }),
    ),
  };
}

function refuseSetting(): never {
  const name = '$execution.customData.set';
  const hint = 'An expression only reads. Use a step that tags the execution.';
  throw expressionErrors.create('EXPRESSION_UNSUPPORTED', { params: { name, hint } });
}

type Values = ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>;

/** `$vars` and `$env`. */
export function createVariables(name: string, values: Values): Variables {
  return new Variables(name, values);
}

class Variables extends View {
  readonly name: string;
  readonly #values: Values;

  constructor(name: string, values: Values) {
    super();
    this.name = name;
    this.#values = values;
  }

  read(_evaluation: Evaluation, key: string): unknown {
    if (this.#values instanceof Map) return this.#values.get(key);
    return Object.hasOwn(this.#values, key) ? (this.#values as Record<string, unknown>)[key] : undefined;
  }

  keys(): readonly string[] {
    return this.#values instanceof Map ? [...this.#values.keys()] : Object.keys(this.#values);
  }
}
