import { en } from './en.ts';
import { enCode } from './en-code.ts';
import { enDoubt } from './en-doubt.ts';
import { enRecovery } from './en-recovery.ts';
import { enSettings } from './en-settings.ts';

/** All texts in English; they define the keys. */
export const english = { ...en, ...enCode, ...enDoubt, ...enRecovery, ...enSettings } as const;

export type English = typeof english;
