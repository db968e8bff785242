import { toNavetteError } from '@navette/kit';
import { S3Storage } from '@navette/store';
import { toS3Options } from './artifact-settings.ts';
import type { Finding } from './doctor.ts';
import type { Config } from './load-config.ts';

/** Whether the bucket for files answers and takes our key. The data folder has a check of its own. */
export async function checkArtifacts({ artifacts }: Pick<Config, 'artifacts'>): Promise<Finding | undefined> {
  const options = toS3Options(artifacts);
  if (options === undefined) return undefined;
  try {
    await new S3Storage(options).assertUsable();
    const message = `The bucket ${options.bucket} at ${new URL(options.endpoint).host} answers`;
    return { check: 'artifacts', status: 'ok', message };
  } catch (error) {
    const { message, help } = toNavetteError(error);
    return { check: 'artifacts', status: 'fail', message, help };
  }
}
