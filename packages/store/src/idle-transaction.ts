/**
 * How long a transaction may sit idle: Postgres ends the session then, and its locks with it. Shorter than the lease of a
 * worker as it is by default, so that a process that stands still in the middle of a transaction cannot hold up those who take over
 * its work: burying a worker waits for the share lock that a batch of it has on its row.
 */
export const idleTransactionLimitMs = 2_500;
