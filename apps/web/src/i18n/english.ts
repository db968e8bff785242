import { en } from './en.ts';
import { enRecovery } from './en-recovery.ts';

/** All texts in English; they define the keys. */
export const english = { ...en, ...enRecovery } as const;

export type English = typeof english;
