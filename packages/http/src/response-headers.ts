/**
 * Response headers by lower-case name, without a prototype. Repeated headers are joined by ", " (RFC 9110 §5.3), except
 * `set-cookie`, which can't be joined and is always a list.
 */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>;

/** From the flat [name, value, …] list of the wire. */
export function decodeResponseHeaders(raw: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    const value = raw[i + 1]!;
    const before = headers[name];
    if (name === 'set-cookie') headers[name] = before === undefined ? [value] : [...before, value];
    else headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

/** The value of a header as one text, whatever the spelling of its name; undefined when it is absent. */
export function readHeader(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}
