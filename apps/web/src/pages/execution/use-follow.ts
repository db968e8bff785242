import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';

/** So near to its end a list counts as read to the end. */
const nearPx = 32;

export interface Follow {
  /** Whether the end of the list is in view. */
  atEnd: boolean;
  toEnd(): void;
}

/** Keeps the end of a growing list in view, until the reader scrolls away from it. */
export function useFollow(list: RefObject<HTMLElement | null>, length: number, active: boolean): Follow {
  const [atEnd, setAtEnd] = useState(active);
  const toEnd = () => {
    const area = findScrollArea(list.current);
    if (area) area.scrollTop = area.scrollHeight;
  };
  const isEmpty = length === 0;
  useEffect(() => {
    const area = isEmpty || !active ? undefined : findScrollArea(list.current);
    if (!area) return;
    const read = () => setAtEnd(area.scrollHeight - area.scrollTop - area.clientHeight < nearPx);
    area.addEventListener('scroll', read, { passive: true });
    return () => area.removeEventListener('scroll', read);
  }, [list, active, isEmpty]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was at the end before the list grew stays there
  useLayoutEffect(() => {
    if (active && atEnd && length > 0) toEnd();
  }, [length, active]);
  return { atEnd, toEnd };
}

function findScrollArea(element: HTMLElement | null): HTMLElement | undefined {
  for (let one = element?.parentElement; one; one = one.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  }
  return undefined;
}
