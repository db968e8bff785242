/** Links to waiting steps, for the expressions of the steps before them: `$execution.resumeUrl`, `$execution.links`. */
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import type { LinkTarget } from '../link-source.ts';
import type { StepState } from '../state/execution-state.ts';
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
      const node = links && this.#findNext('resume');
      this.#resumeUrl = { url: node && links.resumeUrl(this.#targetOf(node)) };
    }
    return this.#resumeUrl.url;
  }

  /** @throws LINK_NO_STEP */
  resume(nodeName?: string): string {
    return this.#source.resumeUrl(this.#targetOf(this.#find('resume', nodeName)));
  }

  /** @throws LINK_NO_STEP, LINK_NO_PERSON */
  approval(person: string, nodeName?: string): string {
    const address = person.trim().toLowerCase();
    if (!/^[^\s@]+@[^\s@]+$/.test(address) || address.length > 320)
      throw engineErrors.create('LINK_NO_PERSON', { params: { person } });
    return this.#source.approvalUrl(this.#targetOf(this.#find('approval', nodeName)), address);
  }

  get #source() {
    const { links } = this.#host.deps;
    if (!links) throw new Error('This engine was given no source of links');
    return links;
  }

  #find(kind: LinkKind, name: string | undefined): CompiledNode {
    const { workflow } = this.#host.state;
    const named = name === undefined ? undefined : workflow.nodes[workflow.indexByName.get(name) ?? -1];
    const node = name === undefined ? this.#findNext(kind) : named;
    if (node && linkOf(node) === kind) return node;
    const { name: from } = workflow.nodes[this.#step.index]!.node;
    const what = kind === 'resume' ? 'a request' : 'a decision';
    throw engineErrors.create('LINK_NO_STEP', { params: { node: from, what } });
  }

  /** The step itself, or the nearest one that it leads to. */
  #findNext(kind: LinkKind): CompiledNode | undefined {
    const { nodes } = this.#host.state.workflow;
    const pending = [this.#step.index];
    const seen = new Set(pending);
    for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
      const node = nodes[at]!;
      if (linkOf(node) === kind) return node;
      for (const { to } of node.outgoing) {
        if (seen.has(to)) continue;
        seen.add(to);
        pending.push(to);
      }
    }
    return undefined;
  }

  #targetOf(node: CompiledNode): LinkTarget {
    const { id, createdAt } = this.#host.execution;
    return { executionId: id, path: node.node.id, expiresAt: createdAt + validForMs };
  }
}

function linkOf({ definition }: CompiledNode): LinkKind | undefined {
  return definition.kind === 'node' ? definition.link : undefined;
}
