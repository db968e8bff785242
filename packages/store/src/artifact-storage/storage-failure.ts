import { storeErrors } from '../repositories/store-error.ts';

const fullDiskCodes = new Set(['ENOSPC', 'EDQUOT']);

/** A full disk by its name; anything else as it is. */
export function toWriteError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !fullDiskCodes.has(code)) return error;
  return storeErrors.create('ARTIFACT_DISK_FULL', { cause: error });
}
