import type { RouteOptions } from 'fastify';
import { shortBoundsMs, Tally } from './tally.ts';

/** Answers of one method and route template. */
export class RouteTally {
  readonly method: string;
  readonly route: string;
  /** By class: 0 stands for 1xx, 4 for 5xx. */
  readonly classes = [0, 0, 0, 0, 0];
  readonly durationMs = new Tally(shortBoundsMs);

  constructor(method: string, route: string) {
    this.method = method;
    this.route = route;
  }

  add(status: number, durationMs: number): void {
    this.addStatus(status);
    this.durationMs.add(durationMs);
  }

  /** An answer whose length says nothing of us: a stream that lasts until its reader goes. */
  addStatus(status: number): void {
    const at = Math.trunc(status / 100) - 1;
    if (at in this.classes) this.classes[at]! += 1;
  }
}

/**
 * Requests by route template. A route's tally is found once, when the route is made: a request costs no look-up, and no
 * address that a client makes up becomes a label.
 */
export class HttpCounts {
  readonly #tallies = new Map<string, RouteTally>();

  tallies(): RouteTally[] {
    return [...this.#tallies.values()];
  }

  tallyOf(method: string, route: string): RouteTally {
    const key = `${method} ${route}`;
    let tally = this.#tallies.get(key);
    if (!tally) {
      tally = new RouteTally(method, route);
      this.#tallies.set(key, tally);
    }
    return tally;
  }

  /** For the router's hook: from now on this route counts its answers. */
  follow(route: RouteOptions): void {
    const label = toRouteLabel(route.url);
    const methods = [route.method].flat();
    const [only] = methods;
    const tally = methods.length === 1 ? this.tallyOf(only!, label) : undefined;
    const streams = route.config?.streams === true;
    const hooks = route.onResponse === undefined ? [] : [route.onResponse].flat();
    route.onResponse = [
      ...hooks,
      (request, reply, done) => {
        const found = tally ?? this.tallyOf(request.method, label);
        if (streams) found.addStatus(reply.statusCode);
        else found.add(reply.statusCode, reply.elapsedTime);
        done();
      },
    ];
  }
}

/** Files of the web app have a route each; they are one to whoever watches. */
function toRouteLabel(url: string): string {
  return /^\/(?:api|webhook|health|metrics)(?:\/|$)/.test(url) ? url : '/';
}
