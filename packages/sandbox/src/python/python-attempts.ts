/**
 * Attempts in Python. The language keeps nothing back: each has the whole interpreter, and what is tried is the jail
 * around it. What is said with "ESCAPED" is said only of what cannot be the jail's own.
 */
import type { EscapeAttempt } from '../testing/escape-attempts/escape-attempt.ts';
import { fileAttempts } from './file-attempts.ts';
import { hostAttempts } from './host-attempts.ts';
import { interpreterAttempts } from './interpreter-attempts.ts';
import { processAttempts } from './process-attempts.ts';

export const pythonAttempts: readonly EscapeAttempt[] = [
  ...fileAttempts,
  ...processAttempts,
  ...hostAttempts,
  ...interpreterAttempts,
];
