/**
 * How long a row that nothing refers to is left alone, on the database's clock: longer than any write that may still be
 * under way (the journal writer tries for a minute), and long enough to copy the files after a dump (docs/guide/backup.md).
 */
export const graceSql = `interval '1 hour'`;
