/**
 * Parts of the app that come when they are needed. While the server is away the page stays and the part is asked for again;
 * a reload would give way to the error page of the browser, which never comes back by itself.
 */
import { routes } from '@navette/contracts';
import { callRoute } from './call-route.ts';

/** What `loadPart` needs of the browser. */
export interface PartWorld {
  isServerThere(): Promise<boolean>;
  pause(): Promise<void>;
  /** False when that was done a moment ago. */
  reload(): boolean;
}

/** Throws what `load` throws when the server is there, and the page was loaded anew a moment ago. */
export async function loadPart<T>(load: () => Promise<T>, world: PartWorld = browser): Promise<T> {
  for (let refusals = 0; ; ) {
    try {
      return await load();
    } catch (error) {
      if (!(await world.isServerThere())) {
        await world.pause();
        continue;
      }
      refusals += 1;
      // It may have come back just now.
      if (refusals === 1) continue;
      // After an update of the server a page from before asks for files that are gone.
      if (!world.reload()) throw error;
      return new Promise(() => {});
    }
  }
}

const storageKey = 'navette-reloaded-at';
const minBetweenReloadsMs = 60_000;

const browser: PartWorld = {
  isServerThere: () =>
    callRoute(routes.healthLive, {}).then(
      () => true,
      () => false,
    ),
  pause: () => new Promise((resolve) => setTimeout(resolve, 1_000)),
  reload() {
    const before = Number(window.sessionStorage.getItem(storageKey) ?? 0);
    if (Date.now() - before < minBetweenReloadsMs) return false;
    window.sessionStorage.setItem(storageKey, String(Date.now()));
    window.location.reload();
    return true;
  },
};
