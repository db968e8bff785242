/** Finds who answers a request: fixed segments before parameters, as deep as the path. Built anew when webhooks change. */
import type { LiveWebhook } from '@navette/store';

export interface WebhookMatch {
  webhook: LiveWebhook;
  params: Record<string, string>;
}

/** Found; or the path is known and these methods are answered; or nothing is there. */
export type WebhookLookup = WebhookMatch | { allowed: string[] } | undefined;

interface Branch {
  fixed: Map<string, Branch>;
  parameter: Branch | undefined;
  /** By method, ANY included. */
  webhooks: Map<string, LiveWebhook>;
}

const anyMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

export class WebhookRouter {
  readonly #root = createBranch();

  constructor(webhooks: readonly LiveWebhook[]) {
    for (const webhook of webhooks) this.#add(webhook);
  }

  /** `path` is raw: "orders/42", neither slash nor query around it, still percent-encoded. */
  find(method: string, path: string): WebhookLookup {
    const segments = path.split('/');
    const values: string[] = [];
    const known: Branch[] = [];
    const webhook = this.#walk(this.#root, segments, 0, method, values, known);
    if (webhook) {
      const params = readParams(webhook.path, values);
      return params && { webhook, params };
    }
    if (known.length === 0) return undefined;
    const methods = known.flatMap((branch) => [...branch.webhooks.keys()]);
    return { allowed: methods.includes('ANY') ? anyMethods : [...new Set(methods)].sort() };
  }

  #add(webhook: LiveWebhook): void {
    let at = this.#root;
    for (const segment of webhook.path.split('/')) {
      if (segment.startsWith(':')) {
        at.parameter ??= createBranch();
        at = at.parameter;
      } else {
        let next = at.fixed.get(segment);
        if (!next) {
          next = createBranch();
          at.fixed.set(segment, next);
        }
        at = next;
      }
    }
    at.webhooks.set(webhook.method, webhook);
  }

  #walk(
    branch: Branch,
    segments: readonly string[],
    depth: number,
    method: string,
    values: string[],
    known: Branch[],
  ): LiveWebhook | undefined {
    if (depth === segments.length) {
      if (branch.webhooks.size > 0) known.push(branch);
      return (
        branch.webhooks.get(method) ?? (anyMethods.includes(method) ? branch.webhooks.get('ANY') : undefined)
      );
    }
    const segment = segments[depth]!;
    const fixed = branch.fixed.get(segment);
    const found = fixed && this.#walk(fixed, segments, depth + 1, method, values, known);
    if (found || branch.parameter === undefined || segment === '') return found;
    values[depth] = segment;
    return this.#walk(branch.parameter, segments, depth + 1, method, values, known);
  }
}

function createBranch(): Branch {
  return { fixed: new Map(), parameter: undefined, webhooks: new Map() };
}

/** Undefined when a value is no valid percent-encoding: nothing lives at such an address. */
function readParams(path: string, values: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  if (!path.includes(':')) return params;
  for (const [depth, segment] of path.split('/').entries()) {
    if (!segment.startsWith(':')) continue;
    const value = values[depth]!;
    try {
      params[segment.slice(1)] = value.includes('%') ? decodeURIComponent(value) : value;
    } catch {
      return undefined;
    }
  }
  return params;
}
