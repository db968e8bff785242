import { en } from './en.ts';
import { enCode } from './en-code.ts';
import { enDoubt } from './en-doubt.ts';
import { enJail } from './en-jail.ts';
import { enPolicy } from './en-policy.ts';
import { enRecovery } from './en-recovery.ts';
import { enSettings } from './en-settings.ts';

/** All texts in English; they define the keys. */
export const english = {
  ...en,
  ...enCode,
  ...enDoubt,
  ...enJail,
  ...enPolicy,
  ...enRecovery,
  ...enSettings,
} as const;

export type English = typeof english;
