/**
 * One server-sent event stream with what the browser leaves out: it resumes from the last id after any gap, is closed
 * while the page is hidden (browsers allow six streams per host over all tabs) and tells whether it is connected.
 */

/** The part of `EventSource` that is used; tests give their own. */
export interface EventChannel {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface PageVisibility {
  readonly hidden: boolean;
  subscribe(onChange: () => void): () => void;
}

export type StreamState = 'connecting' | 'open' | 'paused' | 'closed';

export interface StreamOptions {
  /** Builds the address that resumes after an event id; undefined: from the start. */
  url(after: string | undefined): string;
  /** Names of the events; "message" is always heard. */
  types: readonly string[];
  onEvent(type: string, data: unknown, id: string): void;
  onState?(state: StreamState): void;
  /** Resume after this event. */
  after?: string;
  open?(url: string): EventChannel;
  page?: PageVisibility;
  /** Milliseconds before a refused stream is tried again. */
  retryMs?: number;
}

const closed = 2;

const browserPage: PageVisibility = {
  get hidden() {
    return document.hidden;
  },
  subscribe(onChange) {
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
  },
};

/** Opens the stream; the function that comes back closes it for good. */
export function openEventStream(options: StreamOptions): () => void {
  const {
    page = browserPage,
    open = (url) => new EventSource(url) as EventChannel,
    retryMs = 3_000,
  } = options;
  let last = options.after;
  let channel: EventChannel | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const tell = (state: StreamState) => options.onState?.(state);

  const disconnect = () => {
    clearTimeout(timer);
    channel?.close();
    channel = undefined;
  };

  const connect = () => {
    if (ended || channel || page.hidden) return;
    const current = open(options.url(last));
    channel = current;
    tell('connecting');
    for (const type of ['message', ...options.types]) {
      current.addEventListener(type, (event) => {
        if (ended || channel !== current) return;
        if (event.lastEventId !== '') last = event.lastEventId;
        options.onEvent(type, parseData(event.data), event.lastEventId);
      });
    }
    current.addEventListener('open', () => channel === current && tell('open'));
    current.addEventListener('error', () => {
      if (channel !== current) return;
      tell('connecting');
      if (current.readyState !== closed) return;
      disconnect();
      timer = setTimeout(connect, retryMs);
    });
  };

  const unsubscribe = page.subscribe(() => {
    if (!page.hidden) return connect();
    disconnect();
    if (!ended) tell('paused');
  });

  connect();
  return () => {
    if (ended) return;
    ended = true;
    unsubscribe();
    disconnect();
    tell('closed');
  };
}

function parseData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
