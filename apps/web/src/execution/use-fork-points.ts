import { routes } from '@navette/contracts';
import { useEffect, useState } from 'react';
import { formatRouteUrl } from '../api/call-route.ts';
import { openEventStream } from '../api/event-stream.ts';
import { type ForkPoint, toForkPoint } from './fork-points.ts';
import { parseLiveEvent } from './live-record.ts';

/** Of a long execution the last ones: a list of all would be of no use. */
const pointLimit = 5_000;

/** The points of an execution that has ended, once they are all read; undefined before. Reads only while it is `wanted`. */
export function useForkPoints(executionId: string, wanted: boolean): readonly ForkPoint[] | undefined {
  const [points, setPoints] = useState<readonly ForkPoint[]>();
  useEffect(() => {
    if (!wanted) return;
    setPoints(undefined);
    const found: ForkPoint[] = [];
    return openEventStream({
      url: (after) => formatRouteUrl(routes.streamExecution, { params: { executionId }, query: { after } }),
      types: [],
      onState() {},
      onEvent(_, data) {
        const event = parseLiveEvent(data);
        if (!event) return;
        const point = toForkPoint(event);
        if (point) found.push(point);
        if (found.length > pointLimit) found.shift();
        if (event.record.type === 'execution-finished') setPoints(found);
      },
    });
  }, [executionId, wanted]);
  return points;
}
