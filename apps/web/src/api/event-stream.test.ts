import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EventChannel, openEventStream, type PageVisibility, type StreamState } from './event-stream.ts';

class FakeChannel implements EventChannel {
  readyState = 0;
  isClosed = false;
  readonly url: string;
  readonly #listeners = new Map<string, ((event: MessageEvent<string>) => void)[]>();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  close() {
    this.isClosed = true;
  }

  emit(type: string, data = '', lastEventId = '') {
    for (const listener of this.#listeners.get(type) ?? []) {
      listener({ data, lastEventId } as MessageEvent<string>);
    }
  }
}

class FakePage implements PageVisibility {
  hidden = false;
  #listener: () => void = () => {};

  subscribe(onChange: () => void) {
    this.#listener = onChange;
    return () => {
      this.#listener = () => {};
    };
  }

  show(visible: boolean) {
    this.hidden = !visible;
    this.#listener();
  }
}

function openFake(after?: string) {
  const channels: FakeChannel[] = [];
  const events: [string, unknown, string][] = [];
  const states: StreamState[] = [];
  const page = new FakePage();
  const close = openEventStream({
    url: (last) => `/events?after=${last ?? ''}`,
    types: ['changed'],
    onEvent: (type, data, id) => events.push([type, data, id]),
    onState: (state) => states.push(state),
    open(url) {
      const channel = new FakeChannel(url);
      channels.push(channel);
      return channel;
    },
    page,
    retryMs: 1_000,
    ...(after === undefined ? {} : { after }),
  });
  return { channels, events, states, page, close };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('openEventStream', () => {
  test('passes named and unnamed events on, parsed', () => {
    const { channels, events } = openFake('1.0');
    expect(channels[0]!.url).toBe('/events?after=1.0');
    channels[0]!.emit('changed', '{"a":1}', '2.0');
    channels[0]!.emit('message', '[2]', '2.1');
    channels[0]!.emit('other', '{}', '2.2');
    channels[0]!.emit('message', 'not json', '2.3');
    expect(events).toEqual([
      ['changed', { a: 1 }, '2.0'],
      ['message', [2], '2.1'],
      ['message', undefined, '2.3'],
    ]);
  });

  test('comes back after a refusal, from the last event', () => {
    const { channels, states } = openFake();
    channels[0]!.emit('open');
    channels[0]!.emit('changed', '{}', '7.3');
    channels[0]!.readyState = 2;
    channels[0]!.emit('error');
    expect(channels).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect(channels.map((channel) => channel.url)).toEqual(['/events?after=', '/events?after=7.3']);
    expect(states).toEqual(['connecting', 'open', 'connecting', 'connecting']);
  });

  test('leaves a reconnect that the browser does to the browser', () => {
    const { channels } = openFake();
    channels[0]!.emit('error');
    vi.advanceTimersByTime(5_000);
    expect(channels).toHaveLength(1);
    expect(channels[0]!.isClosed).toBe(false);
  });

  test('gives its connection back while the page is hidden', () => {
    const { channels, page, states } = openFake();
    channels[0]!.emit('changed', '{}', '3.0');
    page.show(false);
    expect(channels[0]!.isClosed).toBe(true);
    page.show(true);
    expect(channels[1]!.url).toBe('/events?after=3.0');
    expect(states).toEqual(['connecting', 'paused', 'connecting']);
  });

  test('is over once closed: no event, no reconnect', () => {
    const { channels, events, page, close, states } = openFake();
    close();
    close();
    channels[0]!.emit('changed', '{}', '1.0');
    page.show(false);
    page.show(true);
    vi.advanceTimersByTime(10_000);
    expect(events).toEqual([]);
    expect(channels).toHaveLength(1);
    expect(states).toEqual(['connecting', 'closed']);
  });

  test('may be closed from within an event', () => {
    const { channels, events, close } = openFake();
    channels[0]!.addEventListener('changed', () => close());
    channels[0]!.emit('changed', '{}', '1.0');
    channels[0]!.emit('changed', '{}', '1.1');
    expect(events).toHaveLength(1);
  });
});
