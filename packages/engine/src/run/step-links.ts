/** Links to waiting steps, for the expressions of the steps before them: `$execution.resumeUrl`, `$execution.links`. */
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import type { LinkTarget } from '../link-source.ts';
import type { StepState } from '../state/execution-state.ts';
import type { Scope } from '../state/scope.ts';
import type { StepHost } from './step-host.ts';

/** How long after the start of its execution a link is good, if its step waits that long. */
const validForMs = 366 * 86_400_000;

type LinkKind = 'resume' | 'approval';

export class StepLinks {
  readonly #host: StepHost;
  readonly #step: StepState;
  /** Asked for with every item that mentions the execution. */
  #resumeUrl: { url: string | undefined } | undefined;

  constructor(host: StepHost, step: StepState) {
    this.#host = host;
    this.#step = step;
  }

  /** Of the next step that waits for a request; undefined when there is none. */
  get resumeUrl(): string | undefined {
    if (!this.#resumeUrl) {
      const { links } = this.#host.deps;
      const target = links && this.#findNext('resume');
      this.#resumeUrl = { url: target && links.resumeUrl(target) };
    }
    return this.#resumeUrl.url;
  }

  /** @throws LINK_NO_STEP */
  resume(nodeName?: string): string {
    return this.#source.resumeUrl(this.#find('resume', nodeName));
  }

  /** @throws LINK_NO_STEP, LINK_NO_PERSON */
  approval(person: string, nodeName?: string): string {
    const address = person.trim().toLowerCase();
    if (!/^[^\s@]+@[^\s@]+$/.test(address) || address.length > 320)
      throw engineErrors.create('LINK_NO_PERSON', { params: { person } });
    return this.#source.approvalUrl(this.#find('approval', nodeName), address);
  }

  get #source() {
    const { links } = this.#host.deps;
    if (!links) throw new Error('This engine was given no source of links');
    return links;
  }

  #find(kind: LinkKind, name: string | undefined): LinkTarget {
    const target = name === undefined ? this.#findNext(kind) : this.#findNamed(kind, name);
    if (target) return target;
    const { name: from } = this.#step.node.node;
    const what = kind === 'resume' ? 'a request' : 'a decision';
    throw engineErrors.create('LINK_NO_STEP', { params: { node: from, what } });
  }

  /** Of the pass that the step is in, or around it: a pass that has not begun has no steps yet. */
  #findNamed(kind: LinkKind, name: string): LinkTarget | undefined {
    const { workflow } = this.#host.state;
    const node = workflow.nodes[workflow.indexByName.get(name) ?? -1];
    if (!node || linkOf(node) !== kind) return undefined;
    for (const scope of listAround(this.#step)) {
      if (scope.region === node.region) return this.#targetOf(scope, node);
    }
    return undefined;
  }

  /** The step itself, or the nearest one that it leads to: first in its pass, then after the loop around it. */
  #findNext(kind: LinkKind): LinkTarget | undefined {
    const { nodes } = this.#host.state.workflow;
    let from = this.#step.node;
    for (const scope of listAround(this.#step)) {
      const pending = [from];
      const seen = new Set(pending);
      for (let node = pending.shift(); node; node = pending.shift()) {
        if (linkOf(node) === kind) return this.#targetOf(scope, node);
        for (const { to } of node.outgoing) {
          const next = nodes[to]!;
          if (seen.has(next)) continue;
          seen.add(next);
          pending.push(next);
        }
      }
      if (scope.owner) from = scope.owner.node;
    }
    return undefined;
  }

  #targetOf(scope: Scope, node: CompiledNode): LinkTarget {
    const { id, createdAt, projectId } = this.#host.execution;
    const path = `${scope.prefix}${node.node.id}`;
    return { projectId, executionId: id, path, expiresAt: createdAt + validForMs };
  }
}

/** The pass that a step is in, the one around that, and so on to the whole execution. */
function* listAround(step: StepState): Generator<Scope> {
  for (let scope: Scope | undefined = step.scope; scope; scope = scope.owner?.scope) yield scope;
}

function linkOf({ definition }: CompiledNode): LinkKind | undefined {
  return definition.kind === 'node' ? definition.link : undefined;
}
