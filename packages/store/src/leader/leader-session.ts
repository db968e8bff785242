/**
 * Leadership among the processes of one database: a session lock of Postgres, held by a connection of its own.
 *
 * L1. At most one session holds the lock. It is free the moment that the connection of its holder ends, however that
 *     process ended.
 * L2. A holder whose process stands still keeps its connection. Its row grows old by the clock of the database, and
 *     whoever stands for election then ends that connection.
 * L3. A leader that cannot prove its leadership (a beat that fails or changes no row) gives it up at once.
 * L4. Between L2 and L3 two processes may believe that they lead: what a leader does must be harmless when done by two.
 */
import pg from 'pg';
import { keepAliveAfterMs } from '../keep-alive.ts';

/** Any number, the same in every version: "navett" in ASCII. */
const lockKey = '121364877243508';
const queryTimeoutMs = 3_000;

export interface LeaderHolder {
  /** Bare UUID, new for each process. */
  id: string;
  host: string;
  pid: number;
  version: string;
}

export interface CandidateOptions {
  connectionString: string;
  holder: LeaderHolder;
  /** Silence after which a leader is unseated. */
  staleMs: number;
  /** Called once when the connection ends by itself, and with it the leadership if it was had. */
  onEnded(reason: string): void;
}

/** One connection that stands for election, and holds the leadership once it has it. */
export class LeaderSession {
  readonly #client: pg.Client;
  readonly #options: CandidateOptions;
  /** Of a leader that was silent when last looked at: it is unseated when it still is. */
  #staleTerm: number | undefined;
  #term: number | undefined;
  #open = true;

  private constructor(client: pg.Client, options: CandidateOptions) {
    this.#client = client;
    this.#options = options;
    client.on('error', (error) => this.#end(error.message));
    client.on('end', () => this.#end('the connection was ended'));
  }

  static async open(options: CandidateOptions): Promise<LeaderSession> {
    const client = new pg.Client({
      connectionString: options.connectionString,
      application_name: 'navette leader',
      connectionTimeoutMillis: queryTimeoutMs,
      query_timeout: queryTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveAfterMs,
    });
    const session = new LeaderSession(client, options);
    await client.connect();
    return session;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Tries once to become the leader. */
  async tryLead(): Promise<boolean> {
    const { id, host, pid, version } = this.#options.holder;
    const locked = await this.#client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1::bigint) AS locked',
      [lockKey],
    );
    if (!locked.rows[0]?.locked) {
      await this.#unseatSilent();
      return false;
    }
    const elected = await this.#client.query<{ term: number }>(
      `INSERT INTO scheduler_leader AS l (holder, host, pid, version, term, elected_at, beat_at)
       VALUES ($1, $2, $3, $4, 1, now(), now())
       ON CONFLICT (only_row) DO UPDATE SET holder = $1, host = $2, pid = $3, version = $4, term = l.term + 1,
         elected_at = now(), beat_at = now()
       RETURNING term::int AS term`,
      [id, host, pid, version],
    );
    this.#term = elected.rows[0]!.term;
    return true;
  }

  /** Proves the leadership and says so to the others. False when it is lost; the connection is ended then. */
  async beat(): Promise<boolean> {
    try {
      const beat = await this.#client.query(
        'UPDATE scheduler_leader SET beat_at = now() WHERE holder = $1 AND term = $2',
        [this.#options.holder.id, this.#term],
      );
      if (beat.rowCount === 1 && this.#open) return true;
      this.#end('another process leads');
    } catch (error) {
      // Whatever the reason: without proof there is no leadership (L3).
      this.#end((error as Error).message);
    }
    return false;
  }

  /** Gives the leadership to whoever comes next. */
  async close(): Promise<void> {
    this.#open = false;
    await this.#client.end();
  }

  async #unseatSilent(): Promise<void> {
    const found = await this.#client.query<{ term: number; silent: boolean }>(
      `SELECT term::int AS term, beat_at < now() - make_interval(secs => $1::float8 / 1000) AS silent
       FROM scheduler_leader`,
      [this.#options.staleMs],
    );
    const leader = found.rows[0];
    const silentTerm = leader?.silent ? leader.term : undefined;
    // Twice in a row: a leader that was elected this moment has not written its row yet.
    if (silentTerm !== undefined && silentTerm === this.#staleTerm) {
      await this.#client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 1
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND (classid::bigint << 32 | objid::bigint) = $1::bigint`,
        [lockKey],
      );
    }
    this.#staleTerm = silentTerm;
  }

  #end(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#options.onEnded(reason);
    this.#client.end().catch(() => {
      // It is broken already: the lock goes with the socket.
    });
  }
}
