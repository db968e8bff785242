/** Calls within one turn of the event loop become one, when everything that is ready has been done. */
export function oncePerTurn(act: () => void): () => void {
  let isPlanned = false;
  return () => {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      act();
    });
  };
}
