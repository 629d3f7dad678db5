import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { CheckpointError, ConfigError, WorkingPapersError } from '@working-papers/grad';
import type { ObjectStore } from '@working-papers/paper-kit';
import { ServiceError, reasonOf } from './errors.ts';

/** A bucket, the prefix of all keys in it, and the server if it is not Amazon's. */
export interface S3Place {
  readonly bucket: string;
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region?: string;
}

/** What only tests and programs set; `wp` takes credentials from the AWS environment or profile. */
export interface S3Options {
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Attempts of one request before it counts as failed; default 5, with growing pauses. */
  readonly attempts?: number;
}

/**
 * Reads the address of a store.
 *
 * @param url - `s3://bucket/prefix`, with `?endpoint=http://host:9000` for a server that is not Amazon's
 * and `&region=` where neither environment nor profile has one.
 * @throws {ConfigError} If it is not of this form. Credentials in it are refused, because addresses are
 * printed and recorded.
 */
export function parseS3Url(url: string): S3Place {
  const form = 's3://bucket/prefix?endpoint=http://host:9000';
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 's3:' || parsed.hostname === '') {
    throw new ConfigError(`store "${url}": not the address of a bucket; expected ${form}`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new ConfigError(
      `store s3://${parsed.hostname}: credentials do not belong into the address; ` +
        'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  }
  const { endpoint, region, ...others } = Object.fromEntries(parsed.searchParams);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new ConfigError(`store "${url}": no parameter "${unknown}"; expected ${form}`);
  }
  const path = parsed.pathname.replaceAll(/^\/+|\/+$/g, '');
  return {
    bucket: parsed.hostname,
    prefix: path === '' ? '' : `${decodeURIComponent(path)}/`,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
  };
}

/**
 * Objects in an S3 bucket, or in a server that speaks its protocol and honours `If-None-Match` on
 * writes. Every object carries its SHA-256, which every read checks.
 *
 * Opening writes a probe under the prefix, so that a wrong bucket, wrong credentials, a read-only
 * account or a server without conditional writes show before the work and not after it.
 *
 * @param url - As for {@link parseS3Url}.
 * @throws {ConfigError} If the address, the bucket or the credentials are wrong.
 * @throws {ServiceError} If the server does not answer, or does not do conditional writes.
 */
export async function openS3Objects(url: string, options: S3Options = {}): Promise<ObjectStore> {
  const place = parseS3Url(url);
  // The client warns of Node 20 for the sake of its later versions; this one is pinned and runs on it.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const objects = s3Objects(place, new S3Client(clientConfig(place, options)));
  const probe = new TextEncoder().encode('This shows that the store can be written.\n');
  await objects.create('probe', probe);
  if (await objects.create('probe', probe)) {
    throw new ServiceError(
      `${objects.place}: overwrites an object that must stay (If-None-Match is ignored); ` +
        'use a server with conditional writes',
    );
  }
  return objects;
}

function clientConfig({ endpoint, region }: S3Place, options: S3Options): S3ClientConfig {
  return {
    maxAttempts: options.attempts ?? 5,
    ...(options.credentials && { credentials: options.credentials }),
    // A server of one's own has no names of buckets in its DNS, and ignores the region.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true, region: 'us-east-1' }),
    ...(region !== undefined && { region }),
  };
}

function s3Objects({ bucket, prefix }: S3Place, client: S3Client): ObjectStore {
  const place = `s3://${bucket}/${prefix}`.replace(/\/$/, '');
  const locate = (key: string) => ({ Bucket: bucket, Key: `${prefix}${key}` });
  const put = async (key: string, bytes: Uint8Array, condition: { IfNoneMatch?: '*' }) => {
    const Metadata = { sha256: sha256(bytes) };
    await client.send(
      new PutObjectCommand({ ...locate(key), Body: bytes, Metadata, ...condition }),
    );
  };
  return {
    place,
    read: async (key) => {
      try {
        const { Body, Metadata } = await client.send(new GetObjectCommand(locate(key)));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        checkSum(`${place}/${key}`, bytes, Metadata?.['sha256']);
        return bytes;
      } catch (error) {
        if (isNamed(error, 'NoSuchKey')) return undefined;
        throw explained(error, place);
      }
    },
    write: async (key, bytes) => {
      await put(key, bytes, {}).catch((error: unknown) => {
        throw explained(error, place);
      });
    },
    create: async (key, bytes) => {
      try {
        await put(key, bytes, { IfNoneMatch: '*' });
        return true;
      } catch (error) {
        // 409: somebody else is creating it at this moment, and will have created it.
        if (isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict')) return false;
        throw explained(error, place);
      }
    },
    remove: async (key) => {
      await client.send(new DeleteObjectCommand(locate(key))).catch((error: unknown) => {
        throw explained(error, place);
      });
    },
  };
}

function checkSum(where: string, bytes: Uint8Array, expected: string | undefined): void {
  const actual = sha256(bytes);
  if (actual === expected) return;
  const [is, should] = [actual, expected ?? 'none'].map((sum) => sum.slice(0, 12));
  throw new CheckpointError(
    `${where}: torn or tampered with: ${bytes.length} bytes of SHA-256 ${is}..., written were ${should}...; ` +
      'remove the object and run again',
  );
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const refusals = [
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'CredentialsProviderError',
];

/** What a failed request means, in our words; the SDK's names differ from what a person typed. */
function explained(error: unknown, place: string): Error {
  if (error instanceof WorkingPapersError) return error;
  const options = { cause: error };
  const name = error instanceof Error ? error.name : '';
  if (name === 'NoSuchBucket') {
    return new ConfigError(`${place}: there is no such bucket; create it or correct it`, options);
  }
  if (refusals.includes(name)) {
    return new ConfigError(
      `${place}: access refused (${name}); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ` +
        'or the profile or role in their place',
      options,
    );
  }
  if (reasonOf(error) === 'Region is missing') {
    return new ConfigError(
      `${place}: the region is not known; set AWS_REGION, or add ?region= or ?endpoint=`,
      options,
    );
  }
  const reason = 'Error AggregateError'.includes(name) ? reasonOf(error) : name;
  return new ServiceError(
    `${place}: no usable answer after several attempts (${reason}); check the endpoint and the network`,
    options,
  );
}

function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
