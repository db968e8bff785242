const storageKey = 'navette-reloaded-at';
const pauseMs = 60_000;

/** After an update of the server a page from before asks for files that are gone: load it anew, once. */
export function reloadOnceWhenOutdated(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const before = Number(window.sessionStorage.getItem(storageKey) ?? 0);
    if (Date.now() - before < pauseMs) return;
    event.preventDefault();
    window.sessionStorage.setItem(storageKey, String(Date.now()));
    window.location.reload();
  });
}
