import { routes } from '@navette/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { formatRouteUrl } from '../api/call-route.ts';
import { openEventStream, type StreamState } from '../api/event-stream.ts';
import { createStaleMarker } from '../api/stale-marker.ts';

const StateContext = createContext<StreamState>('connecting');

/** Keeps every list of the app fresh from the project's event stream. */
export function LiveProjectProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');
  useEffect(() => {
    const marker = createStaleMarker((queryKey) => void client.invalidateQueries({ queryKey }));
    let opened = false;
    const close = openEventStream({
      url: (after) => formatRouteUrl(routes.streamProject, { query: { after } }),
      types: ['execution-changed', 'workflow-changed', 'resync'],
      onEvent: (type, data) => marker.onEvent(type, data),
      onState(next) {
        setState(next);
        if (next === 'open') {
          if (opened) marker.onEvent('resync', undefined);
          opened = true;
        }
      },
    });
    return () => {
      close();
      marker.stop();
    };
  }, [client]);
  return <StateContext value={state}>{children}</StateContext>;
}

export function useLiveState(): StreamState {
  return use(StateContext);
}
