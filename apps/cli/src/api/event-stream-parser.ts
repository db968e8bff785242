/**
 * Server-sent events from text that arrives in pieces (WHATWG HTML, "Interpreting an event stream"). A piece may end
 * anywhere: inside a line, or between the two characters of a line end.
 */

export interface ServerSentEvent {
  /** "message" when the stream names none. */
  type: string;
  data: string;
  /** The last id that the stream gave, with this event or before it. */
  id: string;
}

export class EventStreamParser {
  #line = '';
  #afterReturn = false;
  #first = true;
  #type = '';
  #data: string[] = [];
  #id = '';
  /** What the stream asked to wait before reconnecting. */
  retryMs: number | undefined;

  /** Gives the events that the text completes. */
  push(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text[at];
      if (character !== '\n' && character !== '\r') {
        this.#afterReturn = false;
        continue;
      }
      const closesPair = character === '\n' && this.#afterReturn;
      if (!closesPair) {
        const event = this.#endLine(this.#line + text.slice(start, at));
        if (event) events.push(event);
        this.#line = '';
      }
      this.#afterReturn = character === '\r';
      start = at + 1;
    }
    this.#line += text.slice(start);
    return events;
  }

  #endLine(raw: string): ServerSentEvent | undefined {
    const line = this.#first && raw.startsWith('\uFEFF') ? raw.slice(1) : raw;
    this.#first = false;
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    const rest = colon < 0 ? '' : line.slice(colon + 1);
    this.#setField(field, rest.startsWith(' ') ? rest.slice(1) : rest);
    return undefined;
  }

  #setField(field: string, value: string): void {
    if (field === 'event') this.#type = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
  }

  #dispatch(): ServerSentEvent | undefined {
    const [type, data] = [this.#type || 'message', this.#data];
    this.#type = '';
    this.#data = [];
    return data.length === 0 ? undefined : { type, data: data.join('\n'), id: this.#id };
  }
}
