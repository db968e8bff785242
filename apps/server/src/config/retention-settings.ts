import { z } from 'zod';
import { defineSetting as define } from './setting.ts';

const days = z.int().min(1).max(3_650);

/** What is kept where workflows say nothing. See docs/guide/retention.md. */
export const retentionSettings = z
  .strictObject({
    enabled: define(z.boolean().default(true), {
      env: ['NAVETTE_RETENTION_ENABLED'],
      about: 'Whether anything is deleted at all; see [Retention](retention.md).',
    }),
    executions: define(z.enum(['all', 'errors', 'none']).default('all'), {
      env: ['NAVETTE_RETENTION_EXECUTIONS'],
      about:
        'Which ended executions are kept: all, those that did not succeed, or none. Workflows may say otherwise.',
    }),
    days: define(days.default(30), {
      env: ['NAVETTE_RETENTION_DAYS'],
      about: 'Days that the data of kept executions stays. Workflows may say otherwise.',
    }),
    summaryDays: define(days.default(90), {
      env: ['NAVETTE_RETENTION_SUMMARY_DAYS'],
      about: 'Days that kept executions stay listed, with their status and their times.',
    }),
    uploadDays: define(days.default(30), {
      env: ['NAVETTE_RETENTION_UPLOAD_DAYS'],
      about: 'Days that an uploaded file stays which no execution and no workflow names.',
    }),
    intervalMinutes: define(z.int().min(1).max(1_440).default(60), {
      env: ['NAVETTE_RETENTION_INTERVAL_MINUTES'],
      about: 'Minutes between two rounds of deletion.',
    }),
  })
  .prefault({});
