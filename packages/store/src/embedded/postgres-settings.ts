/** The database, its owner and the port number that names the socket file. They never leave this machine. */
export const embeddedDatabase = 'navette';
export const embeddedUser = 'navette';
export const embeddedPort = 5432;

export interface PostgresSettings {
  socketDir: string;
  /** False only for throw-away databases of tests. */
  fsync: boolean;
  maxConnections: number;
}

/**
 * Command-line settings. They are all given here and not in postgresql.conf, so that two starts with the same settings
 * have the same command line: that is how a running Postgres is recognised as one that this version may take over.
 */
export function encodePostgresArguments(dataPath: string, settings: PostgresSettings): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '',
    port: embeddedPort,
    unix_socket_directories: settings.socketDir,
    unix_socket_permissions: '0700',
    max_connections: settings.maxConnections,
    shared_buffers: '96MB',
    // Reads and writes in the backend itself: three processes fewer than PostgreSQL 18's worker pool.
    io_method: 'sync',
    max_worker_processes: 4,
    max_parallel_workers_per_gather: 1,
    max_wal_senders: 0,
    max_logical_replication_workers: 0,
    wal_compression: 'on',
    // Segments up to this are used again in place of making new ones.
    min_wal_size: '128MB',
    max_wal_size: '512MB',
    checkpoint_timeout: '10min',
    random_page_cost: 1.1,
    jit: 'off',
    autovacuum_max_workers: 2,
    autovacuum_vacuum_scale_factor: 0.05,
    autovacuum_analyze_scale_factor: 0.05,
    // A backend whose server was killed stops its query instead of finishing it for nobody.
    client_connection_check_interval: '2s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // Statements and the DETAIL of errors hold people's data: they stay out of the log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    fsync: settings.fsync ? 'on' : 'off',
    synchronous_commit: settings.fsync ? 'on' : 'off',
    full_page_writes: settings.fsync ? 'on' : 'off',
  };
  return ['-D', dataPath, ...Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** The line that Postgres writes to postmaster.opts for this command. */
export function encodePostmasterOptions(binary: string, args: readonly string[]): string {
  return `${binary} ${args.map((argument) => `"${argument}"`).join(' ')}`;
}
