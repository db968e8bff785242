import type { S3Options } from '@navette/store';
import { z } from 'zod';
import { defineSetting as define } from './setting.ts';

/** Where the bytes of files go. */
export const artifactSettings = z
  .strictObject({
    storage: define(z.enum(['files', 's3']).default('files'), {
      env: ['NAVETTE_ARTIFACTS_STORAGE'],
      about: 'Where new files go: the data folder, or a bucket of an S3-compatible storage.',
    }),
    endpoint: define(
      z
        .url({ protocol: /^https?$/ })
        .overwrite((text) => text.replace(/\/$/, ''))
        .refine((text) => URL.parse(text)?.origin === text, 'expected scheme and host only')
        .optional(),
      {
        env: ['NAVETTE_ARTIFACTS_ENDPOINT'],
        about: 'Address of the storage, such as `https://s3.eu-west-3.amazonaws.com`.',
      },
    ),
    bucket: define(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected the name of a bucket')
        .optional(),
      { env: ['NAVETTE_ARTIFACTS_BUCKET'], about: 'Bucket for files. It has to be there.' },
    ),
    region: define(z.string().min(1).max(64).default('us-east-1'), {
      env: ['NAVETTE_ARTIFACTS_REGION'],
      about: 'Region that requests are signed for.',
    }),
    accessKeyId: define(z.string().min(1).optional(), {
      env: ['NAVETTE_ARTIFACTS_ACCESS_KEY_ID'],
      about: 'Id of the access key for the bucket.',
      secret: true,
    }),
    secretAccessKey: define(z.string().min(1).optional(), {
      env: ['NAVETTE_ARTIFACTS_SECRET_ACCESS_KEY'],
      about: 'Secret of the access key. It may read, write, delete and list.',
      secret: true,
    }),
    pathStyle: define(z.boolean().default(true), {
      env: ['NAVETTE_ARTIFACTS_PATH_STYLE'],
      about: 'Whether the bucket is named in the path (`true`: most storages) or in the host name (AWS).',
    }),
    prefix: define(
      z
        .string()
        .regex(/^([A-Za-z0-9._-]+\/)*$/, 'expected folders that end with a slash')
        .default(''),
      {
        env: ['NAVETTE_ARTIFACTS_PREFIX'],
        about:
          'In front of every key, such as `navette/`. Two installations must not share bucket and prefix.',
      },
    ),
  })
  .prefault({});

type ArtifactSettings = z.infer<typeof artifactSettings>;

/** Undefined: files stay in the data folder. */
export function toS3Options(artifacts: ArtifactSettings): S3Options | undefined {
  const { storage, endpoint, bucket, region, accessKeyId, secretAccessKey, pathStyle, prefix } = artifacts;
  if (storage === 'files' || !endpoint || !bucket || !accessKeyId || !secretAccessKey) return undefined;
  return { endpoint, bucket, region, accessKeyId, secretAccessKey, pathStyle, prefix };
}

/** Whether everything is there that the storage needs. */
export function isComplete(artifacts: ArtifactSettings): boolean {
  return artifacts.storage === 'files' || toS3Options(artifacts) !== undefined;
}
