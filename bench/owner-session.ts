const owner = { name: 'Bench', email: 'bench@example.com', password: 'a long password for bench' };

/** The API as the owner of a server under measurement, signed in. */
export class OwnerSession {
  readonly #headers: Record<string, string>;
  readonly #url: string;

  constructor(url: string, cookie: string) {
    this.#url = url;
    this.#headers = { cookie, origin: url };
  }

  /** On a server that nobody has signed up to. */
  static async signUp(url: string): Promise<OwnerSession> {
    return new OwnerSession(url, await readCookie(`${url}/api/v1/setup`, owner));
  }

  /** On a server, or another one of the same database, that `signUp` was called on. */
  static async signIn(url: string): Promise<OwnerSession> {
    const { email, password } = owner;
    return new OwnerSession(url, await readCookie(`${url}/api/v1/session`, { email, password }));
  }

  async get<T>(path: string): Promise<T> {
    return (await this.#call(path, { headers: this.#headers })) as T;
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const headers = { ...this.#headers, 'content-type': 'application/json' };
    return (await this.#call(path, { method: 'POST', headers, body: JSON.stringify(body) })) as T;
  }

  async #call(path: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

async function readCookie(url: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}
